//! The router's request lines, of every generation that is logfmt.
//!
//! ```text
//! at=info method=GET path="/" host=h request_id=u fwd="ip" dyno=web.1 connect=1ms service=18ms status=200 bytes=13
//! ```
//! Empty values are absent, never zero; of a repeated key the first counts. Path and `fwd` are a client's words: their
//! values end at the last place that the key after them can stand, so that no request can write its own status. For the
//! same reason a request line is not read for l2met pairs.
//!
//! # Incomplete support
//! The form before 2012 (`GET host/path dyno=web.4 … service=17ms status=200`) counts without its method and path.

/// The usual shape, read at one go.
mod quick;

use super::{
    Request, Sink, is_error_code,
    request::{method, status},
};
use crate::{
    Loss,
    logfmt::{Guard, Pairs},
    number,
};

/// Router 2.0 logs the path percent-decoded but not escaped, and `fwd` holds a header of the request.
pub const GUARDS: &[Guard] = &[(b"path", b" host="), (b"fwd", b" dyno=")];

/// The first value of each key, empty where there is none.
#[derive(Clone, Copy, Debug, Default)]
struct Words<'a> {
    at: &'a [u8],
    code: &'a [u8],
    method: &'a [u8],
    path: &'a [u8],
    dyno: &'a [u8],
    connect: &'a [u8],
    service: &'a [u8],
    status: &'a [u8],
    bytes: &'a [u8],
    queue: &'a [u8],
    wait: &'a [u8],
    is_request: bool,
}

/// Reads a request line; whether the text is one.
#[inline]
pub(super) fn read(msg: &[u8], sink: &mut impl Sink) -> bool {
    if let Some(request) = quick::read(msg) {
        sink.request(&request);
        return true;
    }
    read_any(msg, sink)
}

/// Reads a request line of the usual shape; nothing of others.
#[doc(hidden)]
#[must_use]
pub fn read_quick(msg: &[u8]) -> Option<Request<'_>> {
    quick::read(msg)
}

/// Reads a request line of any shape; what [`quick`] reads, this reads to the same result.
#[doc(hidden)]
pub fn read_any(msg: &[u8], sink: &mut impl Sink) -> bool {
    let words = words(msg);
    if words.is_request {
        let request = request(&words, sink);
        sink.request(&request);
    }
    words.is_request
}

fn words(msg: &[u8]) -> Words<'_> {
    let mut words = Words::default();
    for pair in Pairs::guarded(msg, GUARDS) {
        let (slot, makes_request) = match pair.key {
            b"at" => (&mut words.at, true),
            b"method" => (&mut words.method, true),
            b"status" => (&mut words.status, true),
            b"path" => (&mut words.path, false),
            b"code" => (&mut words.code, false),
            b"dyno" | b"web" => (&mut words.dyno, false),
            b"connect" => (&mut words.connect, false),
            b"service" => (&mut words.service, false),
            b"bytes" => (&mut words.bytes, false),
            b"queue" => (&mut words.queue, false),
            b"wait" => (&mut words.wait, false),
            _ => continue,
        };
        if slot.is_empty() {
            *slot = pair.value;
        }
        words.is_request |= makes_request;
    }
    if !words.is_request {
        old_error(msg, &mut words);
    }
    words
}

/// The error lines before 2012: `Error H10 (App crashed) -> GET host/ dyno= queue= wait= service= status=503 bytes=`, of
/// which the oldest have no status.
fn old_error<'a>(msg: &'a [u8], words: &mut Words<'a>) {
    let Some(code) = msg.strip_prefix(b"Error ").and_then(|rest| rest.get(..3)).filter(|it| is_error_code(it)) else {
        return;
    };
    words.code = code;
    words.is_request = memchr::memmem::find(msg, b" -> ").is_some();
}

fn request<'a>(words: &Words<'a>, sink: &mut impl Sink) -> Request<'a> {
    let mut value = |text, read| value(text, read, sink);
    let (connect_ms, service_ms) = (value(words.connect, number::router_ms), value(words.service, number::router_ms));
    let bytes = value(words.bytes, number::router_bytes);
    let wait_ms = value(words.wait, number::router_ms);
    Request {
        method: method(words.method),
        path: words.path,
        source: words.dyno,
        code: if is_error_code(words.code) { words.code } else { b"" },
        status: status(words.status),
        connect_ms,
        service_ms,
        bytes,
        // Until 2014 the router told how long a request had waited, and how many others were before it.
        queue_ms: if words.queue.is_empty() { None } else { wait_ms },
    }
}

/// The value of a key that may be absent; what is there and cannot be read is a loss.
fn value(text: &[u8], read: fn(&[u8]) -> Option<f64>, sink: &mut impl Sink) -> Option<f64> {
    let value = if text.is_empty() { return None } else { read(text) };
    if value.is_none() {
        sink.lose(Loss::Value);
    }
    value
}
