//! The router's request lines, of every generation that is logfmt.
//!
//! ```text
//! at=info method=GET path="/" host=h request_id=u fwd="ip" dyno=web.1 connect=1ms service=18ms status=200 bytes=13
//! ```
//! Empty values are absent, never zero; of a repeated key the first counts. Path and `fwd` are a client's words: their
//! values end at the last place that the key after them can stand, so that no request can write its own status. For the
//! same reason a request line is not read for l2met pairs. Paths are not kept.
//!
//! # Incomplete support
//! The form before 2012 (`GET host/path dyno=web.4 … service=17ms status=200`) counts without its method.

use super::{Measurement, Sink, is_error_code};
use crate::{
    Kind, Loss,
    logfmt::{Guard, Pairs},
    number,
    series::SeriesRef,
};

/// Router 2.0 logs the path percent-decoded but not escaped, and `fwd` holds a header of the request.
const GUARDS: &[Guard] = &[(b"path", b" host="), (b"fwd", b" dyno=")];
const METHOD_BYTES_MAX: usize = 16;
const SWITCHING_PROTOCOLS: u16 = 101;

/// The first value of each key, empty where there is none.
#[derive(Clone, Copy, Debug, Default)]
struct Request<'a> {
    at: &'a [u8],
    code: &'a [u8],
    method: &'a [u8],
    dyno: &'a [u8],
    connect: &'a [u8],
    service: &'a [u8],
    status: &'a [u8],
    bytes: &'a [u8],
    is_request: bool,
}

/// Reads a request line; whether the text is one.
pub(super) fn read(msg: &[u8], sink: &mut impl Sink) -> bool {
    let request = pairs(msg);
    if request.is_request {
        emit(&request, sink);
    }
    request.is_request
}

fn pairs(msg: &[u8]) -> Request<'_> {
    let mut request = Request::default();
    for pair in Pairs::guarded(msg, GUARDS) {
        let (slot, makes_request) = match pair.key {
            b"at" => (&mut request.at, true),
            b"method" => (&mut request.method, true),
            b"status" => (&mut request.status, true),
            b"code" => (&mut request.code, false),
            b"dyno" => (&mut request.dyno, false),
            b"connect" => (&mut request.connect, false),
            b"service" => (&mut request.service, false),
            b"bytes" => (&mut request.bytes, false),
            _ => continue,
        };
        if slot.is_empty() {
            *slot = pair.value;
        }
        request.is_request |= makes_request;
    }
    request
}

fn emit(request: &Request<'_>, sink: &mut impl Sink) {
    let status = status(request.status);
    let code = if is_error_code(request.code) { request.code } else { b"" };
    let counter = |metric| SeriesRef { source: request.dyno, code, ..SeriesRef::new(metric, Kind::Counter) };
    let requests = SeriesRef { status, method: method(request.method), ..counter(b"router.requests") };
    let errors = (!code.is_empty()).then(|| Measurement { series: counter(b"router.errors"), value: 1.0 });

    let mut distribution = |metric, unit, text, read: fn(&[u8]) -> Option<f64>| {
        let value = value(text, read, sink)?;
        let series = SeriesRef { unit, source: request.dyno, ..SeriesRef::new(metric, Kind::Distribution) };
        Some(Measurement { series, value })
    };
    // The service time of a websocket is its lifetime.
    let service: &[u8] = if status == SWITCHING_PROTOCOLS { b"router.service.101" } else { b"router.service" };
    let others = [
        distribution(service, b"ms", request.service, number::router_ms),
        distribution(b"router.connect", b"ms", request.connect, number::router_ms),
        distribution(b"router.bytes", b"bytes", request.bytes, number::router_bytes),
        errors,
    ];
    sink.measure_together(&Measurement { series: requests, value: 1.0 }, &others);
}

/// The value of a key that may be absent; what is there and cannot be read is a loss.
fn value(text: &[u8], read: fn(&[u8]) -> Option<f64>, sink: &mut impl Sink) -> Option<f64> {
    let value = if text.is_empty() { return None } else { read(text) };
    if value.is_none() {
        sink.lose(Loss::Value);
    }
    value
}

/// Three digits from 100 to 599, else 0.
fn status(text: &[u8]) -> u16 {
    match text {
        [hundreds @ b'1'..=b'5', tens, ones] if tens.is_ascii_digit() && ones.is_ascii_digit() => {
            [hundreds, tens, ones].into_iter().fold(0, |status, digit| status * 10 + u16::from(digit - b'0'))
        }
        _ => 0,
    }
}

/// A method of a client's choice becomes a label only where it is an ordinary word.
fn method(text: &[u8]) -> &[u8] {
    if text.len() <= METHOD_BYTES_MAX && text.iter().all(u8::is_ascii_uppercase) { text } else { b"" }
}
