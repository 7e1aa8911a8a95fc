//! HAProxy's HTTP log, as `option httplog` writes it, from servers that no router stands before.
//!
//! ```text
//! CLIENT:PORT [DATE] FRONTEND BACKEND/SERVER TR/Tw/Tc/Tr/Ta STATUS BYTES COOKIE COOKIE STATE
//!     CONNECTIONS QUEUES {HEADERS} {HEADERS} "REQUEST"
//! ```
//! Source of the format: sections 8.2.3, 8.4 and 8.5 of the
//! [configuration manual](https://docs.haproxy.org/dev/configuration.html#8.2.3).
//!
//! All timers are milliseconds, and -1 stands for a point that was never reached. Tw is the time in
//! queues, Tc the time to connect. Tr ends with the headers of the response, but service time ends
//! with its last byte. The five phases follow one another, so it is Ta - TR - Tw - Tc. That holds
//! for older versions too, which begin the first and the last timer with the connection (Tq, Tt).
//!
//! Bytes are all that the client got, with the headers of the response.
//!
//! Not read here: TCP logs, `option httpslog`, the CLF variant, and the date, which has no zone.
//! The termination state is checked and not used yet. Servers become no label.

use memchr::{memchr, memchr_iter, memmem};

use super::{Context, Example, Reader, Request, RequestParts, Sink, Writer, prefix, request};
use crate::{Line, date, number};

/// HAProxy's HTTP log.
pub(super) const READER: Reader = Reader {
    name: "haproxy",
    title: "HAProxy HTTP log (`option httplog`)",
    writers: &[Writer::WebServer],
    examples: &[Example {
        app: "haproxy",
        proc_id: "7",
        msg: r#"203.0.113.7:40312 [27/Nov/2026:10:00:00.250] public~ shop/s2 4/2/1/18/31 200 4310 - - ---- 9/8/3/1/0 0/0 "GET /orders/7 HTTP/1.1""#,
    }],
    metrics: &[
        "router.requests",
        "router.service",
        "router.connect",
        "router.queue",
        "router.bytes",
        "router.endpoints",
    ],
    events: &[],
    parts: Some(|msg, _| Some(entry(msg)?.parts())),
};

/// Bytes of `27/Nov/2026:10:00:00.250`.
const DATE_BYTES: usize = 24;
/// The most brackets before the one of the date: those of a logger's prefix.
const BRACKETS_MAX: usize = 8;
/// What HAProxy writes for a request that it could not read.
const BAD_REQUEST: &[u8] = b"<BADREQ>";

/// Gives the request of a line to the sink.
pub(super) fn read(line: &Line<'_>, _: &mut Context<'_>, sink: &mut impl Sink) -> bool {
    let Some(entry) = entry(line.msg) else { return false };
    sink.request(&entry.request());
    true
}

/// One line. Timers that were not reached are `None`.
struct Entry<'a> {
    client: &'a [u8],
    method: &'a [u8],
    host: &'a [u8],
    path: &'a [u8],
    protocol: &'a [u8],
    status: u16,
    queue_ms: Option<f64>,
    connect_ms: Option<f64>,
    service_ms: Option<f64>,
    bytes: Option<f64>,
}

impl<'a> Entry<'a> {
    fn request(&self) -> Request<'a> {
        let Self { path, status, queue_ms, connect_ms, service_ms, bytes, .. } = *self;
        let method = request::method(self.method);
        Request { method, path, status, queue_ms, connect_ms, service_ms, bytes, ..Request::default() }
    }

    fn parts(&self) -> RequestParts<'a> {
        let Self { client: fwd, method, host, path, protocol, status, .. } = *self;
        let Self { queue_ms, connect_ms, service_ms, bytes, .. } = *self;
        let times = RequestParts { queue_ms, connect_ms, service_ms, ..RequestParts::default() };
        RequestParts { method, host, path, status, bytes, fwd, protocol, ..times }
    }
}

/// Reads a line; `None` for any other text.
fn entry(msg: &[u8]) -> Option<Entry<'_>> {
    // Nearly all other lines end differently, so that they cost nothing more.
    let inner = msg.strip_suffix(b"\"")?;
    let (client, rest) = opening(inner)?;
    let mut words = rest.splitn(10, |it| *it == b' ');
    let (_frontend, backend, timers) = (words.next()?, words.next()?, words.next()?);
    let (status, bytes) = (words.next()?, words.next()?);
    let (_request_cookie, _response_cookie, state) = (words.next()?, words.next()?, words.next()?);
    let (connections, rest) = (words.next()?, words.next()?);
    let (queues, rest) = rest.split_at(memchr(b' ', rest)?);
    let is_state = state.len() == 4 && state.iter().all(|it| it.is_ascii_alphabetic() || *it == b'-');
    if !backend.contains(&b'/') || !is_state || !are_counts(connections, 5) || !are_counts(queues, 2) {
        return None;
    }
    let status = match status {
        b"-1" => 0,
        other => Some(request::status(other)).filter(|it| *it != 0)?,
    };
    let [first_ms, queue_ms, connect_ms, _headers_ms, total_ms] = self::timers(timers)?;
    // Nothing was sent to the client without a status, so there is no last byte.
    let service_ms = total_ms
        .and_then(|total_ms| Some(total_ms - first_ms? - queue_ms? - connect_ms?))
        .filter(|it| *it >= 0.0 && status != 0);
    let bytes = if bytes.starts_with(b"+") { None } else { Some(count(bytes)?) };
    let text = after_headers(rest)?.strip_prefix(b"\"").filter(|it| memchr(b'"', it).is_none())?;
    let [method, host, path, protocol] = match text {
        // A connection that ended without a request and without an answer is no request.
        BAD_REQUEST if status == 0 => return None,
        BAD_REQUEST => [&b""[..]; 4],
        _ => request_line(text)?,
    };
    Some(Entry { client, method, host, path, protocol, status, queue_ms, connect_ms, service_ms, bytes })
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

/// The five timers. `option logasap` writes the line before the end, with a `+` before the last
/// one: its value is not known yet.
fn timers(text: &[u8]) -> Option<[Option<f64>; 5]> {
    let mut parts = text.split(|it| *it == b'/');
    let mut timers = [None; 5];
    for (place, timer) in timers.iter_mut().enumerate() {
        *timer = match parts.next()? {
            b"-1" => None,
            [b'+', early @ ..] if place == 4 => count(early).and(None),
            other => Some(count(other)?),
        };
    }
    parts.next().is_none().then_some(timers)
}

/// Whether a text is `parts` counts with slashes between them. A `+` before retries says that the
/// request went to another server.
fn are_counts(text: &[u8], parts: usize) -> bool {
    let mut counts = text.split(|it| *it == b'/');
    counts.by_ref().take(parts).filter(|it| count(it.strip_prefix(b"+").unwrap_or(it)).is_some()).count() == parts
        && counts.next().is_none()
}

/// A number of digits only.
fn count(text: &[u8]) -> Option<f64> {
    if text.iter().all(u8::is_ascii_digit) { number::router_bytes(text) } else { None }
}

/// Method, host, path and protocol. HTTP/2 has whole addresses.
fn request_line(text: &[u8]) -> Option<[&[u8]; 4]> {
    let mut words = text.splitn(3, |it| *it == b' ');
    let (method, target) = (words.next()?, words.next()?);
    let protocol = words.next().unwrap_or_default();
    let scheme = memmem::find(target, b"://").filter(|at| target[..*at].iter().all(u8::is_ascii_alphabetic));
    let (host, path) = scheme.map_or((&b""[..], target), |at| {
        let rest = &target[at + 3..];
        rest.split_at(memchr(b'/', rest).unwrap_or(rest.len()))
    });
    (!method.is_empty() && !target.is_empty()).then_some([method, host, path, protocol])
}
