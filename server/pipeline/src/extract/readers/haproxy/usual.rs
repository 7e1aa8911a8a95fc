//! HAProxy's HTTP log in its usual form, and with what `option httpslog` writes behind it.

use memchr::{memchr, memchr_iter, memrchr};

use super::{
    super::{prefix, request},
    entry::{Entry, are_counts, code, count, is_no_request, is_state, request_parts, service_ms, timer},
};
use crate::date;

/// Bytes of `27/Nov/2026:10:00:00.250`.
const DATE_BYTES: usize = 24;
/// The most brackets before the one of the date: those of a logger's prefix.
const BRACKETS_MAX: usize = 8;

/// Reads a line; `None` for any other text.
pub(super) fn entry(msg: &[u8]) -> Option<Entry<'_>> {
    // Nearly all other lines end differently, so that they cost nothing more.
    let close = memrchr(b'"', msg)?;
    let is_end = close + 1 == msg.len() || is_tls(&msg[close + 1..]);
    if is_end { up_to_the_request(&msg[..close]) } else { None }
}

/// Reads a line up to the quote that closes the request.
fn up_to_the_request(inner: &[u8]) -> Option<Entry<'_>> {
    let (client, rest) = opening(inner)?;
    let mut words = rest.splitn(10, |it| *it == b' ');
    let (_frontend, backend, timers) = (words.next()?, words.next()?, words.next()?);
    let (status, bytes) = (words.next()?, words.next()?);
    let (_request_cookie, _response_cookie, state) = (words.next()?, words.next()?, words.next()?);
    let (connections, rest) = (words.next()?, words.next()?);
    let (queues, rest) = rest.split_at(memchr(b' ', rest)?);
    if !backend.contains(&b'/') || !is_state(state) || !are_counts(connections, 5) || !are_counts(queues, 2) {
        return None;
    }
    let status = match status {
        b"-1" => 0,
        other => Some(request::status(other)).filter(|it| *it != 0)?,
    };
    let timers = self::timers(timers)?;
    let [_, queue_ms, connect_ms, ..] = timers;
    let service_ms = service_ms(timers, status);
    let bytes = if bytes.starts_with(b"+") { None } else { Some(count(bytes)?) };
    let text = after_headers(rest)?.strip_prefix(b"\"").filter(|it| memchr(b'"', it).is_none())?;
    let [method, host, path, protocol] = request_parts(text)?;
    let is_request = !is_no_request(text, status, state, bytes);
    let values = Entry { is_request, queue_ms, connect_ms, service_ms, bytes, ..Entry::default() };
    Some(Entry { client, method, host, path, protocol, status, code: code(state), ..values })
}

/// What `option httpslog` writes behind the request: five numbers, the name that the client asked
/// for, the version of TLS and the cipher.
fn is_tls(tail: &[u8]) -> bool {
    let mut words = tail.splitn(3, |it| *it == b' ');
    let (Some(b""), Some(errors), Some(session)) = (words.next(), words.next(), words.next()) else { return false };
    let is_digit = |it: &u8| it.is_ascii_hexdigit() || *it == b'-';
    let is_number = |it: &[u8]| !it.is_empty() && it.iter().all(is_digit);
    errors.split(|it| *it == b'/').filter(|it| is_number(it)).count() == 5
        && session.iter().filter(|it| **it == b'/').count() >= 2
}

/// The client's address and what follows the date. Before them is nothing or a logger's prefix.
fn opening(msg: &[u8]) -> Option<(&[u8], &[u8])> {
    memchr_iter(b'[', msg).take(BRACKETS_MAX).find_map(|open| {
        let (date, rest) = msg[open + 1..].split_at_checked(DATE_BYTES)?;
        let rest = rest.strip_prefix(b"] ").filter(|_| date::parse(date).is_some())?;
        let head = msg[..open].strip_suffix(b" ")?;
        let from = head.iter().rposition(|it| *it == b' ').map_or(0, |it| it + 1);
        let colon = head.iter().rposition(|it| *it == b':').filter(|it| *it > from)?;
        count(&head[colon + 1..])?;
        (from == 0 || prefix::is_prefix(&head[..from])).then_some((&head[from..colon], rest))
    })
}

/// What follows the captured headers. HAProxy writes braces within them as `#7B` and `#7D`.
fn after_headers(rest: &[u8]) -> Option<&[u8]> {
    let mut rest = rest.strip_prefix(b" ")?;
    for _ in 0..2 {
        if rest.starts_with(b"{") {
            rest = rest[memchr(b'}', rest)? + 1..].strip_prefix(b" ")?;
        }
    }
    Some(rest)
}

/// The five timers.
fn timers(text: &[u8]) -> Option<[Option<f64>; 5]> {
    let mut parts = text.split(|it| *it == b'/');
    let mut timers = [None; 5];
    for (place, value) in timers.iter_mut().enumerate() {
        *value = timer(parts.next()?, place)?;
    }
    parts.next().is_none().then_some(timers)
}
