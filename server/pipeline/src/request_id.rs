//! Ids of requests in the text of a line, such as Heroku's `request_id=` and the `[…]` that Rails
//! writes before a line. Which lines belong together is not decided here.

use memchr::{memchr_iter, memmem};

/// Shortest token that counts as an id. Shorter ones are not unique.
pub const ID_BYTES_MIN: usize = 16;
/// Longest token that counts as an id: what Heroku takes over from `X-Request-ID`.
pub const ID_BYTES_MAX: usize = 200;
/// Fewest digits of an id; words have none.
const DIGITS_MIN: usize = 2;
/// What stands between a key and its value in logfmt, JSON and sentences, longer ones first.
const SIGNS: [&[u8]; 6] = [b"=\"", b"=", b"\":\"", b"\": \"", b": ", b":"];
/// Most texts in square brackets that are looked at: loggers write theirs first.
const TAGS_MAX: usize = 8;

/// The longest runs of letters, digits, `-` and `_` in a text.
pub fn tokens(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|it| !is_part(*it)).filter(|it| !it.is_empty())
}

/// Whether a token may be an id.
#[must_use]
pub fn is_id(token: &[u8]) -> bool {
    (ID_BYTES_MIN..=ID_BYTES_MAX).contains(&token.len())
        && token.iter().filter(|it| it.is_ascii_digit()).count() >= DIGITS_MIN
}

/// The id of the request that a line belongs to: what follows `request_id` in logfmt and JSON, or
/// else the first UUID in square brackets.
#[must_use]
pub fn of(text: &[u8]) -> Option<&[u8]> {
    let named = memmem::find(text, b"request_id").and_then(|at| {
        let after = &text[at + b"request_id".len()..];
        let value = SIGNS.into_iter().find_map(|it| after.strip_prefix(it))?;
        tokens(value).next().filter(|it| value.starts_with(it) && it.len() <= ID_BYTES_MAX)
    });
    named.or_else(|| {
        let tags = memchr_iter(b'[', text).filter_map(|at| text[at + 1..].split(|it| *it == b']').next());
        tags.take(TAGS_MAX).find(|it| is_uuid(it))
    })
}

const fn is_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

/// Whether a token is a UUID.
#[must_use]
pub fn is_uuid(token: &[u8]) -> bool {
    token.len() == 36
        && token.iter().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    const UUID: &str = "8601b555-6a83-4c12-8269-97c8e32cdb22";

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(of(text.as_bytes()), expected.map(str::as_bytes), "{text}");
    }

    #[test]
    fn ok_ids_of_lines() {
        check(&format!("at=info method=GET request_id={UUID} fwd=\"1.1.1.1\""), Some(UUID));
        check(&format!("[{UUID}] Started GET \"/\""), Some(UUID));
        check(r#"{"request_id": "0af7651916cd43dd8448eb211c80319c","ms":1}"#, Some("0af7651916cd43dd8448eb211c80319c"));
        check("request_id= status=200", None);
        check("request_id=short", Some("short"));
        check(&format!("path=/orders/{UUID}"), None);
        check(&format!("I, [2026-11-27 #4] INFO -- : [{UUID}] done"), Some(UUID));
        check("[open", None);
        check("no id, but two-factor-authentication", None);
        check("", None);
    }

    #[test]
    fn ok_what_may_be_an_id() {
        for (token, expected) in
            [(UUID, true), ("0123456789abcdef", true), ("0123456789abcde", false), ("two-factor-authentication", false)]
        {
            assert_eq!(is_id(token.as_bytes()), expected, "{token}");
        }
        assert!(!is_id(&[b'1'; ID_BYTES_MAX + 1]));
    }
}
