//! HAProxy's HTTP log, as `option httplog` and `option httpslog` write it, and its CLF variant
//! ([`clf`]), from servers that no router stands before.
//!
//! ```text
//! CLIENT:PORT [DATE] FRONTEND BACKEND/SERVER TR/Tw/Tc/Tr/Ta STATUS BYTES COOKIE COOKIE STATE
//!     CONNECTIONS QUEUES {HEADERS} {HEADERS} "REQUEST"
//!     ERROR/ERROR/ERROR/ERROR/RESUMED NAME/TLS/CIPHER                    only httpslog
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
//! The termination state is the error code if it says that something failed, without its two
//! characters about cookies: `sH--`. What HAProxy answered itself (`LR--`) has not failed.
//!
//! Not read here: TCP logs, and the date of the usual form, which has no zone. Servers become no
//! label.

/// The CLF variant.
mod clf;

use memchr::{memchr, memchr_iter, memrchr};

use super::{Context, Example, Reader, Request, RequestParts, Sink, Writer, platform_code, prefix, request};
use crate::{Line, date, number};

/// HAProxy's HTTP log.
pub(super) const READER: Reader = Reader {
    name: "haproxy",
    title: "HAProxy HTTP log (`option httplog`)",
    writers: &[Writer::WebServer],
    examples: &[
        Example {
            app: "haproxy",
            proc_id: "7",
            msg: r#"203.0.113.7:40312 [27/Nov/2026:10:00:00.250] public~ shop/s2 4/2/1/18/31 200 4310 - - ---- 9/8/3/1/0 0/0 "GET /orders/7 HTTP/1.1""#,
        },
        Example {
            app: "haproxy",
            proc_id: "7",
            msg: r#"203.0.113.7:40312 [27/Nov/2026:10:00:00.250] public~ shop/s2 4/2/1/-1/30007 504 194 - - sH-- 9/8/3/1/0 0/0 "GET /orders/7 HTTP/1.1" 0/0000000000000000/0/0/1 shop.example.com/TLSv1.3/TLS_AES_128_GCM_SHA256"#,
        },
        Example {
            app: "haproxy",
            proc_id: "7",
            msg: r#"203.0.113.7 - - [27/Nov/2026:10:00:00 +0000] "GET /orders/7 HTTP/1.1" 200 4310 "" "" 40312 250 "public~" "shop" "s2" 4 2 1 18 31 "----" 9 8 3 1 0 0 0 "-" "-""#,
        },
    ],
    metrics: &[
        "router.requests",
        "router.service",
        "router.connect",
        "router.queue",
        "router.bytes",
        "router.errors",
        "router.endpoints",
        "router.endpoint_errors",
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
    if let Some(at_ms) = entry.at_ms.filter(|_| line.time_ms.is_none()) {
        sink.date(at_ms);
    }
    sink.request(&entry.request());
    true
}

/// One line. Timers that were not reached are `None`.
#[derive(Default)]
struct Entry<'a> {
    /// The time of the CLF variant.
    at_ms: Option<i64>,
    client: &'a [u8],
    method: &'a [u8],
    host: &'a [u8],
    path: &'a [u8],
    protocol: &'a [u8],
    status: u16,
    code: &'a [u8],
    queue_ms: Option<f64>,
    connect_ms: Option<f64>,
    service_ms: Option<f64>,
    bytes: Option<f64>,
}

impl<'a> Entry<'a> {
    fn request(&self) -> Request<'a> {
        let Self { path, status, code, queue_ms, connect_ms, service_ms, bytes, .. } = *self;
        let method = request::method(self.method);
        Request { method, path, status, code, queue_ms, connect_ms, service_ms, bytes, ..Request::default() }
    }

    fn parts(&self) -> RequestParts<'a> {
        let Self { client: fwd, method, host, path, protocol, status, code, .. } = *self;
        let Self { queue_ms, connect_ms, service_ms, bytes, .. } = *self;
        let times = RequestParts { queue_ms, connect_ms, service_ms, ..RequestParts::default() };
        RequestParts { method, host, path, status, code, bytes, fwd, protocol, ..times }
    }
}

/// Reads a line; `None` for any other text.
fn entry(msg: &[u8]) -> Option<Entry<'_>> {
    // Nearly all other lines end differently, so that they cost nothing more.
    let close = memrchr(b'"', msg)?;
    if close + 1 == msg.len() || is_tls(&msg[close + 1..]) {
        let usual = usual(&msg[..close]);
        return if usual.is_none() { clf::entry(msg) } else { usual };
    }
    clf::entry(msg)
}

/// Reads the usual form, up to the quote that closes the request.
fn usual(inner: &[u8]) -> Option<Entry<'_>> {
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
    let [method, host, path, protocol] = request_parts(text, status)?;
    let values = Entry { queue_ms, connect_ms, service_ms, bytes, ..Entry::default() };
    Some(Entry { client, method, host, path, protocol, status, code: code(state), ..values })
}

/// Method, host, path and protocol; `None` for a connection without a request and without an answer,
/// which is no request.
fn request_parts(text: &[u8], status: u16) -> Option<[&[u8]; 4]> {
    match text {
        BAD_REQUEST if status == 0 => None,
        BAD_REQUEST => Some([&b""[..]; 4]),
        _ => request::request_line(text),
    }
}

/// The time from the connection to the server until the last byte. Nothing was sent to the client
/// without a status, so there is no last byte.
fn service_ms([first_ms, queue_ms, connect_ms, _headers_ms, total_ms]: [Option<f64>; 5], status: u16) -> Option<f64> {
    let service_ms = total_ms? - first_ms? - queue_ms? - connect_ms?;
    (service_ms >= 0.0 && status != 0).then_some(service_ms)
}

fn is_state(state: &[u8]) -> bool {
    state.len() == 4 && state.iter().all(|it| it.is_ascii_alphabetic() || *it == b'-')
}

/// Every termination state of two characters, with `--` in place of those about cookies.
static CODES: [[[u8; 4]; PHASES.len()]; CAUSES.len()] = {
    let mut codes = [[*b"----"; PHASES.len()]; CAUSES.len()];
    let mut cause = 0;
    while cause < CAUSES.len() {
        let mut phase = 0;
        while phase < PHASES.len() {
            codes[cause][phase] = [CAUSES[cause], PHASES[phase], b'-', b'-'];
            phase += 1;
        }
        cause += 1;
    }
    codes
};
/// Who or what ended a session.
const CAUSES: &[u8] = b"CSPRIDUKcs";
/// What it was in.
const PHASES: &[u8] = b"RQCHDLT-";

/// The error code of a termination state; empty if nothing failed.
fn code(state: &[u8]) -> &'static [u8] {
    let place = |names: &[u8], at: usize| names.iter().position(|it| Some(it) == state.get(at));
    let code = place(CAUSES, 0).zip(place(PHASES, 1)).map(|(cause, phase)| &CODES[cause][phase][..]);
    code.filter(|it| platform_code::is_proxy_code(it)).unwrap_or_default()
}

/// What `option httpslog` writes behind the request: five numbers, the name that the client asked
/// for, the version of TLS and the cipher.
fn is_tls(tail: &[u8]) -> bool {
    let mut words = tail.splitn(3, |it| *it == b' ');
    let (Some(b""), Some(errors), Some(session)) = (words.next(), words.next(), words.next()) else { return false };
    let is_number = |it: &[u8]| !it.is_empty() && it.iter().all(|it| it.is_ascii_hexdigit() || *it == b'-');
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

/// One timer. `option logasap` writes the line before the end, with a `+` before the last one: its
/// value is not known yet.
#[expect(clippy::option_option, reason = "no timer, and a timer that was not reached")]
fn timer(text: &[u8], place: usize) -> Option<Option<f64>> {
    match text {
        b"-1" => Some(None),
        [b'+', early @ ..] if place == 4 => count(early).map(|_| None),
        other => Some(Some(count(other)?)),
    }
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
