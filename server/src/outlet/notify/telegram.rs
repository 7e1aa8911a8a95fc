//! Telegram bots: `sendMessage` with HTML.
//!
//! Limit: 4,096 UTF-16 units once the markup is taken off. They are counted here with their
//! escapes, which is never less.
//! <https://core.telegram.org/bots/api#sendmessage>

use serde_json::{Value, json};

use super::{
    cut::{Unit, cut, escaped, list},
    html::escape,
    text::{Link, Message, Tone},
};

const UNIT: Unit = Unit::Utf16;
const TEXT_MAX: usize = 4_096;

/// The body of a message for a chat, or for a topic of it.
#[must_use]
pub(crate) fn body(message: &Message, chat_id: &str, thread_id: Option<&str>) -> Value {
    let text = &message.text;
    let shown: usize = text.link_rows().flatten().map(|it| UNIT.len(&it.text) + 3).sum();
    let title = cut(&text.title, 600, UNIT, escape);
    let mut left = TEXT_MAX.saturating_sub(shown + UNIT.len(&title) + 10);
    let mut lines = vec![format!("<b>{title}</b>")];
    for sentence in text.sentences(&text.fact_lines()) {
        let line = cut(sentence, left.saturating_sub(1).min(500), UNIT, escape);
        left = left.saturating_sub(UNIT.len(&line) + 1);
        lines.push(line);
    }
    if !text.groups.is_empty() {
        lines.push(list(&text.groups, left.saturating_sub(1), UNIT, escape));
    }
    lines.extend(text.link_rows().map(|it| it.iter().map(link).collect::<Vec<_>>().join(" · ")));
    lines.retain(|it| !it.is_empty());
    let mut body = json!({
        "chat_id": chat_id,
        "text": lines.join("\n"),
        "parse_mode": "HTML",
        "link_preview_options": { "is_disabled": true },
        "disable_notification": text.tone == Tone::Good,
    });
    // At most 18 digits, as the form of the URL demands.
    if let Some(thread) = thread_id.and_then(|it| it.parse::<i64>().ok()) {
        body["message_thread_id"] = json!(thread);
    }
    body
}

fn link(link: &Link) -> String {
    format!("<a href=\"{}\">{}</a>", escaped(&link.url, escape), link.text)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]
mod tests {
    use super::*;
    use crate::outlet::notify::sample;

    /// What is left once the markup is taken off: the tags of Telegram that we use.
    fn shown(html: &str) -> String {
        let mut out = String::new();
        let mut rest = html;
        while let Some((before, behind)) = rest.split_once('<') {
            out += before;
            let (tag, behind) = behind.split_once('>').unwrap();
            let is_ours = matches!(tag, "b" | "/b" | "/a") || tag.starts_with("a href=\"https://gauge.example.com/");
            assert!(is_ours, "{tag}");
            rest = behind;
        }
        out += rest;
        let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
        assert_eq!(out.matches('&').count(), entities.iter().map(|it| out.matches(it.0).count()).sum::<usize>());
        entities.iter().fold(out, |out, it| out.replace(it.0, it.1))
    }

    #[test]
    fn ok_every_message_is_within_the_limits() {
        for message in sample::messages() {
            let body = body(&message, "-100", Some("7"));
            let text = shown(body["text"].as_str().unwrap());
            assert!((1..=4_096).contains(&text.encode_utf16().count()));
            assert_eq!((&body["parse_mode"], &body["message_thread_id"]), (&json!("HTML"), &json!(7)));
        }
    }

    #[test]
    fn ok_a_digest_names_300_apps() {
        let body = body(&sample::digest("app-"), "@ops", None);
        assert!(sample::names_all(body["text"].as_str().unwrap(), "app-"));
    }
}
