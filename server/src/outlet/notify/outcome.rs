//! What an answer means: delivered, to be tried again, refused, or gone.
//!
//! 2xx is delivered. 408, 425, 429 and 5xx are tried again, after as long as the answer asks for.
//! 410 means that the receiver is gone. Any other answer would be the same the next time; only the
//! receiver of a custom webhook (`webhook`) may be fixed in the meantime.

use std::time::Duration;

use contract::alert::ChannelKind;

use super::cut::{Unit, cut, one_line, plain};

/// Longest problem, characters.
const PROBLEM_CHARS_MAX: usize = 300;
/// Longest wait that an answer may ask for.
const AFTER_MAX: Duration = Duration::from_secs(3_600);

/// What became of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It was delivered.
    Delivered,
    /// It may be delivered later. `after` is what the receiver asks for: until then it wants
    /// nothing at all. It `may_have_arrived` where the whole was sent and no answer came.
    Later { problem: String, after: Option<Duration>, may_have_arrived: bool },
    /// It will never be delivered.
    Refused { problem: String },
    /// Nothing will be delivered there any more.
    Gone { problem: String },
}

/// An answer, as much of it as is read.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    /// The status.
    pub status: u16,
    /// `Retry-After` as seconds from now, also where the header has a date.
    pub retry_after_s: Option<f64>,
    /// The beginning of the body.
    pub body: String,
}

/// What an answer means. `secrets` are masked in what it says.
#[must_use]
pub(crate) fn of_answer(kind: ChannelKind, answer: &Answer, secrets: &[String]) -> Outcome {
    match of_status(answer, secrets) {
        Outcome::Refused { problem } if kind == ChannelKind::Webhook => {
            Outcome::Later { problem, after: None, may_have_arrived: false }
        }
        other => other,
    }
}

/// What the status of an answer means.
#[must_use]
pub(crate) fn of_status(answer: &Answer, secrets: &[String]) -> Outcome {
    let said = one_line(answer.body.trim());
    let said = said.trim();
    let begin = match answer.status {
        300..=399 => format!("it answered {}, and redirects are not followed", answer.status),
        status => format!("it answered {status}"),
    };
    let problem = problem(&if said.is_empty() { begin } else { format!("{begin}: {said}") }, secrets);
    match answer.status {
        200..=299 => Outcome::Delivered,
        410 => Outcome::Gone { problem },
        408 | 425 | 429 | 500..=599 => Outcome::Later { problem, after: after(answer), may_have_arrived: false },
        _ => Outcome::Refused { problem },
    }
}

/// A sentence without secrets and not too long.
#[must_use]
pub(crate) fn problem(text: &str, secrets: &[String]) -> String {
    let masked = secrets.iter().fold(one_line(text), |text, secret| text.replace(secret.as_str(), "…"));
    cut(&masked, PROBLEM_CHARS_MAX, Unit::Chars, plain)
}

/// How long the receiver wants to be left alone: by its header, or as Discord (`retry_after`) and
/// Telegram (`parameters.retry_after`) say it in the body.
fn after(answer: &Answer) -> Option<Duration> {
    let body: Option<serde_json::Value> = serde_json::from_str(&answer.body).ok();
    let in_body = body.and_then(|body| {
        let found = body.get("retry_after").or_else(|| body.get("parameters")?.get("retry_after"));
        found.and_then(serde_json::Value::as_f64)
    });
    let seconds = answer.retry_after_s.into_iter().chain(in_body).filter(|it| *it >= 0.0).reduce(f64::max)?;
    Some(Duration::try_from_secs_f64(seconds).unwrap_or(AFTER_MAX).min(AFTER_MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(kind: ChannelKind, status: u16, retry_after_s: Option<f64>, body: &str) -> Outcome {
        let secrets = ["T0/B0/SECRET".to_owned(), "SECRET".to_owned()];
        of_answer(kind, &Answer { status, retry_after_s, body: body.to_owned() }, &secrets)
    }

    #[test]
    fn ok_what_answers_mean() {
        use ChannelKind::{Discord, Slack, Teams, Telegram, Webhook};
        let later = |problem: &str, after_ms: Option<u64>| Outcome::Later {
            problem: problem.to_owned(),
            after: after_ms.map(Duration::from_millis),
            may_have_arrived: false,
        };
        assert_eq!(of(Slack, 200, None, "ok"), Outcome::Delivered);
        assert_eq!(of(Teams, 202, None, ""), Outcome::Delivered);
        let refused = Outcome::Refused { problem: "it answered 404: no_service of …".to_owned() };
        assert_eq!(of(Slack, 404, None, "no_service of T0/B0/SECRET\n"), refused);
        let gone = Outcome::Gone { problem: "it answered 410: channel_is_archived".to_owned() };
        assert_eq!(of(Slack, 410, None, "channel_is_archived"), gone);
        assert_eq!(of(Slack, 429, Some(30.0), ""), later("it answered 429", Some(30_000)));
        assert_eq!(of(Slack, 503, None, ""), later("it answered 503", None));
        assert_eq!(of(Slack, 429, Some(1e300), ""), later("it answered 429", Some(3_600_000)));
        assert_eq!(of(Slack, 429, Some(f64::NAN), ""), later("it answered 429", None));
        let body = r#"{"retry_after":0.65}"#;
        assert_eq!(of(Discord, 429, Some(1.0), body), later(&format!("it answered 429: {body}"), Some(1_000)));
        let body = r#"{"ok":false,"parameters":{"retry_after":17}}"#;
        assert_eq!(of(Telegram, 429, None, body), later(&format!("it answered 429: {body}"), Some(17_000)));
        assert_eq!(of(Webhook, 404, None, ""), later("it answered 404", None));
        let moved = "it answered 302, and redirects are not followed";
        assert_eq!(of(Webhook, 302, None, ""), later(moved, None));
        assert_eq!(of(Teams, 302, None, ""), Outcome::Refused { problem: moved.to_owned() });
        let Outcome::Refused { problem } = of(Slack, 400, None, &"x\n".repeat(9_000)) else {
            panic!("expected it refused")
        };
        assert_eq!((problem.chars().count(), problem.contains('\n')), (300, false));
    }
}
