//! Tokens with a known shape, whatever comes before them.
//!
//! Their first letters stay, so that people see what kind of token it was.

use std::ops::Range;

use super::is_inside_word;

/// How many bytes of a token decide whether it is one.
const JUDGED_BYTES: usize = 64;
/// The longest first part of a JSON web token, bytes.
const JWT_HEAD_BYTES_MAX: usize = 512;

/// The bytes that a token may contain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// Letters and digits.
    Alnum,
    /// Letters, digits, `_` and `-`.
    Word,
    /// [`Self::Word`] and `.`.
    Dotted,
    /// [`Self::Word`] and `/`.
    Path,
}

/// The shape of a token around its clue.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    /// Texts of which one comes before the clue.
    pub(super) heads: &'static [&'static str],
    /// The text after the clue.
    pub(super) tail: &'static str,
    /// The bytes of the rest, which is the secret.
    pub(super) class: Class,
    /// The shortest rest, bytes.
    pub(super) bytes_min: usize,
}

impl Class {
    fn has(self, byte: u8) -> bool {
        byte.is_ascii_alphanumeric()
            || match self {
                Self::Alnum => false,
                Self::Word => matches!(byte, b'_' | b'-'),
                Self::Dotted => matches!(byte, b'_' | b'-' | b'.'),
                Self::Path => matches!(byte, b'_' | b'-' | b'/'),
            }
    }

    fn run(self, text: &[u8], from: usize) -> usize {
        text[from..].iter().position(|it| !self.has(*it)).map_or(text.len(), |it| from + it)
    }
}

/// The secret part of a token of that shape around `clue`.
pub(super) fn find(text: &[u8], clue: Range<usize>, shape: &Shape) -> Option<Range<usize>> {
    let head = shape.heads.iter().find(|it| text[..clue.start].ends_with(it.as_bytes()))?;
    let begin = clue.start - head.len();
    if is_inside_word(text, begin) || !text[clue.end..].starts_with(shape.tail.as_bytes()) {
        return None;
    }
    let from = clue.end + shape.tail.len();
    let judged = &text[from..text.len().min(from + JUDGED_BYTES)];
    let bytes = judged.iter().position(|it| !shape.class.has(*it)).unwrap_or(judged.len());
    let is_random = judged[..bytes].iter().any(|it| it.is_ascii_digit() || it.is_ascii_uppercase());
    (bytes >= shape.bytes_min && is_random).then(|| from..shape.class.run(text, from + bytes))
}

/// The parts of a JSON web token after `eyJ`.
pub(super) fn jwt(text: &[u8], clue: Range<usize>) -> Option<Range<usize>> {
    if is_inside_word(text, clue.start) {
        return None;
    }
    let head = &text[clue.end..text.len().min(clue.end + JWT_HEAD_BYTES_MAX)];
    let bytes = head.iter().position(|it| !Class::Word.has(*it) && *it != b'=')?;
    let is_one = head[bytes] == b'.' && bytes >= 8 && head.get(bytes + 1).is_some_and(|it| Class::Dotted.has(*it));
    is_one.then(|| {
        let end = Class::Dotted.run(text, clue.end + bytes);
        clue.end..end + usize::from(text[end..].starts_with(b"="))
    })
}

/// The text after `Bearer`, if it looks like a token rather than a word.
pub(super) fn bearer(text: &[u8], clue: Range<usize>) -> Option<Range<usize>> {
    let is_scheme = clue.start.checked_sub(1).is_some_and(|it| matches!(text[it], b'B' | b'b'));
    let rest = &text[clue.end..];
    let blanks = match rest {
        [b'%', b'2', b'0', ..] => 3,
        _ => rest.iter().take(4).take_while(|it| matches!(it, b' ' | b'+')).count(),
    };
    if !is_scheme || blanks == 0 {
        return None;
    }
    let from = clue.end + blanks;
    let is_part = |it: &u8| Class::Dotted.has(*it) || matches!(it, b'~' | b'+' | b'/' | b'=');
    let bytes = text[from..].iter().position(|it| !is_part(it)).unwrap_or(text.len() - from);
    let word = &text[from..from + bytes];
    let is_random = word.iter().any(|it| it.is_ascii_digit() || it.is_ascii_uppercase());
    (bytes >= 8 && (is_random || bytes >= 20)).then(|| from..from + bytes)
}

/// An API key of Twilio, whose `SK` ends before `from`: 32 hexadecimal digits.
pub(super) fn twilio(text: &[u8], from: usize) -> Option<Range<usize>> {
    let digits = text.get(from..from + 32)?;
    let is_end = text.get(from + 32).is_none_or(|it| !it.is_ascii_alphanumeric());
    let is_one = digits.iter().all(u8::is_ascii_hexdigit) && digits.iter().any(u8::is_ascii_digit);
    (is_one && is_end && !is_inside_word(text, from - 2)).then(|| from..from + 32)
}
