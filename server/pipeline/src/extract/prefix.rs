//! What loggers put before a message: dates, levels, process ids, names, tags.
//!
//! ```text
//! I, [2026-09-21T14:13:18.120456 #4]  INFO -- : [3f9a…-uuid] [shop] text      Ruby's Logger, with Rails' tags
//! 2026-09-21 14:13:18,120 - shop.web - INFO - text                            Python
//! INFO:root:text                                                              Python, default format
//! [2026-09-21 14:13:18 +0000] [4] [INFO] text                                 gunicorn
//! 2026-09-21 14:13:18.120  INFO 1 --- [nio-8080-exec-1] c.s.Web : text        logback, log4j, Spring
//! 2026/09/21 14:13:18 main.go:23: text                                        Go
//! 14:13:18.120 request_id=F1a [info] text                                     Elixir
//! web-1  | text                                                               docker compose, foreman
//! ```
//! There is no grammar for each logger. The rules are about the kinds of words that all of them
//! use. Sentences have words of other kinds, so that text of an app is not mistaken for a prefix.
//! In doubt a text is no prefix.

use memchr::{memchr, memchr3};

use crate::level;

/// The longest prefix, bytes.
const PREFIX_BYTES_MAX: usize = 400;
/// The most words of a prefix.
const WORDS_MAX: usize = 24;
/// The most words that may be names.
const NAMES_MAX: usize = 4;
/// The most names that could be words of a sentence.
const PLAIN_NAMES_MAX: usize = 1;

const CALENDAR: [&str; 21] = [
    "mon", "tue", "wed", "thu", "fri", "sat", "sun", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep",
    "oct", "nov", "dec", "am", "pm",
];

/// The kind of a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Word {
    /// A level, a time, or text in brackets: sentences have none of these.
    Mark,
    /// Signs, numbers, days and months.
    Neutral,
    /// A name that is no plain word, such as `main.go:23` or `c.s.Web`.
    Name,
    /// A name of letters only.
    PlainName,
    /// A word that no prefix has.
    Other,
}

/// Whether `text`, which precedes a known form, is the prefix of a logger.
pub(super) fn is_prefix(text: &[u8]) -> bool {
    let (mut rest, mut marks, mut names, mut plain, mut neutral) = (text, 0, 0, 0, true);
    if text.len() > PREFIX_BYTES_MAX {
        return false;
    }
    for _ in 0..WORDS_MAX {
        if matches!(rest.first(), Some(b' ' | b'\t' | 0x1b)) {
            rest = without_blanks(rest);
        }
        if rest.is_empty() {
            return (marks > 0 || neutral) && names <= NAMES_MAX && plain <= PLAIN_NAMES_MAX;
        }
        let (word, after) = next(rest);
        neutral &= word == Word::Neutral;
        match word {
            Word::Mark => marks += 1,
            Word::Neutral => {}
            Word::Name => names += 1,
            Word::PlainName => (names, plain) = (names + 1, plain + 1),
            Word::Other => return false,
        }
        rest = after;
    }
    false
}

/// The text after blanks and colours.
fn without_blanks(mut rest: &[u8]) -> &[u8] {
    loop {
        rest = rest.trim_ascii_start();
        let Some(after) = rest.strip_prefix(b"\x1b[") else { return rest };
        let end = after.iter().take_while(|it| it.is_ascii_digit() || **it == b';').count();
        if after.get(end) != Some(&b'm') {
            return rest;
        }
        rest = &after[end + 1..];
    }
}

/// The kind of the first word, and the rest.
fn next(rest: &[u8]) -> (Word, &[u8]) {
    let close = match rest[0] {
        b'[' => Some(b']'),
        b'(' => Some(b')'),
        _ => None,
    };
    if let Some(close) = close {
        let Some(end) = memchr(close, rest) else { return (Word::Other, rest) };
        // Quotes and braces belong to data, not to a tag.
        let is_tag = memchr3(b'"', b'{', b'[', &rest[1..end]).is_none();
        return (if is_tag { Word::Mark } else { Word::Other }, &rest[end + 1..]);
    }
    let end = rest.iter().position(|it| matches!(it, b' ' | b'\t' | 0x1b | b'[')).unwrap_or(rest.len());
    (word(&rest[..end]), &rest[end..])
}

fn word(word: &[u8]) -> Word {
    match word {
        b"INFO" | b"WARN" | b"ERROR" | b"DEBUG" => return Word::Mark,
        b"-" | b"--" | b":" => return Word::Neutral,
        _ => {}
    }
    // glog closes a bracket that it never opened.
    let bare = word.strip_suffix(b"|").or_else(|| word.strip_suffix(b"]")).unwrap_or(word);
    let bare = bare.strip_suffix(b",").or_else(|| bare.strip_suffix(b":")).unwrap_or(bare);
    if bare.iter().all(|it| matches!(it, b'-' | b'|' | b':' | b'>' | b'*' | b'.' | b'=' | b'#' | b'~')) {
        return if word.contains(&b'|') { Word::Mark } else { Word::Neutral };
    }
    if bare[0].is_ascii_digit() {
        return numbered(bare);
    }
    if bare.iter().all(u8::is_ascii_alphabetic) {
        return lettered(bare);
    }
    if bare == b"@cee" {
        return Word::Mark;
    }
    let mut parts = bare.split(|it| matches!(it, b':' | b'|' | b'='));
    if parts.next().is_some_and(level::is_name) {
        return Word::Mark;
    }
    let is_name = |it: &u8| it.is_ascii_alphanumeric() || b"_.$/:@#*<>+-=%".contains(it);
    match bare.iter().position(|it| *it == b'=') {
        _ if !bare.iter().all(is_name) => Word::Other,
        Some(at) if at > 0 && at + 1 < bare.len() => Word::Mark,
        Some(_) => Word::Other,
        _ => Word::Name,
    }
}

/// A word that begins with a digit: a time, a date, a number, an id.
fn numbered(word: &[u8]) -> Word {
    let is_of_time =
        |it: &u8| it.is_ascii_digit() || matches!(it, b':' | b'.' | b',' | b'/' | b'-' | b'+' | b'T' | b'Z');
    let is_name = |it: &u8| it.is_ascii_alphanumeric() || b"_.:/-".contains(it);
    if word.iter().all(u8::is_ascii_digit) {
        Word::Neutral
    } else if word.iter().all(is_of_time) {
        Word::Mark
    } else if word.iter().all(is_name) {
        Word::Name
    } else {
        Word::Other
    }
}

/// A word of letters: a level, a letter for one, a day or month, a name.
fn lettered(word: &[u8]) -> Word {
    if level::is_name(word) {
        Word::Mark
    } else if word.len() == 1 || CALENDAR.iter().any(|it| word.eq_ignore_ascii_case(it.as_bytes())) {
        Word::Neutral
    } else {
        Word::PlainName
    }
}
