//! Slack incoming webhooks: blocks of plain text, so that nothing in a name is markup. Only the
//! links are `mrkdwn`, whose texts are ours.
//!
//! Limits: 50 blocks, a header of 150 characters, a section of 3,000, a field of 2,000, and about
//! 13,200 characters over all blocks (`msg_blocks_too_long`, slackapi/bolt-js#2509).
//! <https://docs.slack.dev/reference/block-kit/blocks/>

use serde_json::{Value, json};

use super::{
    cut::{Unit, cut, escaped, list},
    text::{Link, Message},
};

const UNIT: Unit = Unit::Utf16;
const HEADER_MAX: usize = 150;
const SECTION_MAX: usize = 2_900;
const FIELD_MAX: usize = 300;
/// The list of a digest, in three sections.
const LIST_MAX: usize = 3 * SECTION_MAX;
/// The text of notifications, and of clients that show no blocks.
const FALLBACK_MAX: usize = 1_000;

/// The body of a message.
#[must_use]
pub(crate) fn body(message: &Message) -> Value {
    let text = &message.text;
    let mut blocks = vec![json!({ "type": "header", "text": plain(&text.title, HEADER_MAX) })];
    // A header that was cut is said in full below.
    if UNIT.len(&text.title) > HEADER_MAX {
        blocks.push(section(&text.title, 1_000));
    }
    let fields: Vec<Value> = text.fact_lines().iter().take(10).map(|it| plain(it, FIELD_MAX)).collect();
    for sentence in [&text.detail, &text.note] {
        if !sentence.trim().is_empty() {
            blocks.push(section(sentence, 1_000));
        }
    }
    if !fields.is_empty() {
        blocks.push(json!({ "type": "section", "fields": fields }));
    }
    let names = list(&text.groups, LIST_MAX, UNIT, escape);
    blocks.extend(pieces(&names).into_iter().map(|it| json!({ "type": "section", "text": plain_text(it) })));
    for sentence in text.others.iter().chain([&text.remedy]) {
        if !sentence.trim().is_empty() {
            blocks.push(section(sentence, 600));
        }
    }
    for row in text.link_rows() {
        let written: Vec<String> = row.iter().map(link).collect();
        let text = json!({ "type": "mrkdwn", "text": written.join("  ·  ") });
        blocks.push(json!({ "type": "section", "text": text }));
    }
    json!({ "text": cut(&text.title, FALLBACK_MAX, UNIT, escape), "blocks": blocks })
}

fn section(text: &str, max: usize) -> Value {
    json!({ "type": "section", "text": plain(text, max) })
}

fn plain(text: &str, max: usize) -> Value {
    let text = if text.trim().is_empty() { "-" } else { text };
    plain_text(&cut(text, max, UNIT, escape))
}

/// An element with a text that is escaped already.
fn plain_text(text: &str) -> Value {
    json!({ "type": "plain_text", "text": text, "emoji": false })
}

fn link(link: &Link) -> String {
    format!("<{}|{}>", escaped(&link.url, escape), link.text)
}

/// The three characters that control texts of Slack.
fn escape(found: char, out: &mut String) {
    match found {
        '&' => out.push_str("&amp;"),
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        _ => out.push(found),
    }
}

/// A long text in pieces for sections, torn at spaces.
fn pieces(text: &str) -> Vec<&str> {
    let (mut rest, mut found) = (text, Vec::new());
    while UNIT.len(rest) > SECTION_MAX {
        let mut len = 0;
        let end = rest.char_indices().find(|(_, found)| {
            len += found.len_utf16();
            len > SECTION_MAX
        });
        let end = end.map_or(rest.len(), |it| it.0);
        // An escape has no space in it. A name has at most 60 characters, so there is one.
        let end = rest[..end].rfind([' ', '\n']).filter(|it| *it > 0).unwrap_or(end);
        let (piece, behind) = rest.split_at(end);
        found.push(piece);
        rest = behind.trim_start();
    }
    found.push(rest);
    found.retain(|it| !it.trim().is_empty());
    found
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]
mod tests {
    use super::*;
    use crate::{outlet::notify::sample, store::alert::notice::NoticeKind};

    /// Every text of a message.
    fn texts(value: &Value) -> Vec<&str> {
        match value {
            Value::Object(all) => {
                let own = all.get("text").and_then(Value::as_str);
                own.into_iter().chain(all.values().flat_map(texts)).collect()
            }
            Value::Array(all) => all.iter().flat_map(texts).collect(),
            _ => vec![],
        }
    }

    #[test]
    fn ok_every_message_is_within_the_limits() {
        for message in sample::messages() {
            let body = body(&message);
            let blocks = body["blocks"].as_array().unwrap();
            assert!((2..=50).contains(&blocks.len()));
            let mut total = 0;
            for block in blocks {
                let max = if block["type"] == "header" { 150 } else { 3_000 };
                for text in texts(block) {
                    let len = text.encode_utf16().count();
                    assert!((1..=max).contains(&len) && !text.trim().is_empty(), "{block}");
                    total += len;
                }
                assert!(block["fields"].as_array().is_none_or(|it| (1..=10).contains(&it.len())));
            }
            assert!(total <= 13_200, "{total}");
            for text in texts(&body) {
                let bare = text.replace("&amp;", "").replace("&lt;", "").replace("&gt;", "");
                let links = bare.matches("<https://gauge.example.com/").count();
                assert_eq!((bare.matches('<').count(), bare.matches('&').count()), (links, 0), "{text}");
            }
        }
    }

    #[test]
    fn ok_what_a_reader_sees() {
        let body = body(&sample::message(vec![sample::notice(NoticeKind::Opened, 12, "checkout")]));
        assert_eq!(body["text"], "Critical: checkout: H12 request timeouts 41/min");
        let all = body.to_string();
        for expected in [
            "205 in 5 min, usually 1",
            "Value: 41/min",
            "Since: 27 Nov 09:02 UTC",
            "Look for slow requests",
            "<https://gauge.example.com/incidents/12|Incident>",
            "|Mute 1 h>",
            "|Mute 8 h>",
            "|Mute until tomorrow 9:00>",
        ] {
            assert!(all.contains(expected), "{expected}: {all}");
        }
    }

    #[test]
    fn ok_a_digest_names_300_apps() {
        assert!(sample::names_all(&body(&sample::digest("app-")).to_string(), "app-"));
    }
}
