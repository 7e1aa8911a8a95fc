//! Pairs of a text: `key=value`, `key="quoted value"`, or only `key`.
//!
//! A value without quotes ends at the next blank and may hold `=` and `"`; a `"` opens a quote only
//! directly after the first `=`. Blanks are SP and the control characters. Nothing is an error:
//! after an unclosed quote the rest is the value, and [`Pairs::is_unterminated`] reports it. Values
//! keep their escapes ([`unescape`]), and UTF-8 is not checked.

use std::borrow::Cow;

use memchr::{memchr2, memrchr};

/// One key with its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair<'a> {
    /// The key, never empty.
    pub key: &'a [u8],
    /// The value as the text has it, without its quotes; empty for `key` and `key=`.
    pub value: &'a [u8],
    /// Whether the value holds a backslash that [`unescape`] would remove.
    pub is_escaped: bool,
}

impl Pair<'_> {
    /// The value without its escapes.
    #[must_use]
    pub fn unescaped(&self) -> Cow<'_, [u8]> {
        if !self.is_escaped {
            return Cow::Borrowed(self.value);
        }
        let mut value = vec![];
        unescape(self.value, &mut value);
        Cow::Owned(value)
    }
}

/// A key whose quoted value may hold unescaped quotes. The value ends at the last quote that
/// `follower` comes after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guard {
    /// The key.
    pub key: &'static [u8],
    /// The text after the closing quote.
    pub follower: &'static [u8],
}

/// The pairs of a text, in order, repeated keys too.
#[derive(Clone, Debug)]
pub struct Pairs<'a> {
    text: &'a [u8],
    at: usize,
    guards: &'static [Guard],
    unterminated: bool,
}

impl<'a> Pairs<'a> {
    /// The pairs of `text`.
    #[must_use]
    pub const fn new(text: &'a [u8]) -> Self {
        Self::guarded(text, &[])
    }

    /// The pairs of `text`, where the values of some keys were never escaped.
    #[must_use]
    pub const fn guarded(text: &'a [u8], guards: &'static [Guard]) -> Self {
        Self { text, at: 0, guards, unterminated: false }
    }

    /// Whether the pairs so far ended in an unclosed quote.
    #[must_use]
    pub const fn is_unterminated(&self) -> bool {
        self.unterminated
    }

    /// Reads the value whose opening quote is just before `self.at`.
    fn quoted(&mut self, key: &'a [u8]) -> Pair<'a> {
        let rest = &self.text[self.at..];
        if let Some(guard) = self.guards.iter().find(|guard| guard.key == key)
            && let Some(bytes) = last_close(rest, guard.follower)
        {
            self.at += bytes + 1;
            return Pair { key, value: &rest[..bytes], is_escaped: false };
        }
        let (mut at, mut is_escaped) = (0, false);
        while let Some(step) = rest.get(at..).and_then(|rest| memchr2(b'"', b'\\', rest)) {
            at += step;
            if rest[at] == b'"' {
                self.at += at + 1;
                return Pair { key, value: &rest[..at], is_escaped };
            }
            is_escaped = true;
            at += 2;
        }
        self.unterminated = true;
        self.at = self.text.len();
        Pair { key, value: rest, is_escaped }
    }
}

impl<'a> Iterator for Pairs<'a> {
    type Item = Pair<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        let rest = &self.text[self.at..];
        let start = rest.iter().position(|byte| !matches!(byte, 0..=b' ' | b'"' | b'='))?;
        let rest = &rest[start..];
        let key_bytes = key_end(rest);
        let key = &rest[..key_bytes];
        self.at += start + key_bytes;
        if rest.get(key_bytes) != Some(&b'=') {
            return Some(Pair { key, value: &[], is_escaped: false });
        }
        self.at += 1;
        let rest = &rest[key_bytes + 1..];
        if rest.first() == Some(&b'"') {
            self.at += 1;
            return Some(self.quoted(key));
        }
        let bytes = first_blank(rest);
        self.at += bytes;
        Some(Pair { key, value: &rest[..bytes], is_escaped: false })
    }
}

/// The place of the last quote that `follower` comes after.
fn last_close(rest: &[u8], follower: &[u8]) -> Option<usize> {
    let mut end = rest.len();
    while let Some(quote) = memrchr(b'"', &rest[..end]) {
        if rest[quote + 1..].starts_with(follower) {
            return Some(quote);
        }
        end = quote;
    }
    None
}

/// Bytes before the first blank; all of them if there is none.
fn first_blank(text: &[u8]) -> usize {
    first(text, below_0x21, |byte| byte <= b' ')
}

/// Bytes before the first blank or `"`; all of them if there is none.
#[inline]
pub(crate) fn word_end(text: &[u8]) -> usize {
    let ends = |word| below_0x21(word) | zeros(word ^ (EACH * 0x22));
    first(text, ends, |byte| matches!(byte, 0..=b' ' | b'"'))
}

/// Bytes before the first blank, `=` or `"`; all of them if there is none.
fn key_end(text: &[u8]) -> usize {
    let ends = |word| below_0x21(word) | zeros(word ^ (EACH * 0x22)) | zeros(word ^ (EACH * 0x3D));
    first(text, ends, |byte| matches!(byte, 0..=b' ' | b'"' | b'='))
}

const EACH: u64 = 0x0101_0101_0101_0101;

/// Searches eight bytes at a time, since lines consist of nothing but keys and values. `marks` sets
/// the high bit of each byte that `is_end` holds for, with no bit below the first of them.
#[inline(always)]
fn first(text: &[u8], marks: impl Fn(u64) -> u64, is_end: impl Fn(u8) -> bool) -> usize {
    let (words, rest) = text.as_chunks::<8>();
    for (place, word) in words.iter().enumerate() {
        let marks = marks(u64::from_le_bytes(*word));
        if marks != 0 {
            return place * 8 + marks.trailing_zeros() as usize / 8;
        }
    }
    let bytes = rest.iter().position(|byte| is_end(*byte)).unwrap_or(rest.len());
    words.len() * 8 + bytes
}

/// The high bit of each byte that is a blank; above the first of them, a borrow may set more bits.
const fn below_0x21(word: u64) -> u64 {
    word.wrapping_sub(EACH * 0x21) & !word & (EACH * 0x80)
}

/// The high bit of each byte that is zero; above the first of them, a borrow may set more bits.
const fn zeros(word: u64) -> u64 {
    word.wrapping_sub(EACH) & !word & (EACH * 0x80)
}

/// Appends `value` to `out` without its escapes: `\"`, `\\`, `\n`, `\t`, `\r` and `\uXXXX`; any
/// other backslash is kept.
pub fn unescape(value: &[u8], out: &mut Vec<u8>) {
    let mut rest = value;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        let plain = match after.first() {
            Some(&quoted @ (b'"' | b'\\')) => quoted,
            Some(b'n') => b'\n',
            Some(b't') => b'\t',
            Some(b'r') => b'\r',
            Some(b'u') => {
                if let Some((character, bytes)) = code_point(&after[1..]) {
                    out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                    rest = &after[1 + bytes..];
                } else {
                    out.push(b'\\');
                }
                continue;
            }
            _ => {
                out.push(b'\\');
                continue;
            }
        };
        out.push(plain);
        rest = &after[1..];
    }
}

/// The character of `XXXX`, or of `XXXX\uXXXX` for a pair of surrogates, and how many bytes were
/// read.
fn code_point(digits: &[u8]) -> Option<(char, usize)> {
    let unit = |at: usize| {
        let digits = digits.get(at..at + 4)?;
        digits.iter().try_fold(0, |unit: u32, digit| Some(unit * 16 + char::from(*digit).to_digit(16)?))
    };
    let first = unit(0)?;
    if !(0xD800..0xDC00).contains(&first) {
        return Some((char::from_u32(first)?, 4));
    }
    let second = (digits.get(4..6)? == b"\\u").then(|| unit(6))??;
    let low = second.checked_sub(0xDC00).filter(|low| *low < 0x400)?;
    Some((char::from_u32(0x1_0000 + ((first - 0xD800) << 10) + low)?, 10))
}
