//! The end of a value, in text that may be quoted, escaped, encoded for a URL, or in a list.
//!
//! A value without quotes ends at a blank. Signs that passwords may contain end it only if the text
//! after them confirms it.

use std::ops::Range;

/// The longest name that is searched for after a comma, bytes.
const NEXT_BYTES_MAX: usize = 40;

/// The schemes of `Authorization`, which are no secret.
const SCHEMES: [&str; 11] =
    ["bearer", "basic", "token", "digest", "negotiate", "ntlm", "apikey", "oauth", "hawk", "jwt", "aws4-hmac-sha256"];
/// Values that are no secret: they say that there is none, or what became of it.
const NONE: [&str; 28] = [
    "true",
    "false",
    "null",
    "nil",
    "none",
    "undefined",
    "yes",
    "no",
    "on",
    "off",
    "-",
    "(null)",
    "n/a",
    "filtered",
    "redacted",
    "hidden",
    "missing",
    "required",
    "invalid",
    "expired",
    "valid",
    "ok",
    "unknown",
    "failed",
    "success",
    "present",
    "set",
    "unset",
];
/// Units of measurements.
const UNITS: [&str; 10] = ["ms", "s", "us", "µs", "ns", "%", "b", "kb", "mb", "gb"];

/// The end of a value without quotes. In the query of a URL, `&` always ends it.
pub(super) fn plain_end(text: &[u8], from: usize, is_query: bool) -> usize {
    let mut at = from;
    while let Some(byte) = text.get(at) {
        let rest = &text[at + 1..];
        let ends = match byte {
            0..=b' ' | b'<' | b'>' => true,
            b'"' | b'\'' | b'`' | b')' | b']' | b'}' => is_delimiter(rest),
            b'\\' => {
                matches!(rest, [b'"' | b'\'' | b'n' | b'r' | b't', ..] | [b'u', b'0', b'0', ..] | [b'\\', b'"', ..])
            }
            b'&' => is_query || rest.starts_with(b"amp;") || rest.starts_with(b"quot;") || begins_pair(rest),
            b'%' => matches!(rest, [b'2', b'6' | b'2', ..] | [b'7', b'D' | b'd', ..]),
            b',' | b';' => is_delimiter(rest) || begins_pair(rest),
            _ => false,
        };
        if ends {
            return at;
        }
        at += 1;
    }
    at
}

/// The end of a header's value without quotes: `Digest a="b", c=d`, `a=b; c=d; HttpOnly`.
pub(super) fn header_end(text: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(byte) = text.get(at) {
        let rest = &text[at + 1..];
        let before = at.checked_sub(1).map_or(b' ', |it| text[it]);
        match byte {
            b' ' | b'\t' if at > from && matches!(before, b';' | b',') => {
                let attribute = rest.iter().take_while(|it| it.is_ascii_alphabetic()).count();
                let is_attribute =
                    ["secure", "httponly"].iter().any(|it| rest[..attribute].eq_ignore_ascii_case(it.as_bytes()));
                if !is_attribute && !begins_pair(rest) {
                    return at;
                }
            }
            0..=b' ' | b'<' | b'>' => return at,
            b'"' if before == b'=' => {
                let Some(bytes) = rest.iter().position(|it| matches!(it, b'"' | b'\n')) else { return text.len() };
                at += bytes + 1;
            }
            b'\\' if rest.first() == Some(&b'"') && before == b'=' => {
                let Some(bytes) = memchr::memmem::find(rest.get(1..).unwrap_or_default(), b"\\\"") else {
                    return text.len();
                };
                at += bytes + 3;
            }
            b'"' | b'\'' | b'`' | b'}' | b']' if is_delimiter(rest) => return at,
            b'\\' if matches!(rest.first(), Some(b'"' | b'\'' | b'n' | b'r' | b'\\')) => return at,
            b',' if matches!(rest.first(), Some(b'"' | b'\'' | b':')) => return at,
            _ => {}
        }
        at += 1;
    }
    at.min(text.len())
}

/// The inside of a quoted value whose quote is at `open`, after `slashes` backslashes. An unclosed
/// value ends with its line.
pub(super) fn quoted(text: &[u8], open: usize, slashes: usize) -> Range<usize> {
    let (quote, from) = (text[open], open + 1);
    let mut run = 0;
    for (place, byte) in text[from..].iter().enumerate() {
        match byte {
            b'\n' | b'\r' | 0 => return from..from + place,
            b'\\' => {
                run += 1;
                continue;
            }
            // More backslashes than before the first quote belong to the value.
            _ if *byte == quote && (run <= slashes || (slashes == 0 && run % 2 == 0)) => {
                return from..from + place - run.min(slashes);
            }
            _ => {}
        }
        run = 0;
    }
    from..text.len()
}

/// The value without a scheme at its beginning.
pub(super) fn without_scheme(text: &[u8], value: Range<usize>) -> Range<usize> {
    let bytes = &text[value.clone()];
    let word = bytes.iter().position(|it| matches!(it, b' ' | b'+')).unwrap_or(bytes.len());
    let blanks = bytes[word..].iter().take_while(|it| matches!(it, b' ' | b'+')).count();
    let is_scheme = SCHEMES.iter().any(|it| bytes[..word].eq_ignore_ascii_case(it.as_bytes()));
    if is_scheme && word + blanks < bytes.len() { value.start + word + blanks..value.end } else { value }
}

/// The length of a scheme and the blanks after it at the beginning of a text; 0 if there is none.
pub(super) fn scheme(text: &[u8]) -> usize {
    let word = text.iter().take(NEXT_BYTES_MAX).take_while(|it| it.is_ascii_alphanumeric() || **it == b'-').count();
    let blanks = text[word..].iter().take(4).take_while(|it| **it == b' ').count();
    let is_scheme = SCHEMES.iter().any(|it| text[..word].eq_ignore_ascii_case(it.as_bytes()));
    if is_scheme && blanks > 0 { word + blanks } else { 0 }
}

/// Whether a value is no secret: it says that there is none, or was removed before, or is a
/// measurement.
pub(super) fn is_none(value: &[u8]) -> bool {
    let bare = value.strip_prefix(b"[").and_then(|it| it.strip_suffix(b"]")).unwrap_or(value);
    let is = |word: &[u8], of: &[&str]| of.iter().any(|it| word.eq_ignore_ascii_case(it.as_bytes()));
    let digits = value.iter().take_while(|it| it.is_ascii_digit() || **it == b'.').count();
    bare.is_empty() || is(bare, &NONE) || (digits > 0 && is(&value[digits..], &UNITS))
}

/// Whether a value is too small a number to be a secret.
pub(super) fn is_small_number(value: &[u8], digits_max: usize) -> bool {
    value.len() <= digits_max && value.iter().all(u8::is_ascii_digit)
}

/// Whether the text after a bracket, a quote or a comma ends the value before it.
fn is_delimiter(rest: &[u8]) -> bool {
    rest.first().is_none_or(|byte| {
        matches!(byte, 0..=b' ' | b',' | b';' | b')' | b']' | b'}' | b'>' | b':' | b'"' | b'\'' | b'`' | b'\\' | b'<')
    })
}

/// Whether a text begins with a name and its sign.
fn begins_pair(rest: &[u8]) -> bool {
    let blanks = rest.iter().take(2).take_while(|it| **it == b' ').count();
    let rest = &rest[blanks..];
    let is_name = |it: &u8| it.is_ascii_alphanumeric() || matches!(it, b'_' | b'-' | b'.' | b'[' | b']' | b' ');
    let bytes = rest.iter().take(NEXT_BYTES_MAX).take_while(|it| is_name(it)).count();
    bytes > 0 && rest[0] != b' ' && matches!(rest.get(bytes), Some(b'=' | b':'))
}
