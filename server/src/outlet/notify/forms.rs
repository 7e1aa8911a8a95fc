//! The form of each kind's URL. One URL holds everything that a channel needs.
//!
//! Errors say what was expected and never repeat the URL: most of it is secret.

use contract::alert::ChannelKind;
use lettre::Address;

use super::{
    signature::SigningKey,
    target::{Mailbox, Secrets, Security, Target},
    url::{Url, UrlError},
};

/// Most addresses that a mail goes to.
const RECIPIENTS_MAX: usize = 20;
/// Length of a routing key of `PagerDuty`.
const ROUTING_KEY_BYTES: usize = 32;
/// Longest topic of ntfy, bytes.
const TOPIC_BYTES_MAX: usize = 64;

/// Why a URL is none of its kind.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TargetError {
    /// It is no URL.
    #[error("{name}: {error}; expected {}", .kind.example())]
    Url { kind: ChannelKind, name: &'static str, error: UrlError },
    /// A part is missing or malformed.
    #[error("{name}: expected {expected}, found {found}; the full form is {}", .kind.example())]
    Part { kind: ChannelKind, name: &'static str, expected: &'static str, found: &'static str },
}

/// Checks a URL.
///
/// # Errors
/// See [`TargetError`].
pub(crate) fn parse(kind: ChannelKind, text: &str) -> Result<Target, TargetError> {
    let name = kind.name();
    let (schemes, expected): (&[&str], _) = match kind {
        ChannelKind::Email => (&["smtps", "smtp"], "smtps:// or smtp://"),
        _ => (&["https", "http"], "https://"),
    };
    let url = Url::parse(text, schemes, expected).map_err(|error| TargetError::Url { kind, name, error })?;
    let part = |expected, found| TargetError::Part { kind, name, expected, found };
    // What everybody uses over the Internet is never sent in the clear.
    let is_ours = url.address().is_some() || !url.host.contains('.');
    let is_own_server =
        matches!(kind, ChannelKind::Mattermost | ChannelKind::Ntfy | ChannelKind::Webhook | ChannelKind::Alertmanager);
    if url.scheme == "http" && !is_own_server && !is_ours {
        return Err(part("https://", "http://"));
    }
    let may_have_user = matches!(
        kind,
        ChannelKind::PagerDuty
            | ChannelKind::Ntfy
            | ChannelKind::Email
            | ChannelKind::Webhook
            | ChannelKind::Alertmanager
    );
    if !may_have_user && (!url.user.is_empty() || url.password.is_some()) {
        return Err(part("no user before the host", "one"));
    }
    if url.user.is_empty() && url.password.is_some() {
        return Err(part("a user before the password", "none"));
    }
    match kind {
        ChannelKind::Slack => hook(url, &part).map(Target::Slack),
        ChannelKind::Mattermost => hook(url, &part).map(Target::Mattermost),
        ChannelKind::Teams => hook(url, &part).map(Target::Teams),
        ChannelKind::Discord => discord(url, &part),
        ChannelKind::PagerDuty => pager_duty(url, &part),
        ChannelKind::Ntfy => ntfy(url, &part),
        ChannelKind::Telegram => telegram(url, &part),
        ChannelKind::Email => email(&url, &part),
        ChannelKind::Webhook => Ok(Target::Webhook { url, key: None }),
        ChannelKind::Alertmanager => Ok(Target::Alertmanager(alertmanager(url))),
    }
}

/// The target of what is encrypted in a row.
///
/// # Errors
/// A sentence; [`TargetError`] says more.
pub(crate) fn open(kind: ChannelKind, text: &str) -> Result<Target, String> {
    let secrets: Secrets = serde_json::from_str(text).map_err(|_| "its secret can't be read".to_owned())?;
    let mut target = parse(kind, &secrets.url).map_err(|it| it.to_string())?;
    if let Target::Webhook { key, .. } = &mut target {
        *key = secrets.signing_key.as_deref().and_then(SigningKey::parse);
        if key.is_none() {
            return Err("its signing key is missing: save the channel again".to_owned());
        }
    }
    Ok(target)
}

/// Whether a text is digits and nothing else.
fn is_number(text: &str) -> bool {
    text.bytes().all(|it| it.is_ascii_digit())
}

type Part<'a> = &'a dyn Fn(&'static str, &'static str) -> TargetError;

/// A webhook with a secret path.
fn hook(url: Url, part: Part<'_>) -> Result<Url, TargetError> {
    if url.path.trim_matches('/').is_empty() {
        return Err(part("the whole URL of a webhook", "a URL without a path"));
    }
    Ok(url)
}

fn discord(url: Url, part: Part<'_>) -> Result<Target, TargetError> {
    let mut url = hook(url, part)?;
    let mut segments = url.path.trim_matches('/').rsplit('/');
    let (token, id) = (segments.next().unwrap_or(""), segments.next().unwrap_or(""));
    if token.is_empty() || id.is_empty() || !id.bytes().all(|it| it.is_ascii_digit()) {
        return Err(part("/api/webhooks/ID/TOKEN", "another path"));
    }
    // Without `wait`, Discord answers before it has saved the message.
    let thread = url.parameter("thread_id").filter(|it| is_number(it));
    url.raw_query = Some(thread.map_or("wait=true".to_owned(), |it| format!("wait=true&thread_id={it}")));
    Ok(Target::Discord(url))
}

fn pager_duty(mut url: Url, part: Part<'_>) -> Result<Target, TargetError> {
    let routing_key = std::mem::take(&mut url.user);
    if routing_key.len() != ROUTING_KEY_BYTES || !routing_key.bytes().all(|it| it.is_ascii_alphanumeric()) {
        let found = if routing_key.is_empty() { "none" } else { "something else" };
        return Err(part("a routing key of 32 letters and digits before the host", found));
    }
    if !matches!(url.path.as_str(), "" | "/" | "/v2/enqueue") {
        return Err(part("no path", "one"));
    }
    url.path = "/v2/enqueue".to_owned();
    Ok(Target::PagerDuty { url, routing_key })
}

fn ntfy(mut url: Url, part: Part<'_>) -> Result<Target, TargetError> {
    let path = url.path.trim_end_matches('/').to_owned();
    let (root, topic) = path.rsplit_once('/').unwrap_or(("", ""));
    let is_topic = topic.bytes().all(|it| it.is_ascii_alphanumeric() || b"-_".contains(&it));
    if topic.is_empty() || topic.len() > TOPIC_BYTES_MAX || !is_topic {
        return Err(part("a topic of 1 to 64 letters, digits, - and _ at the end", "another path"));
    }
    url.path = root.to_owned();
    url.raw_query = None;
    Ok(Target::Ntfy { url, topic: topic.to_owned() })
}

fn telegram(mut url: Url, part: Part<'_>) -> Result<Target, TargetError> {
    let path = url.path.trim_end_matches('/').trim_end_matches("/sendMessage").to_owned();
    let (id, token) =
        path.rsplit('/').next().and_then(|it| it.strip_prefix("bot")?.split_once(':')).unwrap_or(("", ""));
    let is_token = |it: u8| it.is_ascii_alphanumeric() || b"-_".contains(&it);
    if id.is_empty() || !id.bytes().all(|it| it.is_ascii_digit()) || token.len() < 20 || !token.bytes().all(is_token) {
        return Err(part("/bot and the bot's token (digits, a colon, letters)", "another path"));
    }
    let chat_id = url.parameter("chat_id").unwrap_or("").to_owned();
    let number = chat_id.strip_prefix('-').unwrap_or(&chat_id);
    let is_id = !number.is_empty() && is_number(number);
    let is_name = chat_id.strip_prefix('@').is_some_and(|it| it.len() >= 4 && it.bytes().all(is_token));
    if chat_id.len() > 40 || !(is_id || is_name) {
        return Err(part(
            "?chat_id= with a number, or @ and the name of a channel",
            if chat_id.is_empty() { "none" } else { "something else" },
        ));
    }
    let thread_id = url.parameter("message_thread_id").filter(|it| is_number(it));
    let thread_id = thread_id.filter(|it| (1..=18).contains(&it.len())).map(str::to_owned);
    url.path = format!("{path}/sendMessage");
    url.raw_query = None;
    Ok(Target::Telegram { url, chat_id, thread_id })
}

fn email(url: &Url, part: Part<'_>) -> Result<Target, TargetError> {
    if !matches!(url.path.as_str(), "" | "/") {
        return Err(part("no path", "one"));
    }
    if let Some((name, _)) = url.query.iter().find(|it| !matches!(it.0.as_str(), "from" | "to" | "tls")) {
        return Err(part(
            "only from=, to= and tls=",
            if name.is_empty() { "an empty parameter" } else { "another parameter" },
        ));
    }
    // Others need SMTPUTF8, which few servers have.
    let address = |it: &str| it.trim().parse::<Address>().ok().filter(|_| it.is_ascii());
    let from = url.parameter("from").ok_or_else(|| part("?from= and the sender's address", "none"))?;
    let from = address(from).ok_or_else(|| part("from= and an address", "something else"))?;
    let to = url.query.iter().filter(|it| it.0 == "to").flat_map(|it| it.1.split(','));
    let to: Option<Vec<Address>> = to.map(address).collect();
    let to = to.ok_or_else(|| part("to= and addresses with commas between them", "something else"))?;
    if to.is_empty() || to.len() > RECIPIENTS_MAX {
        return Err(part("to= and 1 to 20 addresses", if to.is_empty() { "none" } else { "more" }));
    }
    let login = match (&url.user, &url.password) {
        (user, Some(password)) if !user.is_empty() => Some((user.clone(), password.clone())),
        (user, _) if user.is_empty() => None,
        _ => return Err(part("USER:PASSWORD before the host", "no password")),
    };
    let security = match (url.scheme.as_str(), url.parameter("tls")) {
        ("smtps", None) => Security::Tls,
        ("smtp", None) => Security::StartTls,
        ("smtp", Some("none")) if login.is_none() => Security::None,
        ("smtp", Some("none")) => return Err(part("a password over TLS alone", "tls=none")),
        _ => return Err(part("tls=none, or no tls=", "another value")),
    };
    let port = url.port.unwrap_or(match security {
        Security::Tls => 465,
        Security::StartTls => 587,
        Security::None => 25,
    });
    Ok(Target::Email(Mailbox { host: url.host.clone(), port, security, login, from, to }))
}

/// The API below a base URL, or the API's own URL.
fn alertmanager(mut url: Url) -> Url {
    let base = url.path.trim_end_matches('/').trim_end_matches("/api/v2/alerts").to_owned();
    url.path = format!("{base}/api/v2/alerts");
    url.raw_query = None;
    url
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]
mod tests {
    use super::*;

    #[track_caller]
    fn check(kind: ChannelKind, url: &str, shown: &str, requested: &str) {
        let target = parse(kind, url).unwrap();
        assert_eq!(target.shown(), shown);
        let found = match &target {
            Target::Email(mail) => format!("{}:{} {:?} {}", mail.host, mail.port, mail.security, mail.from),
            other => other.url().unwrap().request(),
        };
        assert_eq!(found, requested);
        assert!(!format!("{target:?}").contains("SECRET"));
    }

    #[test]
    fn ok_forms() {
        use ChannelKind::{Alertmanager, Discord, Email, Mattermost, Ntfy, PagerDuty, Slack, Teams, Telegram, Webhook};
        let slack = "https://hooks.slack.com/services/T0/B0/SECRET";
        check(Slack, slack, "hooks.slack.com", slack);
        check(
            Mattermost,
            "http://chat.example.com/hooks/SECRET",
            "chat.example.com",
            "http://chat.example.com/hooks/SECRET",
        );
        let (discord, asked) = ("https://discord.com/api/webhooks/12/SECRET", "wait=true&thread_id=7");
        check(Discord, discord, "discord.com", &format!("{discord}?wait=true"));
        check(Discord, &format!("{discord}?thread_id=7&x=1"), "discord.com", &format!("{discord}?{asked}"));
        let teams = "https://prod-1.westeurope.logic.azure.com:443/workflows/1/triggers/manual/paths/invoke?sig=SECRET";
        check(Teams, teams, "prod-1.westeurope.logic.azure.com", teams);
        let key = "SECRET78901234567890123456789012";
        let events = "https://events.pagerduty.com/v2/enqueue";
        check(PagerDuty, &format!("https://{key}@events.pagerduty.com"), "events.pagerduty.com", events);
        check(Ntfy, "https://ntfy.sh/SECRET", "ntfy.sh", "https://ntfy.sh/");
        check(
            Ntfy,
            "https://tk_SECRET@ntfy.example.com/sub/topic/",
            "ntfy.example.com",
            "https://ntfy.example.com/sub",
        );
        let bot = "https://api.telegram.org/bot12:SECRET_SECRET-SECRET-SECRET";
        for end in ["?chat_id=-100200", "/sendMessage?chat_id=-100200&message_thread_id=3"] {
            check(Telegram, &format!("{bot}{end}"), "api.telegram.org, chat -100200", &format!("{bot}/sendMessage"));
        }
        let mail = "smtps://al%40ice:SECRET@smtp.example.com?from=a+b@example.com&to=c@example.com,d@example.com";
        check(
            Email,
            mail,
            "c@example.com, d@example.com via smtp.example.com",
            "smtp.example.com:465 Tls a+b@example.com",
        );
        let mail = "smtp://localhost:2525?from=a@example.com&to=c@example.com&tls=none";
        check(Email, mail, "c@example.com via localhost", "localhost:2525 None a@example.com");
        check(
            Webhook,
            "https://alice:SECRET@example.com/SECRET?SECRET",
            "example.com",
            "https://example.com/SECRET?SECRET",
        );
        for base in ["https://am.example.com", "https://am.example.com/", "https://am.example.com/api/v2/alerts"] {
            check(Alertmanager, base, "am.example.com", "https://am.example.com/api/v2/alerts");
        }
    }

    #[test]
    fn ok_proofs_of_who_sends() {
        let of = |url: &str| match parse(ChannelKind::Ntfy, url).unwrap() {
            Target::Ntfy { url, .. } => url.authorization(),
            _ => None,
        };
        assert_eq!(of("https://tk_1@ntfy.sh/t").as_deref(), Some("Bearer tk_1"));
        assert_eq!(
            of("https://Aladdin:open%20sesame@ntfy.sh/t").as_deref(),
            Some("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")
        );
        assert_eq!(of("https://ntfy.sh/t"), None);
    }

    #[test]
    fn err_forms_never_show_the_secret() {
        use ChannelKind::{Discord, Email, Ntfy, PagerDuty, Slack, Telegram, Webhook};
        let long = format!("https://example.com/{}", "SECRET".repeat(1_000));
        for (kind, url, expected) in [
            (Slack, "SECRET", "https://"),
            (Slack, "http://hooks.slack.com/services/SECRET", "https://"),
            (Slack, "https://hooks.slack.com/", "webhook"),
            (Slack, "https://SECRET@hooks.slack.com/services/SECRET", "no user"),
            (Discord, "https://discord.com/api/webhooks/SECRET", "/api/webhooks/ID/TOKEN"),
            (PagerDuty, "https://events.pagerduty.com", "32 letters and digits"),
            (PagerDuty, "https://SECRET@events.pagerduty.com", "32 letters and digits"),
            (Ntfy, "https://ntfy.sh", "topic"),
            (Ntfy, "https://ntfy.sh/SECRET$SECRET", "topic"),
            (Telegram, "https://api.telegram.org/botSECRET?chat_id=1", "bot's token"),
            (Telegram, "https://api.telegram.org/bot12:SECRET_SECRET-SECRET-SECRET", "?chat_id="),
            (Telegram, "https://api.telegram.org/bot12:SECRET_SECRET-SECRET-SECRET?chat_id=SECRET", "?chat_id="),
            (Email, "https://SECRET@example.com", "smtps://"),
            (Email, "smtps://alice:SECRET@example.com", "from="),
            (Email, "smtps://alice:SECRET@example.com?from=SECRET", "from="),
            (Email, "smtps://alice:SECRET@example.com?from=a@example.com", "to="),
            (Email, "smtps://alice:SECRET@example.com?from=a@example.com&to=b@example.com,SECRET", "to="),
            (Email, "smtps://SECRET@example.com?from=a@example.com&to=b@example.com", "USER:PASSWORD"),
            (Email, "smtp://alice:SECRET@example.com?from=a@example.com&to=b@example.com&tls=none", "TLS"),
            (Email, "smtps://example.com?from=a@example.com%0d%0aBcc:SECRET&to=b@example.com", "%"),
            (Webhook, &long, "2000 bytes"),
            (Webhook, "https://:SECRET@example.com", "a user before"),
        ] {
            let error = parse(kind, url).unwrap_err().to_string();
            let said = error.replace(kind.example(), "");
            assert!(said.contains(expected) && said.contains("expected"), "{url}: {error}");
            assert!(!error.contains("SECRET"), "{url}: {error}");
        }
    }
}
