//! Request lines of Heroku's router, of every generation that is logfmt.
//!
//! ```text
//! at=info method=GET path="/" host=h request_id=u fwd="ip" dyno=web.1 connect=1ms service=18ms status=200 bytes=13
//! ```
//! Empty values are absent, never zero. If a key is repeated, its first value counts. Path and
//! `fwd` hold the client's words. Their values end at the last place where the next key can begin,
//! so that no request can write its own status. For the same reason a request line is not read for
//! l2met pairs.
//!
//! # Incomplete support
//! The form before 2012 (`GET host/path dyno=web.4 … service=17ms status=200`) counts without its
//! method and path.

/// The usual form, read in one pass.
mod quick;

use super::{
    Context, Example, Reader, Request, RequestParts, Sink, Writer, is_error_code,
    request::{method, status},
    scalingo,
};
use crate::{
    Line, Loss, date,
    logfmt::{Guard, Pairs},
    number,
};

pub(super) const READER: Reader = Reader {
    name: "router",
    title: "Heroku router",
    writers: &[Writer::Router],
    examples: &[
        Example {
            app: "heroku",
            proc_id: "router",
            msg: "at=info method=GET path=\"/users/42\" host=app.example.com request_id=8601b555-6a83-4c12-8269-97c8e32cdb22 \
                  fwd=\"203.0.113.7\" dyno=web.1 connect=1ms service=18ms status=200 bytes=512 protocol=https",
        },
        Example {
            app: "heroku",
            proc_id: "router",
            msg: "at=error code=H12 desc=\"Request timeout\" method=GET path=/ host=app.example.com fwd=\"203.0.113.7\" \
                  dyno=web.1 queue=0 wait=3ms connect=1ms service=30000ms status=503 bytes=0",
        },
    ],
    metrics: &[
        "router.requests",
        "router.service",
        "router.connect",
        "router.bytes",
        "router.queue",
        "router.errors",
        "router.endpoints",
        "router.endpoint_errors",
    ],
    events: &[],
    parts: Some(parts),
};

/// Keys whose values hold the client's words. Router 2.0 logs the path percent-decoded but not
/// escaped, and `fwd` holds a header of the request.
pub const GUARDS: &[Guard] = &[Guard { key: b"path", follower: b" host=" }, Guard { key: b"fwd", follower: b" dyno=" }];

/// The first value of each key; empty where there is none.
#[derive(Clone, Copy, Debug, Default)]
struct Fields<'a> {
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

/// Reads a request; whether the line is one.
#[inline]
pub(super) fn read(line: &Line<'_>, _: &mut Context<'_>, sink: &mut impl Sink) -> bool {
    if let Some(request) = quick::read(line.msg) {
        sink.request(&request);
        return true;
    }
    // Scalingo's routers may have the same name.
    !scalingo::may_be(line.msg) && read_any(line.msg, sink)
}

/// Reads a request line of the usual form; `None` for any other. Public for tests.
#[doc(hidden)]
#[must_use]
pub fn read_quick(msg: &[u8]) -> Option<Request<'_>> {
    quick::read(msg)
}

/// Reads a request line of any form; whether the text is one. It gives the same as [`read_quick`]
/// if that reads the line. Public for tests.
#[doc(hidden)]
pub fn read_any(msg: &[u8], sink: &mut impl Sink) -> bool {
    let fields = fields(msg);
    if fields.is_request {
        let request = request(&fields, &mut |loss| sink.lose(loss));
        sink.request(&request);
    }
    fields.is_request
}

/// The code of a request line, not checked; empty for none.
pub(in crate::extract) fn code(msg: &[u8]) -> &[u8] {
    fields(msg).code
}

fn parts<'a>(msg: &'a [u8], _: &mut date::Parser) -> Option<RequestParts<'a>> {
    let fields = Some(fields(msg)).filter(|it| it.is_request && !scalingo::may_be(msg))?;
    let Request { path, source: dyno, code, status, connect_ms, service_ms, bytes, queue_ms, .. } =
        request(&fields, &mut |_| {});
    let mut parts = RequestParts {
        method: fields.method,
        path,
        dyno,
        code,
        status,
        connect_ms,
        service_ms,
        bytes,
        queue_ms,
        ..RequestParts::default()
    };
    for pair in Pairs::guarded(msg, GUARDS) {
        let slot = match pair.key {
            b"host" => &mut parts.host,
            b"request_id" => &mut parts.request_id,
            b"fwd" => &mut parts.fwd,
            b"protocol" => &mut parts.protocol,
            b"desc" => &mut parts.desc,
            _ => continue,
        };
        if slot.is_empty() {
            *slot = pair.value;
        }
    }
    Some(parts)
}

fn fields(msg: &[u8]) -> Fields<'_> {
    let mut fields = Fields::default();
    for pair in Pairs::guarded(msg, GUARDS) {
        let (slot, makes_request) = match pair.key {
            b"at" => (&mut fields.at, true),
            b"method" => (&mut fields.method, true),
            b"status" => (&mut fields.status, true),
            b"path" => (&mut fields.path, false),
            b"code" => (&mut fields.code, false),
            b"dyno" | b"web" => (&mut fields.dyno, false),
            b"connect" => (&mut fields.connect, false),
            b"service" => (&mut fields.service, false),
            b"bytes" => (&mut fields.bytes, false),
            b"queue" => (&mut fields.queue, false),
            b"wait" => (&mut fields.wait, false),
            _ => continue,
        };
        if slot.is_empty() {
            *slot = pair.value;
        }
        fields.is_request |= makes_request;
    }
    if !fields.is_request {
        old_error(msg, &mut fields);
    }
    fields
}

/// Error lines before 2012: `Error H10 (App crashed) -> GET host/ dyno= queue= wait= service=
/// status=503 bytes=`. The oldest have no status.
fn old_error<'a>(msg: &'a [u8], fields: &mut Fields<'a>) {
    let Some(code) = msg.strip_prefix(b"Error ").and_then(|rest| rest.get(..3)).filter(|it| is_error_code(it)) else {
        return;
    };
    fields.code = code;
    fields.is_request = memchr::memmem::find(msg, b" -> ").is_some();
}

fn request<'a>(fields: &Fields<'a>, lose: &mut impl FnMut(Loss)) -> Request<'a> {
    let mut value = |text, read| value(text, read, lose);
    let (connect_ms, service_ms) = (value(fields.connect, number::router_ms), value(fields.service, number::router_ms));
    let bytes = value(fields.bytes, number::router_bytes);
    let wait_ms = value(fields.wait, number::router_ms);
    Request {
        method: method(fields.method),
        path: fields.path,
        source: fields.dyno,
        code: if is_error_code(fields.code) { fields.code } else { b"" },
        status: status(fields.status),
        connect_ms,
        service_ms,
        bytes,
        // Until 2014 the router logged how long a request had waited, and how many others were
        // before it.
        queue_ms: if fields.queue.is_empty() { None } else { wait_ms },
    }
}

/// The value of a key that may be absent. A value that cannot be read is counted as a loss.
fn value(text: &[u8], read: fn(&[u8]) -> Option<f64>, lose: &mut impl FnMut(Loss)) -> Option<f64> {
    let value = if text.is_empty() { return None } else { read(text) };
    if value.is_none() {
        lose(Loss::Value);
    }
    value
}
