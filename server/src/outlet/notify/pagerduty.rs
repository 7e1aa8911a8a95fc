//! `PagerDuty` Events v2: an event for each incident, which triggers or resolves the alert of its
//! `dedup_key`. Several are never put together: each opens and closes an alert of its own.
//!
//! Limits: summary 1,024 characters, `dedup_key` 255, 512 KB in all.
//! <https://developer.pagerduty.com/docs/send-alert-event>

use contract::alert::{IncidentId, Severity};
use serde_json::{Value, json};

use super::{
    cut::{Unit, cut, plain},
    text::{Link, Message, rfc3339},
};
use crate::store::alert::notice::NoticeKind;

const SUMMARY_CHARS_MAX: usize = 1_024;

/// The body of a message.
#[must_use]
pub(crate) fn body(message: &Message, routing_key: &str) -> Value {
    let text = &message.text;
    let notice = message.notices.first();
    let incident = notice.and_then(|it| it.incident.as_ref());
    let is_over = notice.is_some_and(|it| it.kind == NoticeKind::Resolved);
    let dedup_key = incident.map_or_else(|| format!("streamgauge-{}", message.id), |it| dedup_key(it.id, it.began_ms));
    let mut body = json!({
        "routing_key": routing_key,
        "event_action": if is_over { "resolve" } else { "trigger" },
        "dedup_key": dedup_key,
    });
    if is_over {
        return body;
    }
    let severity = match incident.map(|it| it.severity) {
        Some(Severity::Critical) => "critical",
        Some(Severity::Warning) => "warning",
        Some(Severity::Info) | None => "info",
    };
    let mut details: serde_json::Map<String, Value> =
        text.facts.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
    for (name, value) in [("Detail", &text.detail), ("Remedy", &text.remedy)] {
        if !value.is_empty() {
            details.insert(name.to_owned(), json!(value));
        }
    }
    if !text.others.is_empty() {
        details.insert("Also".to_owned(), json!(text.others));
    }
    body["payload"] = json!({
        "summary": cut(&text.title, SUMMARY_CHARS_MAX, Unit::Chars, plain),
        "source": incident.map_or("streamgauge".to_owned(), |it| cut(&it.app, 200, Unit::Chars, plain)),
        "severity": severity,
        "timestamp": rfc3339(incident.map_or(message.now_ms, |it| it.began_ms)),
        "component": incident.map_or("streamgauge".to_owned(), |it| cut(&it.app, 200, Unit::Chars, plain)),
        "class": incident.map_or("test".to_owned(), |it| it.cause.to_string()),
        "custom_details": details,
    });
    body["client"] = json!("Streamgauge");
    if let Some(base) = &message.base {
        body["client_url"] = json!(base);
    }
    let link = |it: &Link| json!({ "href": it.url, "text": it.text });
    body["links"] = text.links.iter().chain(&text.mutes).map(link).collect();
    body
}

/// The same for every event of an incident. Numbers begin anew with a new database, so it has the
/// beginning as well.
fn dedup_key(incident: IncidentId, began_ms: i64) -> String {
    format!("streamgauge-{}-{began_ms}", incident.0)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]
mod tests {
    use super::*;
    use crate::outlet::notify::sample;

    const KEY: &str = "01234567890123456789012345678901";

    #[test]
    fn ok_every_message_is_within_the_limits() {
        for message in sample::messages().iter().filter(|it| it.notices.len() == 1) {
            let body = body(message, KEY);
            assert!(body.to_string().len() < 100_000);
            assert!((1..=255).contains(&body["dedup_key"].as_str().unwrap().len()));
            if body["event_action"] == "trigger" {
                let payload = &body["payload"];
                assert!((1..=1_024).contains(&payload["summary"].as_str().unwrap().chars().count()));
                assert!(["critical", "warning", "info"].contains(&payload["severity"].as_str().unwrap()));
            }
        }
    }

    #[test]
    fn ok_what_is_triggered_is_resolved() {
        let of = |kind| body(&sample::message(vec![sample::notice(kind, 12, "checkout")]), KEY);
        let (opened, worse, over) = (of(NoticeKind::Opened), of(NoticeKind::Escalated), of(NoticeKind::Resolved));
        let actions = [&opened, &worse, &over].map(|it| it["event_action"].as_str().unwrap().to_owned());
        assert_eq!(actions, ["trigger", "trigger", "resolve"]);
        assert!([&worse, &over].iter().all(|it| it["dedup_key"] == opened["dedup_key"] && it["routing_key"] == KEY));
        assert_eq!(opened["payload"]["severity"], "critical");
        assert_eq!(opened["payload"]["timestamp"], "2026-11-27T09:02:00Z");
    }
}
