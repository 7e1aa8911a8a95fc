//! The form that nearly all request lines have, read in one pass.
//!
//! Every key must be in its usual place and every value of its usual form; any other line is left to the general reader.
//! A line is left too if a client's words could make the two readers differ: no text here holds a quote except the two
//! around each quoted value, and neither of them is followed by what ends another value.

use memchr::memchr;

use super::{Request, is_error_code, method, status};

/// The most digits of a number. Longer ones are left to the general reader.
const DIGITS_MAX: usize = 15;

/// Reads a line of the usual form.
#[inline]
pub(super) fn read(msg: &[u8]) -> Option<Request<'_>> {
    let (code, rest) = outcome(msg)?;
    let (method_text, rest) = word(rest)?;
    let (path, rest) = quoted(rest.strip_prefix(b"path=\"")?)?;
    let (_host, rest) = word(rest.strip_prefix(b" host=")?)?;
    let (_request_id, rest) = word(rest.strip_prefix(b"request_id=")?)?;
    let (fwd, rest) = quoted(rest.strip_prefix(b"fwd=\"")?)?;
    if fwd.first() == Some(&b' ') {
        // Its opening quote could be read as the end of the path.
        return None;
    }
    let (source, rest) = word(rest.strip_prefix(b" dyno=")?)?;
    let (connect_ms, rest) = milliseconds(rest.strip_prefix(b"connect=")?)?;
    let (service_ms, rest) = milliseconds(rest.strip_prefix(b" service=")?)?;
    let rest = rest.strip_prefix(b" status=")?;
    let (status, rest) = match rest.split_first_chunk::<3>() {
        Some((digits, rest)) if digits.iter().all(u8::is_ascii_digit) => (status(digits), rest),
        _ => (0, rest),
    };
    let (bytes, rest) = digits(rest.strip_prefix(b" bytes=")?)?;
    is_tail(rest).then_some(Request {
        method: method(method_text),
        path,
        source,
        code,
        status,
        connect_ms,
        service_ms,
        bytes,
        queue_ms: None,
    })
}

/// The code, and the rest after `at=info method=` or `at=error code=H12 desc="…" method=`.
#[inline]
fn outcome(msg: &[u8]) -> Option<(&[u8], &[u8])> {
    if let Some(rest) = msg.strip_prefix(b"at=info method=") {
        return Some((b"", rest));
    }
    let (code, rest) = msg.strip_prefix(b"at=error code=")?.split_at_checked(3)?;
    let (desc, rest) = quoted(rest.strip_prefix(b" desc=\"")?)?;
    let is_plain = is_error_code(code) && memchr(b'\\', desc).is_none();
    Some((code, rest.strip_prefix(b" method=")?)).filter(|_| is_plain)
}

/// The text before the next quote, and the rest after it.
#[inline]
fn quoted(rest: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = memchr(b'"', rest)?;
    Some((&rest[..end], &rest[end + 1..]))
}

/// A value without blanks and quotes, perhaps empty, and the rest after the space that ends it.
#[inline]
fn word(rest: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = crate::logfmt::word_end(rest);
    (rest.get(end) == Some(&b' ')).then(|| (&rest[..end], &rest[end + 1..]))
}

/// `18ms`, `18` or nothing, and the rest.
#[inline]
fn milliseconds(rest: &[u8]) -> Option<(Option<f64>, &[u8])> {
    let (value, rest) = digits(rest)?;
    match value {
        Some(_) => Some((value, rest.strip_prefix(b"ms").unwrap_or(rest))),
        None => Some((None, rest)),
    }
}

/// A whole number or nothing, and the rest.
#[inline]
fn digits(text: &[u8]) -> Option<(Option<f64>, &[u8])> {
    let mut value = 0u64;
    let mut end = 0;
    while let Some(digit) = text.get(end).map(|byte| byte.wrapping_sub(b'0')).filter(|digit| *digit < 10) {
        value = value * 10 + u64::from(digit);
        end += 1;
        if end > DIGITS_MAX {
            return None;
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "15 digits are less than 2^53")]
    let value = value as f64;
    Some(((end > 0).then_some(value), &text[end..]))
}

/// Whether the rest holds only the pairs that may end a line.
#[inline]
fn is_tail(mut rest: &[u8]) -> bool {
    while !rest.is_empty() {
        let tails: [&[u8]; 3] = [b" protocol=", b" tls=", b" tls_version="];
        let Some(value) = tails.into_iter().find_map(|key| rest.strip_prefix(key)) else { return false };
        let end = value.iter().position(|byte| *byte <= b' ' || *byte == b'"').unwrap_or(value.len());
        rest = &value[end..];
    }
    true
}
