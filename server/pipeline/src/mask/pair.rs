//! A name with its value, in all notations:
//!
//! ```text
//! password=x   X-Api-Key: x   "token":"x y"   \"token\":\"x\"   :secret=>"x"   ?token=x&a=b   token%3Dx%26a   user[password]=x
//! --password x   <password>x</password>   password: Some("x")   Cookie: a=b; c=d   Authorization: Digest a="b", c="d"
//! ```

use std::ops::Range;

use super::{
    name::{Kind, NAME_BYTES_MAX, judge, may_end},
    value,
};

/// The most blanks around a sign.
const BLANKS_MAX: usize = 8;
/// Texts that may come between a name and its sign.
const CLOSERS: [&[u8]; 10] = [b"\\", b"\"", b"'", b"`", b"]", b"%22", b"%27", b"%5D", b"%5d", b"&quot;"];
/// Signs between a name and its value.
const SIGNS: [&[u8]; 10] = [b"=>", b":=", b"==", b"=", b":", b">", b"%3D", b"%3d", b"%3A", b"%3a"];
/// Quotes in encoded form.
const CODED_QUOTES: [&[u8]; 3] = [b"%22", b"&quot;", b"%27"];
/// The longest value of a weak name that may be a word of a sentence.
const WORD_BYTES_MAX: usize = 15;
/// The most digits of a number that is no secret under a weak name.
const WEAK_DIGITS_MAX: usize = 4;
/// The same under a strong name.
const STRONG_DIGITS_MAX: usize = 2;

/// A name in a text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Name {
    begin: usize,
    /// The place after its last letter.
    trimmed: usize,
    /// The place after the separators that follow it.
    pub(super) end: usize,
    pub(super) kind: Kind,
}

/// The name around `at`.
pub(super) fn name(text: &[u8], at: usize) -> Name {
    let bytes = text[at..].iter().take(NAME_BYTES_MAX + 1).take_while(|it| is_of_name(**it)).count();
    let end = (at + bytes).max(at + 1);
    let trimmed = text[at..end].iter().rposition(u8::is_ascii_alphanumeric).map_or(at, |it| at + it + 1);
    let none = Name { begin: at, trimmed, end, kind: Kind::Plain };
    let next = next(text, end);
    if next == Next::Nothing || !may_end(&text[..trimmed]) {
        return none;
    }
    let before = text[..at].iter().rev().take(NAME_BYTES_MAX).take_while(|it| is_of_name(**it)).count();
    let mut begin = at - before;
    if begin > 0 && text[begin - 1] == b'\\' && matches!(text[begin], b'n' | b'r' | b't') {
        begin += 1;
    }
    if next == Next::Word && !text[begin..].starts_with(b"--") {
        return none;
    }
    let kind = text.get(begin..trimmed).map_or(Kind::Plain, judge);
    Name { begin, trimmed, end, kind }
}

/// What follows a name, from a quick look.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    /// No value.
    Nothing,
    /// A blank and a word, which is a value only after an option.
    Word,
    /// Possibly a value.
    Value,
}

fn next(text: &[u8], end: usize) -> Next {
    let rest = &text[end.min(text.len())..];
    let closers =
        rest.iter().take(CLOSERS.len()).take_while(|it| matches!(it, b'\\' | b'"' | b'\'' | b'`' | b']')).count();
    let rest = &rest[closers..];
    let blanks = rest.iter().take(BLANKS_MAX).take_while(|it| matches!(it, b' ' | b'\t')).count();
    match rest.get(blanks) {
        Some(b'=' | b':' | b'>' | b'%' | b'&' | b'-' | b'"' | b'\'') => Next::Value,
        _ if blanks > 0 => Next::Word,
        _ if closers == CLOSERS.len() => Next::Value,
        _ => Next::Nothing,
    }
}

/// Whether names may contain a byte.
const fn is_of_name(byte: u8) -> bool {
    const OF_NAME: [bool; 256] = {
        let mut table = [false; 256];
        let mut byte = 0;
        while byte < 256 {
            table[byte] = (byte as u8).is_ascii_alphanumeric() || matches!(byte as u8, b'_' | b'-' | b'.' | b'#');
            byte += 1;
        }
        table
    };
    OF_NAME[byte as usize]
}

/// The secret that a name names.
pub(super) fn find(text: &[u8], name: Name) -> Option<Range<usize>> {
    let Name { begin, trimmed, end, kind } = name;
    if kind == Kind::Plain {
        return None;
    }
    // `->` may follow a name, and its dash is no part of the name.
    let found = sign(text, begin, if text[trimmed..end] == *b"-" { trimmed } else { end }, kind)?;
    let is_path = matches!(&text[begin..trimmed], b"PWD" | b"OLDPWD") && text.get(found.value) == Some(&b'/');
    if is_path { None } else { secret(text, &found, kind) }
}

/// The sign between a name and its value.
struct Sign {
    /// The beginning of the value.
    value: usize,
    is_name_quoted: bool,
    is_query: bool,
    /// Whether it is `: `, which sentences contain too.
    is_spoken: bool,
    is_tag: bool,
}

fn sign(text: &[u8], begin: usize, end: usize, kind: Kind) -> Option<Sign> {
    let mut at = end;
    for _ in 0..CLOSERS.len() {
        let Some(closer) = CLOSERS.iter().find(|it| text[at..].starts_with(it)) else { break };
        at += closer.len();
    }
    let is_name_quoted = at > end && text[end] != b']' && !text[end..].starts_with(b"%5");
    let blanks = |at: usize| text[at..].iter().take(BLANKS_MAX).take_while(|it| matches!(it, b' ' | b'\t')).count();
    let blanks_before = blanks(at);
    let is_quote = |at: usize| matches!(text.get(at), Some(b'"' | b'\''));
    let before = begin.checked_sub(1).map(|it| text[it]);
    let is_query = matches!(before, Some(b'?' | b'&' | b';'))
        || text[..begin].ends_with(b"%26")
        || text[..begin].ends_with(b"%3F");
    let mut found = Sign { value: at + blanks_before, is_name_quoted, is_query, is_spoken: false, is_tag: false };
    let rest = &text[at + blanks_before..];
    let rest_after_dash = rest.strip_prefix(b"-").filter(|it| it.starts_with(b">"));
    let Some(sign) = SIGNS.iter().find(|it| rest_after_dash.unwrap_or(rest).starts_with(it)) else {
        let is_option = text[begin..].starts_with(b"--") && rest.first().is_some_and(|it| *it != b'-');
        let is_phrase = kind == Kind::Strong && is_quote(found.value) && !is_name_quoted;
        return (blanks_before > 0 && (is_option || is_phrase)).then_some(found);
    };
    let after = found.value + sign.len() + usize::from(rest_after_dash.is_some());
    if *sign == b">" && rest_after_dash.is_none() {
        found.is_tag = before == Some(b'<') && at == end;
        found.value = after;
        return found.is_tag.then_some(found);
    }
    // `Auth::Token` and `secret://` are no pairs.
    if *sign == b":"
        && matches!(text.get(after), Some(b':' | b'/'))
        && text.get(after + 1).is_none_or(|it| *it == b'/' || *sign == b":")
    {
        let next = (text[after], text.get(after + 1));
        if next.0 == b':' || next == (b'/', Some(&b'/')) {
            return None;
        }
    }
    let blanks_after = blanks(after);
    if *sign == b"=" && blanks_after > 0 && blanks_before == 0 && !is_name_quoted {
        return None;
    }
    found.is_spoken = *sign == b":" && blanks_after > 0;
    found.value = after + blanks_after;
    Some(found)
}

/// The value of a name if it is a secret.
fn secret(text: &[u8], sign: &Sign, kind: Kind) -> Option<Range<usize>> {
    let at = unwrapped(text, sign.value);
    let rest = text.get(at..).filter(|it| !it.is_empty())?;
    if sign.is_tag {
        let end = memchr::memchr2(b'<', b'\n', rest).map_or(text.len(), |it| at + it);
        return keep(text, at..end, kind, false);
    }
    if let Some(quote) = CODED_QUOTES.iter().find(|it| rest.starts_with(it)) {
        let from = at + quote.len();
        let bytes = memchr::memmem::find(&text[from..], quote)?;
        return keep(text, from..from + bytes, kind, true);
    }
    let slashes = rest.iter().take(16).take_while(|it| **it == b'\\').count();
    if matches!(rest.get(slashes), Some(b'"' | b'\'' | b'`')) {
        let inner = value::quoted(text, at + slashes, slashes);
        // After `path="/reset?token=` this quote closes the path.
        let closes = |it: &u8| matches!(it, 0..=b' ' | b',' | b';' | b'}' | b']' | b')');
        let is_closing = !sign.is_name_quoted && text.get(at + slashes + 1).is_none_or(closes);
        return if is_closing { None } else { keep(text, inner, kind, true) };
    }
    if rest[0] == b'[' {
        let end = rest.iter().position(|it| matches!(it, b']' | b'\n'))?;
        let whole = &rest[..=end];
        let is_list = !value::is_none(whole) && !matches!(rest.get(1), Some(b'{' | b']'));
        return if is_list { keep(text, at + 1..at + end, kind, true) } else { None };
    }
    if matches!(rest[0], b'{' | b'(') {
        return None;
    }
    let end = if kind == Kind::Header {
        let from = at + value::scheme(rest);
        value::header_end(text, from)
    } else {
        let from = at + value::scheme(rest);
        value::plain_end(text, from, sign.is_query)
    };
    let found = keep(text, at..end, kind, false)?;
    let is_word = |word: &[u8]| {
        word.len() <= WORD_BYTES_MAX && word.iter().all(|it| it.is_ascii_lowercase() || b"-_.,:".contains(it))
    };
    let is_sentence = sign.is_spoken && !sign.is_name_quoted && kind == Kind::Weak && is_word(&text[found.clone()]);
    (!is_sentence).then_some(found)
}

/// The value without its scheme; `None` for a value that is no secret.
fn keep(text: &[u8], found: Range<usize>, kind: Kind, is_quoted: bool) -> Option<Range<usize>> {
    let bytes = &text[found.clone()];
    let digits_max = if kind == Kind::Strong { STRONG_DIGITS_MAX } else { WEAK_DIGITS_MAX };
    let is_small = !is_quoted && value::is_small_number(bytes, digits_max);
    if bytes.is_empty() || value::is_none(bytes) || is_small {
        return None;
    }
    Some(value::without_scheme(text, found))
}

/// The beginning of a value inside a wrapper: `Some("x")`, `b'x'`.
fn unwrapped(text: &[u8], at: usize) -> usize {
    let rest = &text[at.min(text.len())..];
    let word = rest.iter().take(32).take_while(|it| it.is_ascii_alphanumeric() || matches!(it, b'_' | b':')).count();
    let is_quote = |at: usize| {
        let slashes = rest[at.min(rest.len())..].iter().take(8).take_while(|it| **it == b'\\').count();
        matches!(rest.get(at + slashes), Some(b'"' | b'\''))
    };
    if word > 0 && rest.get(word) == Some(&b'(') && is_quote(word + 1) {
        at + word + 1
    } else if word == 1 && matches!(rest[0], b'b' | b'u' | b'r' | b'f') && is_quote(1) {
        at + 1
    } else {
        at
    }
}
