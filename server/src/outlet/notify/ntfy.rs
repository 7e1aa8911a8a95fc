//! ntfy: JSON to the server's root, so that no text becomes a header.
//!
//! Limits: a message of 4,096 bytes (a longer one becomes an attachment), three actions, and, for
//! this way of publishing, a body of twice the message's limit.
//! <https://docs.ntfy.sh/publish/#publish-as-json>

use contract::alert::Severity;
use serde_json::{Value, json};

use super::{
    cut::{Unit, cut, list, plain},
    text::{Message, Tone},
};

const UNIT: Unit = Unit::Bytes;
const MESSAGE_BYTES_MAX: usize = 4_096;
const BODY_BYTES_MAX: usize = 8_192;
const TITLE_BYTES_MAX: usize = 400;
const ACTIONS_MAX: usize = 3;

/// The body of a message for a topic.
#[must_use]
pub(crate) fn body(message: &Message, topic: &str) -> Value {
    let mut written = [MESSAGE_BYTES_MAX, 2_000, 1_000].into_iter().map(|it| shortened(message, topic, it));
    let fits = written.find(|it| it.to_string().len() <= BODY_BYTES_MAX);
    fits.unwrap_or_else(|| shortened(message, topic, 500))
}

fn shortened(message: &Message, topic: &str, max: usize) -> Value {
    let text = &message.text;
    let (priority, tag) = match text.tone {
        Tone::Firing(Severity::Critical) => (5, "rotating_light"),
        Tone::Firing(Severity::Warning) => (4, "warning"),
        Tone::Firing(Severity::Info) => (3, "information_source"),
        Tone::Good => (3, "white_check_mark"),
    };
    let facts = [text.fact_lines().join("\n")];
    let mut lines: Vec<String> = text.sentences(&facts).map(|it| cut(it, 600, UNIT, plain)).collect();
    if !text.groups.is_empty() {
        let used: usize = lines.iter().map(|it| it.len() + 1).sum();
        lines.push(list(&text.groups, max.saturating_sub(used), UNIT, plain));
    }
    let written = cut(&lines.join("\n"), max, UNIT, plain);
    let actions: Vec<Value> = text
        .mutes
        .iter()
        .take(ACTIONS_MAX)
        .map(|it| json!({ "action": "view", "label": it.text, "url": it.url }))
        .collect();
    let mut body = json!({
        "topic": topic,
        "title": cut(&text.title, TITLE_BYTES_MAX.min(max), UNIT, plain),
        "message": if written.is_empty() { "-" } else { &written },
        "priority": priority,
        "tags": [tag],
        "actions": actions,
    });
    if let Some(link) = text.links.first() {
        body["click"] = json!(link.url);
    }
    body
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]
mod tests {
    use super::*;
    use crate::outlet::notify::sample;

    #[test]
    fn ok_every_message_is_within_the_limits() {
        for message in sample::messages() {
            let body = body(&message, "ops");
            assert!(body.to_string().len() <= 2 * 4_096);
            assert!((1..=4_096).contains(&body["message"].as_str().unwrap().len()));
            assert!(!body["title"].as_str().unwrap().contains(['\n', '\r']));
            assert!((1..=5).contains(&body["priority"].as_u64().unwrap()));
            assert!(body["actions"].as_array().unwrap().len() <= 3);
        }
    }

    #[test]
    fn ok_a_digest_names_300_apps() {
        let body = body(&sample::digest("app-"), "ops");
        assert!(sample::names_all(body["message"].as_str().unwrap(), "app-"));
        assert_eq!((&body["priority"], &body["click"]), (&json!(5), &json!("https://gauge.example.com/alerts")));
    }
}
