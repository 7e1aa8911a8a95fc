//! The tokens of a text: the longest runs of letters, digits, `_` and bytes beyond ASCII, and whole
//! UUIDs. What a block's filter knows of a block are its tokens.
//!
//! A text is given in lower case. The rules decide what stored filters hold, so they do not change
//! without a new version of the form.

use pipeline::request_id::is_uuid;

/// Bytes of a UUID.
const UUID_BYTES: usize = 36;
/// Bytes of its first part.
const UUID_FIRST: usize = 8;

const DIGIT: u8 = 1;
const HEX: u8 = 2;
const OTHER: u8 = 4;

const fn class_of(byte: u8) -> u8 {
    match byte {
        b'0'..=b'9' => DIGIT,
        b'a'..=b'f' => HEX,
        b'g'..=b'z' | b'_' | 0x80.. => OTHER,
        _ => 0,
    }
}

const CLASSES: [u8; 256] = {
    let (mut classes, mut byte) = ([0; 256], 0_u8);
    loop {
        classes[byte as usize] = class_of(byte);
        if byte == u8::MAX {
            break classes;
        }
        byte += 1;
    }
};

/// What a token consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// No digit.
    Word,
    /// Digits, and perhaps letters from `a` to `f`.
    Number,
    /// Digits and other letters.
    Mixed,
    /// A UUID.
    Uuid,
}

/// A token of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token<'a> {
    /// Its bytes.
    pub bytes: &'a [u8],
    /// Where it begins in the text.
    pub at: usize,
    /// What it consists of.
    pub class: Class,
}

/// The tokens of a text in lower case.
#[derive(Clone, Debug)]
pub(super) struct Tokens<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Tokens<'a> {
    /// Of a text.
    pub(super) const fn new(text: &'a [u8]) -> Self {
        Self { text, at: 0 }
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    #[inline]
    fn next(&mut self) -> Option<Token<'a>> {
        let rest = &self.text[self.at..];
        let start = rest.iter().position(|it| CLASSES[usize::from(*it)] != 0)?;
        let (mut classes, mut end) = (0, start);
        while let Some(byte) = rest.get(end) {
            let class = CLASSES[usize::from(*byte)];
            if class == 0 {
                break;
            }
            classes |= class;
            end += 1;
        }
        let mut class = class(classes);
        if end - start == UUID_FIRST && rest.get(end) == Some(&b'-') && is_uuid_at(rest, start) {
            (class, end) = (Class::Uuid, start + UUID_BYTES);
        }
        let at = self.at + start;
        self.at += end;
        Some(Token { bytes: &rest[start..end], at, class })
    }
}

const fn class(classes: u8) -> Class {
    match (classes & DIGIT, classes & OTHER) {
        (0, _) => Class::Word,
        (_, 0) => Class::Number,
        _ => Class::Mixed,
    }
}

/// Whether a UUID begins there, and is not the beginning of something longer.
fn is_uuid_at(text: &[u8], start: usize) -> bool {
    let end = start + UUID_BYTES;
    text.get(start..end).is_some_and(is_uuid) && !text.get(end).is_some_and(|it| is_part(*it))
}

const fn is_part(byte: u8) -> bool {
    CLASSES[byte as usize] != 0
}

/// Whether each byte may stand in a token of digits and letters from `a` to `f`.
pub(super) fn is_hex(text: &[u8]) -> bool {
    text.iter().all(|it| CLASSES[usize::from(*it)] & (DIGIT | HEX) != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[(&str, Class)]) {
        let found: Vec<_> = Tokens::new(text.as_bytes()).collect();
        let named: Vec<_> = found.iter().map(|it| (std::str::from_utf8(it.bytes).unwrap_or("?"), it.class)).collect();
        assert_eq!(named, expected, "{text}");
        assert!(found.iter().all(|it| text.as_bytes()[it.at..].starts_with(it.bytes)));
    }

    #[test]
    fn ok_tokens_of_texts() {
        check("", &[]);
        check(" - ", &[]);
        check(
            "at=error code=h12",
            &[("at", Class::Word), ("error", Class::Word), ("code", Class::Word), ("h12", Class::Mixed)],
        );
        check("feed 0a12 23ms", &[("feed", Class::Word), ("0a12", Class::Number), ("23ms", Class::Mixed)]);
        check("größe_1", &[("größe_1", Class::Mixed)]);
    }

    #[test]
    fn ok_uuids_are_one_token() {
        const ID: &str = "8601b555-6a83-4c12-8269-97c8e32cdb22";
        check(&format!("id={ID},x"), &[("id", Class::Word), (ID, Class::Uuid), ("x", Class::Word)]);
        check(&format!("a-{ID}-b"), &[("a", Class::Word), (ID, Class::Uuid), ("b", Class::Word)]);
        let parts = |first, last| {
            [
                (first, Class::Number),
                ("6a83", Class::Number),
                ("4c12", Class::Number),
                ("8269", Class::Number),
                (last, Class::Number),
            ]
        };
        check(&format!("{ID}0"), &parts("8601b555", "97c8e32cdb220"));
        check(&format!("0{ID}"), &parts("08601b555", "97c8e32cdb22"));
    }
}
