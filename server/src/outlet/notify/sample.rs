//! Notices and messages for tests of channels, harmless ones and hostile ones.

use contract::alert::{BuiltIn, Cause, Incident, IncidentId, IncidentState, RuleId, Severity};
use jiff::tz::TimeZone;

use super::{
    links,
    text::{Message, of_digest, of_notice},
};
use crate::{
    access::alert_key::AlertKey,
    config::Secret,
    store::alert::notice::{Notice, NoticeKind},
};

/// 27 November 2026, 09:02 UTC.
pub(crate) const BEGAN_MS: i64 = 1_795_770_120_000;
const MINUTE_MS: i64 = 60_000;

/// A key of tests.
pub(crate) fn key() -> AlertKey {
    let secret: Option<Secret> = "A".repeat(43).parse().ok();
    match AlertKey::load(secret.as_ref(), std::path::Path::new("/nowhere")) {
        Ok(key) => key,
        Err(error) => panic!("{error}"),
    }
}

/// A notice about an incident of an app.
pub(crate) fn notice(kind: NoticeKind, id: i64, app: &str) -> Notice {
    let is_over = kind == NoticeKind::Resolved;
    let ended_ms = BEGAN_MS + 12 * MINUTE_MS;
    Notice {
        kind,
        incident: Some(Incident {
            id: IncidentId(id),
            app: app.to_owned(),
            cause: Cause::Requests,
            severity: Severity::Critical,
            state: if is_over { IncidentState::Resolved } else { IncidentState::Firing },
            rule: RuleId::BuiltIn(BuiltIn::RouterCodes),
            rule_name: "Platform errors".to_owned(),
            what: "H12 request timeouts 41/min".to_owned(),
            detail: "205 in 5 min, usually 1".to_owned(),
            remedy: "Look for slow requests, and for too few dynos.".to_owned(),
            began_ms: BEGAN_MS,
            fired_ms: Some(BEGAN_MS + MINUTE_MS),
            resolved_ms: is_over.then_some(ended_ms),
            worst_ms: BEGAN_MS + 5 * MINUTE_MS,
            metric: Some("router.errors".to_owned()),
        }),
        at_ms: if is_over { ended_ms } else { BEGAN_MS + MINUTE_MS },
        value: Some(41.0),
        limit: Some(5.0),
        usual: Some(0.25),
        unit: "/min".to_owned(),
        others: vec!["8.0 % server errors".to_owned()],
    }
}

/// A notice whose every text is `text`.
pub(crate) fn hostile(kind: NoticeKind, id: i64, text: &str) -> Notice {
    let mut notice = notice(kind, id, text);
    if let Some(incident) = &mut notice.incident {
        for field in [&mut incident.rule_name, &mut incident.what, &mut incident.detail, &mut incident.remedy] {
            text.clone_into(field);
        }
        incident.cause = Cause::Own(3);
    }
    text.clone_into(&mut notice.unit);
    notice.others = vec![text.to_owned(); 20];
    notice
}

/// A message of notices; a digest where there is not exactly one.
pub(crate) fn message(notices: Vec<Notice>) -> Message {
    let mut text = match notices.as_slice() {
        [notice] => of_notice(notice, &TimeZone::UTC),
        notices => of_digest(notices, 3),
    };
    let base = "https://gauge.example.com".to_owned();
    let now_ms = BEGAN_MS + 2 * MINUTE_MS;
    links::add(&mut text, &notices, Some(&base), &key(), 3, "Europe/Berlin", now_ms);
    let (id, is_digest) = ("msg_AAAAAAAAAAAAAAAAAAAAAA".to_owned(), notices.len() != 1);
    Message { id, notices, text, base: Some(base), is_digest, now_ms }
}

/// A digest of 300 incidents, of the apps `{prefix}001` to `{prefix}300`.
pub(crate) fn digest(prefix: &str) -> Message {
    message((1..=300).map(|it| notice(NoticeKind::Opened, it, &format!("{prefix}{it:03}"))).collect())
}

/// Whether a text names every app of a [`digest`].
pub(crate) fn names_all(text: &str, prefix: &str) -> bool {
    (1..=300).all(|it| text.contains(&format!("{prefix}{it:03}")))
}

/// Texts that have broken senders: names of 10 kB of emoji, markup of each dialect, line ends,
/// mentions, characters that turn the text around.
pub(crate) fn hostile_texts() -> Vec<String> {
    let short = [
        "",
        " ",
        "\r\nBcc: all@example.com\r\n\r\n.\r\n",
        "<b>&amp;</b><script>",
        "*_~`|>#-[x](http://evil.example)",
        "@everyone @here <!channel> <@U123>",
        "\u{202e}gnp.exe",
        "a\0b\u{7f}",
        "\"\\\u{2028}\u{a0}",
        "{{title}} ${x} %s",
    ];
    let long = ["🦀", "&", "\"", "\\", "<", "é", "*", "e\u{301}", "👩‍👩‍👧‍👦", "\u{1}"];
    short.into_iter().map(str::to_owned).chain(long.map(|it| it.repeat(10_000 / it.len()))).collect()
}

/// Every message that the tests of a kind look at.
pub(crate) fn messages() -> Vec<Message> {
    use NoticeKind::{Escalated, Flapping, Opened, Reminder, Resolved};
    let mut all = Vec::new();
    for kind in [Opened, Escalated, Reminder, Flapping, Resolved] {
        all.push(message(vec![notice(kind, 12, "checkout")]));
        all.extend(hostile_texts().iter().map(|it| message(vec![hostile(kind, 12, it)])));
    }
    let test = Notice { kind: NoticeKind::Test, incident: None, ..notice(Opened, 1, "") };
    all.push(message(vec![test]));
    all.push(digest("app-"));
    all.push(message((1..=3_000).map(|it| notice(Resolved, it, &format!("a-longer-name-of-an-app-{it}"))).collect()));
    for text in hostile_texts() {
        all.push(message((1..=50).map(|it| hostile(Opened, it, &text)).collect()));
    }
    all
}
