//! Access logs of web servers in the Common and Combined formats, as Apache and nginx write them.
//!
//! ```text
//! 203.0.113.7 - - [21/Sep/2026:14:13:18 +0000] "GET /a?b=c HTTP/1.1" 200 512 "https://ref/" "agent" 0.012
//! ```
//! The last word may be the time of the request: seconds with a fraction, as nginx's `$request_time` writes it, bare or
//! as `rt=0.012` anywhere after the agent. Whole numbers without a name are left: formats end in all kinds of them.
//!
//! # Incomplete support
//! A request line that is no `METHOD path PROTOCOL` counts without method and path. Identity, user, referrer and agent are
//! not kept.

use memchr::memchr;

use super::{
    Request,
    request::{method, status},
};
use crate::{number, syslog::quote_end, time};

/// A request, and when it was, unix milliseconds.
pub(super) struct Access<'a> {
    pub(super) request: Request<'a>,
    pub(super) at_ms: i64,
}

/// Reads such a line.
pub(super) fn read(msg: &[u8]) -> Option<Access<'_>> {
    let (client, rest) = msg.split_at(memchr(b' ', msg)?);
    if client.is_empty() || client.len() > 255 {
        return None;
    }
    // The user may hold blanks; the date is what comes in brackets.
    let open = memchr(b'[', rest).filter(|it| *it < 256)?;
    let (date, rest) = rest[open + 1..].split_at_checked(26)?;
    let at_ms = time::parse_clf(date)?;
    let rest = rest.strip_prefix(b"] \"")?;
    let end = quote_end(rest, 0)? - 1;
    let (line, rest) = (&rest[..end], rest[end + 1..].strip_prefix(b" ")?);
    let (status_text, rest) = rest.split_at_checked(3)?;
    let status = status(status_text);
    let rest = rest.strip_prefix(b" ").filter(|_| status != 0)?;
    let end = rest.iter().position(|it| *it == b' ').unwrap_or(rest.len());
    let bytes = if &rest[..end] == b"-" { None } else { Some(number::router_bytes(&rest[..end])?) };
    let (method_text, path) = request_line(line);
    let service_ms = request_time_ms(&rest[end..]);
    let request = Request { method: method(method_text), path, status, bytes, service_ms, ..Request::default() };
    Some(Access { request, at_ms })
}

/// `METHOD path PROTOCOL`; nothing of anything else, such as bytes that were no HTTP.
fn request_line(line: &[u8]) -> (&[u8], &[u8]) {
    let mut words = line.splitn(3, |it| *it == b' ');
    match (words.next(), words.next(), words.next()) {
        (Some(method), Some(path), protocol) if protocol.is_none_or(|it| it.starts_with(b"HTTP/")) => (method, path),
        _ => (b"", b""),
    }
}

/// The time of the request behind the quoted texts.
fn request_time_ms(rest: &[u8]) -> Option<f64> {
    let tail = memchr::memrchr(b'"', rest).map_or(rest, |at| &rest[at + 1..]);
    let mut words = tail.split(|it| *it == b' ').filter(|it| !it.is_empty());
    words.find_map(|word| {
        let named = word.strip_prefix(b"rt=").or_else(|| word.strip_prefix(b"request_time="));
        let text = named.or_else(|| word.contains(&b'.').then_some(word))?;
        let (seconds, unit) = number::l2met(text).filter(|_| !text.is_empty())?;
        match unit {
            b"" | b"s" => Some(seconds * 1_000.0),
            b"ms" => Some(seconds),
            _ => None,
        }
    })
}
