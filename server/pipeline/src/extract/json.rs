//! The fields of a line that is one JSON object, in order and without copying.
//!
//! Nested objects and arrays are one value each. The text is checked only as far as needed to find
//! the next field: at text that is no JSON, the fields end.

use memchr::memchr;

use super::prefix::is_prefix;
use crate::{logfmt, syslog::quote_end};

/// The value of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Value<'a> {
    /// A string, between its quotes and with its escapes.
    Text(&'a [u8]),
    /// A number, a word, or something nested.
    Bare(&'a [u8]),
}

impl<'a> Value<'a> {
    /// The text of the value, without the quotes of a string.
    pub(super) const fn bytes(self) -> &'a [u8] {
        match self {
            Self::Text(text) | Self::Bare(text) => text,
        }
    }
}

/// The fields of a line that is one object, perhaps after the prefix of a logger.
#[inline]
pub(super) fn line(msg: &[u8]) -> Option<Fields<'_>> {
    let at = begin(msg).filter(|at| is_prefix(&msg[..*at]))?;
    Fields::of(&msg[at..])
}

/// The first value of each of some keys of an object, without the quotes of strings; empty where
/// there is none.
pub(super) fn pick<'a, const N: usize>(fields: Fields<'a>, keys: [&[u8]; N]) -> [&'a [u8]; N] {
    let mut values = [&[][..]; N];
    for (key, value) in fields {
        if let Some(at) = keys.iter().position(|it| *it == key)
            && values[at].is_empty()
        {
            values[at] = value.bytes();
        }
    }
    values
}

/// Appends a string's text to `out` without its escapes.
pub(super) fn unescape(mut text: &[u8], out: &mut Vec<u8>) {
    while let Some(at) = memchr(b'\\', text) {
        out.extend_from_slice(&text[..at]);
        let escape = &text[at..];
        let bytes = match escape.get(1) {
            // PHP escapes slashes.
            Some(b'/') => {
                out.push(b'/');
                text = &escape[2..];
                continue;
            }
            Some(b'u') if escape.get(6..8) == Some(b"\\u") => 12,
            Some(b'u') => 6,
            _ => 2,
        };
        let bytes = bytes.min(escape.len());
        logfmt::unescape(&escape[..bytes], out);
        text = &escape[bytes..];
    }
    out.extend_from_slice(text);
}

/// The fields of an object.
pub(super) struct Fields<'a> {
    rest: &'a [u8],
}

impl<'a> Fields<'a> {
    /// The fields of the object that `text` begins with; `None` for other text.
    pub(super) fn of(text: &'a [u8]) -> Option<Self> {
        let rest = text.strip_prefix(b"{")?.trim_ascii_start();
        (rest.first() == Some(&b'"')).then_some(Self { rest })
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = (&'a [u8], Value<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.rest.strip_prefix(b"\"")?;
        let end = quote_end(rest, 0)?;
        let (key, rest) = (&rest[..end - 1], rest[end..].trim_ascii_start());
        let rest = rest.strip_prefix(b":")?.trim_ascii_start();
        let (value, rest) = match rest.first()? {
            b'"' => {
                let end = quote_end(rest, 1)?;
                (Value::Text(&rest[1..end - 1]), &rest[end..])
            }
            b'{' | b'[' => {
                let end = nested_end(rest)?;
                (Value::Bare(&rest[..end]), &rest[end..])
            }
            _ => {
                let end = rest.iter().position(|it| matches!(it, b',' | b'}') || it.is_ascii_whitespace())?;
                (Value::Bare(&rest[..end]), &rest[end..])
            }
        };
        let rest = rest.trim_ascii_start();
        self.rest = rest.strip_prefix(b",").unwrap_or_default().trim_ascii_start();
        Some((key, value))
    }
}

/// The end of the object or array that `text` begins with.
fn nested_end(text: &[u8]) -> Option<usize> {
    let (mut depth, mut at) = (0usize, 0);
    loop {
        match text.get(at)? {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth -= 1,
            b'"' => at = quote_end(text, at + 1)? - 1,
            _ => {}
        }
        at += 1;
        if depth == 0 {
            return Some(at);
        }
    }
}

/// Where an object may begin in `text`.
pub(super) fn begin(text: &[u8]) -> Option<usize> {
    memchr(b'{', text).filter(|at| text.get(at + 1).is_some_and(|it| *it == b'"' || it.is_ascii_whitespace()))
}
