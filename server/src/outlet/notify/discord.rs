//! Discord webhooks: one embed, and nobody is mentioned.
//!
//! Limits: title 256, description 4,096, 25 fields with a name of 256 and a value of 1,024, and
//! 6,000 over all. They are counted here in UTF-16, which is never less than what Discord counts.
//! <https://docs.discord.com/developers/resources/message#embed-object>

use contract::alert::Severity;
use serde_json::{Value, json};

use super::{
    cut::{Unit, cut},
    markdown::{escape, rest},
    text::{Message, Tone, rfc3339},
};

const UNIT: Unit = Unit::Utf16;
const TITLE_MAX: usize = 256;
/// With title (256) and eight fields of at most 140 each it stays below 6,000.
const DESCRIPTION_MAX: usize = 4_096;
const VALUE_MAX: usize = 120;

/// The body of a message.
#[must_use]
pub(crate) fn body(message: &Message) -> Value {
    let text = &message.text;
    let field = |(name, value): &(&str, String)| {
        let value = if value.trim().is_empty() { "-" } else { value };
        json!({ "name": name, "value": cut(value, VALUE_MAX, UNIT, escape), "inline": true })
    };
    let fields: Vec<Value> = text.facts.iter().take(8).map(field).collect();
    let colour = match text.tone {
        Tone::Firing(Severity::Critical) => 0xd6_30_31,
        Tone::Firing(Severity::Warning) => 0xe0_8e_0b,
        Tone::Firing(Severity::Info) => 0x3b_82_f6,
        Tone::Good => 0x2e_a0_43,
    };
    let mut embed = json!({
        "title": cut(&text.title, TITLE_MAX, UNIT, escape),
        "description": rest(text, DESCRIPTION_MAX, UNIT),
        "color": colour,
        "fields": fields,
        "timestamp": rfc3339(message.notices.last().map_or(message.now_ms, |it| it.at_ms)),
    });
    if let Some(link) = text.links.first() {
        embed["url"] = json!(link.url);
    }
    json!({ "embeds": [embed], "allowed_mentions": { "parse": [] } })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]
mod tests {
    use super::*;
    use crate::outlet::notify::sample;

    fn len(value: &Value) -> usize {
        value.as_str().unwrap().encode_utf16().count()
    }

    #[test]
    fn ok_every_message_is_within_the_limits() {
        for message in sample::messages() {
            let body = body(&message);
            let embed = &body["embeds"][0];
            let (title, description) = (len(&embed["title"]), len(&embed["description"]));
            assert!((1..=256).contains(&title) && (1..=4_096).contains(&description));
            let mut total = title + description;
            for field in embed["fields"].as_array().unwrap() {
                assert!((1..=256).contains(&len(&field["name"])) && (1..=1_024).contains(&len(&field["value"])));
                total += len(&field["name"]) + len(&field["value"]);
            }
            assert!(total <= 6_000, "{total}");
            assert!(embed["description"].as_str().unwrap().contains("](<https://gauge.example.com/"));
            assert_eq!(body["allowed_mentions"], json!({ "parse": [] }));
        }
    }

    #[test]
    fn ok_a_digest_names_300_apps() {
        assert!(sample::names_all(&body(&sample::digest("app")).to_string(), "app"));
    }
}
