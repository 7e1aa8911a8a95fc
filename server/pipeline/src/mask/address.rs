//! Mail addresses (`ann@example.com`), and user and password of URLs
//! (`postgres://user:password@host`).
//!
//! A domain ends with letters. `lodash@4.17.21`, `@scope/pkg` and `logo@2x.png` are no addresses,
//! and `git@github.com` is not masked.

use std::ops::Range;

use memchr::{memchr2, memmem, memrchr};

use super::{bounds::Bounds, fill, scan::BLOCK, token};

/// The longest part before and after the `@`, bytes.
const PART_BYTES_MAX: usize = 254;
/// The longest word that is read as a URL.
const URL_BYTES_MAX: usize = 4_096;
/// Ends of file names that look like domains.
const FILES: [&str; 22] = [
    "png", "jpg", "jpeg", "gif", "svg", "webp", "ico", "js", "mjs", "cjs", "ts", "tsx", "jsx", "css", "scss", "map",
    "json", "html", "gz", "tgz", "jar", "log",
];

/// Masks addresses in the blocks that hold an `@` or a `K`; whether a byte was changed.
pub(super) fn mask(text: &mut [u8], blocks: &[u32], bounds: &mut Bounds) -> bool {
    let (mut is_changed, mut from) = (false, 0);
    // The beginning of the word around the last `@`, so that no word is read twice.
    let (mut word_start, mut last) = (0, 0);
    for block in blocks {
        let first = *block as usize * BLOCK;
        let end = text.len().min(first + BLOCK);
        from = from.max(first);
        while let Some(at) = text[..end].get(from..).and_then(|it| memchr2(b'@', b'K', it)).map(|it| from + it) {
            from = at + 1;
            let is_key = text[at] == b'K';
            if is_key && (at == 0 || text[at - 1] != b'S') {
                continue;
            }
            let line = bounds.around(text, at);
            let within = &text[line.clone()];
            let place = at - line.start;
            let secret = if is_key {
                token::twilio(within, place + 1)
            } else {
                let floor = last.max(line.start);
                let start = text[floor..at].iter().rposition(|it| ends_word(*it)).map(|it| floor + it + 1);
                word_start = start.unwrap_or(if floor == line.start { floor } else { word_start }).max(line.start);
                last = at;
                let begin = word_start.max(at.saturating_sub(URL_BYTES_MAX)) - line.start;
                user_info(within, begin, place).or_else(|| mail_address(within, place, place + 1))
            };
            if let Some(secret) = secret {
                let secret = line.start + secret.start..line.start + secret.end;
                from = from.max(secret.end);
                if fill(text, secret) {
                    is_changed = true;
                    bounds.change(&line);
                }
            }
        }
    }
    is_changed
}

/// The address whose `@` is written as `%40`.
pub(super) fn escaped(text: &[u8], clue: Range<usize>) -> Option<Range<usize>> {
    mail_address(text, clue.start, clue.end)
}

const fn ends_word(byte: u8) -> bool {
    matches!(byte, 0..=b' ' | b'"' | b'\'' | b'`' | b'<' | b'>' | b'|' | b'\\')
}

/// The mail address around an `@` that occupies `at` to `after`.
fn mail_address(text: &[u8], at: usize, after: usize) -> Option<Range<usize>> {
    let is_local = |it: &u8| it.is_ascii_alphanumeric() || matches!(it, b'.' | b'_' | b'+' | b'-' | 0x80..);
    let local = text[..at].iter().rev().take(PART_BYTES_MAX).take_while(|it| is_local(it)).count();
    let name = &text[at - local..at];
    let separators = name.iter().take_while(|it| !(it.is_ascii_alphanumeric() || **it >= 0x80)).count();
    let name = &name[separators..];
    let is_part = |it: &u8| it.is_ascii_alphanumeric() || matches!(it, b'.' | b'-' | 0x80..);
    let domain = text[after..].iter().take(PART_BYTES_MAX).take_while(|it| is_part(it)).count();
    let domain = text[after..after + domain].trim_ascii_end();
    let bytes = domain.iter().rposition(|it| !matches!(it, b'.' | b'-')).map_or(0, |it| it + 1);
    let domain = &domain[..bytes];
    let dot = memrchr(b'.', domain)?;
    let (end, labels) = (&domain[dot + 1..], &domain[..dot]);
    let is_name = (2..=24).contains(&end.len()) && end.iter().all(|it| it.is_ascii_alphabetic() || *it >= 0x80);
    let is_file = FILES.iter().any(|it| end.eq_ignore_ascii_case(it.as_bytes()));
    let is_empty = labels.is_empty() || labels.starts_with(b".") || memmem::find(labels, b"..").is_some();
    if name.is_empty() || name == b"git" || !is_name || is_file || is_empty || is_version(domain) {
        return None;
    }
    Some(at - name.len()..after + bytes)
}

/// Whether a domain is a version number: `1.2.3-beta`, `v0.1.alpha`.
fn is_version(domain: &[u8]) -> bool {
    let digits = domain.strip_prefix(b"v").unwrap_or(domain);
    let bytes = digits.iter().take_while(|it| it.is_ascii_digit()).count();
    bytes > 0 && digits.get(bytes) == Some(&b'.') && digits.get(bytes + 1).is_some_and(u8::is_ascii_digit)
}

/// User and password of the URL in the word that begins at `begin`; `at` is an `@` of that word.
fn user_info(text: &[u8], begin: usize, at: usize) -> Option<Range<usize>> {
    let from = begin + memmem::rfind(&text[begin..at], b"://")? + 3;
    let scheme = text[begin..from - 3].iter().rev().take_while(|it| it.is_ascii_alphanumeric() || **it == b'+').count();
    let scheme = &text[from - 3 - scheme..from - 3];
    let is_web = [&b"http"[..], b"https", b"ws", b"wss"].contains(&scheme);
    let rest = &text[from..text.len().min(from + URL_BYTES_MAX)];
    let rest = &rest[..rest.iter().position(|it| ends_word(*it)).unwrap_or(rest.len())];
    let slash = rest.iter().position(|it| matches!(it, b'/' | b'?' | b'#')).unwrap_or(rest.len());
    // The regular form: the host begins before the first slash.
    if let Some(bytes) = memrchr(b'@', &rest[..slash]) {
        let is_longer = !is_web && rest[..bytes].contains(&b':');
        let last = if is_longer { host_start(rest).unwrap_or(bytes) } else { bytes };
        let user = &rest[..last];
        return (user != b"git" && !user.is_empty()).then_some(from..from + last);
    }
    // A password that holds a slash. A port is no password.
    let colon = rest[..slash].iter().position(|it| *it == b':')?;
    let is_port = slash > colon + 1 && rest[colon + 1..slash].iter().all(u8::is_ascii_digit);
    if colon == 0 || (is_web && (is_port || slash == colon + 1)) {
        return None;
    }
    host_start(rest).map(|bytes| from..from + bytes)
}

/// The last `@` that a host follows, before any query.
fn host_start(rest: &[u8]) -> Option<usize> {
    let query = rest.iter().position(|it| *it == b'?').unwrap_or(rest.len());
    let before = if rest[..query].contains(&b'@') { query } else { rest.len() };
    let bytes = memrchr(b'@', &rest[..before])?;
    let host = &rest[bytes + 1..];
    let is_host = |it: &u8| it.is_ascii_alphanumeric() || matches!(it, b'.' | b'-' | b'_' | b'[');
    host.first().is_some_and(is_host).then_some(bytes)
}
