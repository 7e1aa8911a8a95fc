//! Texts in the form for display: masks become `***`, colours of a terminal are removed, other
//! control characters become signs such as `␀`. Tabs and line ends stay.

use std::borrow::Cow;

use memchr::{memchr, memchr2};

use super::{fill::FILL, text};
use crate::find::Find;

/// How many bytes after the longest text are read too: they may show that its end is a secret.
const AHEAD_BYTES: usize = 4_096;
/// The longest escape sequence, bytes.
const SEQUENCE_BYTES_MAX: usize = 512;
const ESCAPE: u8 = 0x1B;

/// The beginning of a text for display, masked, at most `bytes_max` bytes long.
#[must_use]
pub fn masked(whole: &[u8], bytes_max: usize) -> Box<str> {
    let mut copy = whole[..whole.len().min(bytes_max.saturating_add(AHEAD_BYTES))].to_vec();
    text(&mut copy);
    let copy = plain(&copy);
    let text = String::from_utf8_lossy(&copy[..copy.len().min(bytes_max)]);
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(it) = rest.next() {
        match it {
            '\t' | '\n' => out.push(it),
            '\r' if rest.peek() == Some(&'\n') => {}
            '\0'..='\x1F' => out.push(char::from_u32(0x2400 + u32::from(it)).unwrap_or(char::REPLACEMENT_CHARACTER)),
            '\x7F' => out.push('\u{2421}'),
            it if it.is_control() => out.push(char::REPLACEMENT_CHARACTER),
            it => out.push(it),
        }
    }
    out.truncate(out.floor_char_boundary(bytes_max));
    out.into()
}

/// A whole text, masked and otherwise as it was sent.
#[must_use]
pub fn exact(whole: &[u8]) -> Vec<u8> {
    let mut copy = whole.to_vec();
    text(&mut copy);
    let mut out = Vec::with_capacity(copy.len());
    for (place, byte) in copy.iter().enumerate() {
        if !is_fill(&copy, place, out.last()) {
            out.push(*byte);
        }
    }
    out
}

/// A masked text without the filling bytes of masks and without colours of a terminal.
#[must_use]
pub fn plain(text: &[u8]) -> Cow<'_, [u8]> {
    if memchr2(ESCAPE, FILL, text).is_none() {
        return Cow::Borrowed(text);
    }
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        let bytes = if *byte == ESCAPE { sequence(&text[at..]) } else { 0 };
        if bytes == 0 && !is_fill(text, at, out.last()) {
            out.push(*byte);
        }
        at += bytes.max(1);
    }
    Cow::Owned(out)
}

/// Whether [`plain`] of a line of a body may contain a text. In the body, colours and filling bytes
/// of masks may interrupt the text.
#[derive(Clone, Debug)]
pub struct MayShow(Find);

impl MayShow {
    /// A search for a text, with its case or without.
    #[must_use]
    pub fn new(words: &[u8], keeps_case: bool) -> Self {
        let bare = words.split(|it| *it == b'*').max_by_key(|it| it.len()).unwrap_or_default();
        Self(Find::new(bare, keeps_case))
    }

    /// Whether a line of this body may show it.
    #[must_use]
    pub fn is_in(&self, body: &[u8]) -> bool {
        self.0.is_in(body) || memchr(ESCAPE, body).is_some()
    }
}

fn is_fill(text: &[u8], at: usize, shown: Option<&u8>) -> bool {
    text[at] == FILL && shown == Some(&b'*') && matches!(text[at - 1], FILL | b'*')
}

/// The length of the escape sequence at the beginning of a text; 0 if none is known.
fn sequence(text: &[u8]) -> usize {
    let text = &text[..text.len().min(SEQUENCE_BYTES_MAX)];
    let skip = |from: usize, of: std::ops::RangeInclusive<u8>| {
        from + text[from.min(text.len())..].iter().take_while(|it| of.contains(it)).count()
    };
    match text.get(1) {
        Some(b'[') => {
            let end = skip(skip(2, 0x30..=0x3F), 0x20..=0x2F);
            text.get(end).filter(|it| (0x40..=0x7E).contains(*it)).map_or(0, |_| end + 1)
        }
        Some(b']') => {
            let end = skip(2, 0x20..=0xFF);
            match text.get(end..) {
                Some([0x07, ..]) => end + 1,
                Some([ESCAPE, b'\\', ..]) => end + 2,
                _ => 0,
            }
        }
        Some(b'(' | b')') => 3 * usize::from(text.len() > 2),
        _ => 0,
    }
}
