//! Mattermost incoming webhooks: one text in Markdown of at most 16,383 runes. Rocket.Chat takes
//! the same.
//! <https://developers.mattermost.com/integrate/webhooks/incoming/>

use serde_json::{Value, json};

use super::{
    cut::{Unit, cut},
    markdown::{escape, rest},
    text::Message,
};

const UNIT: Unit = Unit::Chars;
const TEXT_MAX: usize = 16_383;

/// The body of a message.
#[must_use]
pub(crate) fn body(message: &Message) -> Value {
    let text = &message.text;
    let mut written = format!("**{}**\n", cut(&text.title, 1_000, UNIT, escape));
    let facts: Vec<String> =
        text.facts.iter().map(|(name, value)| format!("{name}: {}", cut(value, 300, UNIT, escape))).collect();
    if !facts.is_empty() {
        written += &format!("{}\n", facts.join(" · "));
    }
    let left = TEXT_MAX.saturating_sub(UNIT.len(&written));
    written += &rest(text, left, UNIT);
    json!({ "text": written })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]
mod tests {
    use super::*;
    use crate::outlet::notify::sample;

    #[test]
    fn ok_every_message_is_within_the_limits_and_mentions_nobody() {
        for message in sample::messages() {
            let body = body(&message);
            let text = body["text"].as_str().unwrap();
            assert!((1..=16_383).contains(&text.chars().count()));
            assert!(!text.contains("@e") && !text.contains("@h") && !text.contains("\n#") && !text.contains("](http:"));
            assert!(text.contains("](<https://gauge.example.com/"));
        }
    }
}
