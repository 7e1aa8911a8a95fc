//! Markdown of Discord and Mattermost: escaping, and the one text that holds a whole message.

use super::{
    cut::{Unit, cut, list},
    text::{Link, Text},
};

/// Writes a character so that it is no markup and mentions nobody. A mention is broken by a
/// character of no width: Mattermost knows no escape for it.
pub(super) fn escape(found: char, out: &mut String) {
    match found {
        '@' => out.push_str("@\u{200b}"),
        // A line may begin with these only because of us.
        '\\' | '*' | '_' | '~' | '`' | '|' | '>' | '<' | '#' | '[' | ']' | '(' | ')' | '!' | ':' | '-' | '+' | '=' => {
            out.extend(['\\', found]);
        }
        _ => out.push(found),
    }
}

/// Everything below the title and the figures, in at most `max`. Links come first, so that they
/// are never cut away.
pub(super) fn rest(text: &Text, max: usize, unit: Unit) -> String {
    let mut links = text.link_rows().map(line).collect::<Vec<_>>().join("\n");
    if unit.len(&links) > max {
        links.clear();
    }
    let mut left = max - unit.len(&links);
    let mut parts = Vec::new();
    for sentence in text.sentences(&[]) {
        let part = cut(sentence, left.saturating_sub(1).min(800), unit, escape);
        left = left.saturating_sub(unit.len(&part) + 1);
        parts.push(part);
    }
    if !text.groups.is_empty() {
        parts.push(list(&text.groups, left.saturating_sub(1), unit, escape));
    }
    parts.push(links);
    parts.retain(|it| !it.is_empty());
    parts.join("\n")
}

fn line(links: &[Link]) -> String {
    links.iter().map(|it| format!("[{}](<{}>)", it.text, it.url)).collect::<Vec<_>>().join(" · ")
}
