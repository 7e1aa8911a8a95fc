//! Microsoft Teams: an Adaptive Card for a workflow ("When a Teams webhook request is received").
//! Texts stand in `RichTextBlock`, which knows no markup.
//!
//! Limit: about 28 KB for the whole message; users have measured 21 KB, so ours ends at 20 kB.
//! <https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook>

use serde_json::{Value, json};

use super::{
    cut::{Unit, cut, list, plain},
    text::Message,
};

/// Most bytes of a body.
pub(super) const BODY_BYTES_MAX: usize = 20_000;
const UNIT: Unit = Unit::Bytes;

/// The body of a message.
#[must_use]
pub(crate) fn body(message: &Message) -> Value {
    // JSON writes some characters as two. A list of such names is cut further.
    let sizes = [(1_000, 12_000), (500, 6_000), (200, 2_000)];
    let mut written = sizes.iter().map(|(text, list)| card(message, *text, *list));
    let fits = written.find(|it| it.to_string().len() <= BODY_BYTES_MAX);
    fits.unwrap_or_else(|| card(message, 100, 500))
}

fn card(message: &Message, text_max: usize, list_max: usize) -> Value {
    let text = &message.text;
    let mut blocks = vec![block(&cut(&text.title, text_max, UNIT, plain), true)];
    blocks.extend(text.fact_lines().iter().map(|it| block(&cut(it, text_max, UNIT, plain), false)));
    let names = [list(&text.groups, list_max, UNIT, plain)];
    for sentence in text.sentences(&names) {
        let max = if sentence == names[0] { list_max } else { text_max };
        blocks.extend(cut(sentence, max, UNIT, plain).lines().map(|it| block(it, false)));
    }
    let links = text.links.iter().chain(&text.mutes);
    let actions: Vec<Value> =
        links.map(|it| json!({ "type": "Action.OpenUrl", "title": it.text, "url": it.url })).collect();
    let content = json!({
        "type": "AdaptiveCard",
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "version": "1.4",
        "body": blocks,
        "actions": actions,
        "msteams": { "width": "Full" },
    });
    let attachment =
        json!({ "contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": null, "content": content });
    json!({ "type": "message", "attachments": [attachment] })
}

fn block(text: &str, is_bold: bool) -> Value {
    let weight = if is_bold { "Bolder" } else { "Default" };
    json!({ "type": "RichTextBlock", "inlines": [{ "type": "TextRun", "text": text, "weight": weight }] })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outlet::notify::sample;

    #[test]
    fn ok_every_message_is_within_the_limits() {
        for message in sample::messages() {
            let body = body(&message);
            assert!(body.to_string().len() <= BODY_BYTES_MAX);
            let content = &body["attachments"][0]["content"];
            assert!(content["body"].as_array().is_some_and(|it| !it.is_empty()));
            assert!(content["actions"].as_array().is_some_and(|it| (1..=6).contains(&it.len())));
            assert!(!content.to_string().contains("TextBlock\",\"text"), "a block with markup");
        }
    }

    #[test]
    fn ok_a_digest_names_300_apps() {
        assert!(sample::names_all(&body(&sample::digest("app-")).to_string(), "app-"));
    }
}
