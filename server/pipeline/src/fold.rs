//! What stays the same in the messages of one error: numbers, ids and quoted values are folded, so
//! that messages which differ in nothing else are one group. Which lines are errors is decided
//! elsewhere.

use crate::{Line, extract, logfmt::Pairs, mask::plain, request_id::is_uuid};

/// Longest folded message, bytes. What follows rarely tells errors apart.
pub const FOLDED_BYTES_MAX: usize = 200;
/// Bytes of a message that are read.
const READ_BYTES_MAX: usize = 2_048;
/// Keys of logfmt whose value is the message, in the order of preference.
const MESSAGE_KEYS: [&[u8]; 7] = [b"msg", b"message", b"error", b"err", b"exception", b"desc", b"event"];
/// Length of a UUID as text.
const UUID_BYTES: usize = 36;
/// Folded numbers that are one: parts of an id, a fraction, an address, a time.
const JOINED: [&str; 5] = ["##", "#-#", "#.#", "#:#", "#,#"];
/// Shortest word of hexadecimal digits that is folded as a whole.
const HEX_BYTES_MIN: usize = 8;

/// The folded message of a line.
#[must_use]
pub fn line(line: &Line<'_>) -> String {
    let shown = plain(line.msg);
    let msg = &shown[..shown.len().min(READ_BYTES_MAX)];
    if line.proc_id == b"router" {
        let value = |key: &[u8]| {
            let found = extract::pairs(line.proc_id, msg).find(|it| it.key == key);
            found.map(|it| String::from_utf8_lossy(&it.unescaped()).into_owned()).unwrap_or_default()
        };
        let (code, status) = (value(b"code"), value(b"status"));
        // As it stands in the line, so that it can be searched for.
        return match (code.is_empty(), status.is_empty()) {
            (false, _) => format!("code={code} desc=\"{}\"", value(b"desc")),
            (true, false) => format!("status={status}"),
            _ => text(&String::from_utf8_lossy(msg)),
        };
    }
    let message = MESSAGE_KEYS.iter().find_map(|key| {
        let found = if msg.starts_with(b"{") {
            extract::json_field(msg, key)?
        } else {
            Pairs::new(msg).find(|it| it.key == *key)?.value
        };
        (!found.is_empty()).then(|| String::from_utf8_lossy(found).into_owned())
    });
    text(&message.unwrap_or_else(|| String::from_utf8_lossy(msg).into_owned()))
}

/// A message without what differs from one time to the next.
#[must_use]
pub fn text(message: &str) -> String {
    let mut out = String::with_capacity(message.len().min(FOLDED_BYTES_MAX));
    let mut rest = message.trim();
    while let Some(first) = rest.chars().next().filter(|_| out.len() < FOLDED_BYTES_MAX) {
        let after = &rest[first.len_utf8()..];
        if let Some(end) = quoted(first, after, out.chars().next_back()) {
            out.extend([first, '…', first]);
            rest = &after[end + first.len_utf8()..];
        } else if rest.as_bytes().get(..UUID_BYTES).is_some_and(is_uuid) {
            out.push('#');
            rest = &rest[UUID_BYTES..];
        } else if first.is_ascii_alphanumeric() {
            let end = rest.find(|it: char| !it.is_ascii_alphanumeric()).unwrap_or(rest.len());
            push_word(&mut out, &rest[..end]);
            rest = &rest[end..];
        } else {
            let is_blank = first.is_whitespace() || first.is_control();
            if !is_blank {
                out.push(first);
            } else if !out.ends_with(' ') {
                out.push(' ');
            }
            rest = after;
        }
    }
    // An id has dashes, a number a point: one sign stands for all of it.
    while let Some(joined) = JOINED.into_iter().find(|it| out.contains(it)) {
        out = out.replace(joined, "#");
    }
    out.truncate(out.floor_char_boundary(FOLDED_BYTES_MAX));
    out.trim_end().to_owned()
}

/// Where a quoted value ends that the text before begins with `first`.
fn quoted(first: char, after: &str, before: Option<char>) -> Option<usize> {
    // An apostrophe inside a word opens nothing.
    let opens = matches!(first, '"' | '\'' | '`') && !before.is_some_and(char::is_alphanumeric);
    if opens { after.find(first) } else { None }
}

/// Adds a word: whole if it has no digit or is a short code such as H12, `#` for ids and numbers.
fn push_word(out: &mut String, word: &str) {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let letters = word.len() - digits;
    let is_code = word.starts_with(|it: char| it.is_ascii_uppercase()) && word.len() <= 4 && letters <= 2;
    let is_hex = word.len() >= HEX_BYTES_MIN && word.bytes().all(|it| it.is_ascii_hexdigit());
    if digits == 0 || is_code {
        out.push_str(word);
    } else if letters == 0 || is_hex {
        out.push('#');
    } else {
        for part in word.split_inclusive(|it: char| it.is_ascii_digit()) {
            out.push_str(part.trim_end_matches(|it: char| it.is_ascii_digit()));
            if part.ends_with(|it: char| it.is_ascii_digit()) && !out.ends_with('#') {
                out.push('#');
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(source: &str, msg: &str, expected: &str) {
        let of = Line { proc_id: source.as_bytes(), msg: msg.as_bytes(), ..Line::default() };
        assert_eq!(line(&of), expected, "{msg}");
    }

    #[test]
    fn ok_messages_of_one_error_are_the_same() {
        for (msg, expected) in [
            ("Timeout after 1250ms for user 17", "Timeout after #ms for user #"),
            ("Couldn't find Order with 'id'=8841", "Couldn't find Order with '…'=#"),
            ("id 8601b555-6a83-4c12-8269-97c8e32cdb22 is gone", "id # is gone"),
            ("at 10.0.0.7:5432, [2026-11-27  22:10:09.5]", "at #, [# #]"),
            ("deadbeef01 order17b H12 utf8", "# order#b H12 utf#"),
            ("level=error msg=\"no row for 7\" at=1", "no row for #"),
            ("", ""),
            ("\"open", "\"open"),
        ] {
            check("web.1", msg, expected);
        }
        let router = "at=error code=H12 desc=\"Request timeout\" method=GET path=\"/a/7\" status=503";
        check("router", router, "code=H12 desc=\"Request timeout\"");
        check("web.1", r#"{"level":"error","msg":"no row for 7","at":1}"#, "no row for #");
        check("router", "at=info method=GET path=\"/a/7\" status=500", "status=500");
    }

    proptest::proptest! {
        #[test]
        fn ok_folding_is_bounded_and_numbers_do_not_matter(words in "[a-z \"'#é]{0,300}", a in 0_u32..99_999, b in 0_u32..99_999) {
            let folded = |n: u32| text(&format!("x {n} {words}"));
            proptest::prop_assert_eq!(folded(a), folded(b));
            proptest::prop_assert!(folded(a).len() <= FOLDED_BYTES_MAX);
        }
    }
}
