//! Server spans of OpenTelemetry, as the OTLP receiver writes them. Source of the names:
//! OpenTelemetry's semantic conventions for HTTP.
//!
//! ```text
//! span kind=server method=GET path=/users/{id} status=200 service_ms=12.34 code=timeout trace_id=5b8e… span_id=9f3c…
//! ```
//! A span with `told_by` is one whose request another stream of the drain has told already; it is
//! not counted. A span whose `sampled` is below 1 stands for several requests, of which it counts
//! one.

use super::{
    Context, Example, Reader, Request, RequestParts, Sink, Writer,
    request::{method, status},
};
use crate::{Line, date, logfmt::Pairs, number};

pub(super) const READER: Reader = Reader {
    name: "otlp_span",
    title: "Server spans of OpenTelemetry",
    writers: &[Writer::Otlp],
    examples: &[Example {
        app: "otlp",
        proc_id: "web.1",
        msg: "span kind=server method=GET path=/users/{id} status=200 service_ms=12.34 trace_id=5b8efff798038103d269b633813fc60c span_id=eee19b7ec3c1b174",
    }],
    metrics: &["router.requests", "router.service", "router.endpoints"],
    events: &[],
    parts: Some(parts),
};

/// The longest class of an error that is kept, bytes.
const CODE_BYTES_MAX: usize = 60;

/// Reads a span; whether the line is one.
pub(super) fn read(line: &Line<'_>, _: &mut Context<'_>, sink: &mut impl Sink) -> bool {
    let Some(fields) = Fields::of(line.msg) else { return false };
    if fields.told_by.is_empty() {
        sink.request(&Request {
            method: method(fields.method),
            path: fields.path,
            source: line.proc_id,
            code: code(fields.code),
            status: status(fields.status),
            service_ms: number::router_ms(fields.service_ms),
            bytes: number::router_bytes(fields.bytes),
            ..Request::default()
        });
    }
    true
}

/// The class of an error if it is short; longer ones hold texts, and codes become labels.
fn code(text: &[u8]) -> &[u8] {
    if text.len() <= CODE_BYTES_MAX { text } else { b"" }
}

/// The request of a span for display.
fn parts<'a>(msg: &'a [u8], _: &mut date::Parser) -> Option<RequestParts<'a>> {
    let fields = Fields::of(msg)?;
    Some(RequestParts {
        method: fields.method,
        host: fields.host,
        path: fields.path,
        status: status(fields.status),
        code: code(fields.code),
        service_ms: number::router_ms(fields.service_ms),
        bytes: number::router_bytes(fields.bytes),
        request_id: fields.trace_id,
        fwd: fields.client,
        ..RequestParts::default()
    })
}

#[derive(Default)]
struct Fields<'a> {
    method: &'a [u8],
    host: &'a [u8],
    path: &'a [u8],
    status: &'a [u8],
    code: &'a [u8],
    service_ms: &'a [u8],
    bytes: &'a [u8],
    client: &'a [u8],
    trace_id: &'a [u8],
    told_by: &'a [u8],
}

impl<'a> Fields<'a> {
    fn of(msg: &'a [u8]) -> Option<Self> {
        let rest = msg.strip_prefix(b"span kind=server ")?;
        let mut fields = Self::default();
        for pair in Pairs::new(rest) {
            let slot = match pair.key {
                b"method" => &mut fields.method,
                b"host" => &mut fields.host,
                b"path" => &mut fields.path,
                b"status" => &mut fields.status,
                b"code" => &mut fields.code,
                b"service_ms" => &mut fields.service_ms,
                b"bytes" => &mut fields.bytes,
                b"client" => &mut fields.client,
                b"trace_id" => &mut fields.trace_id,
                b"told_by" => &mut fields.told_by,
                _ => continue,
            };
            *slot = pair.value;
        }
        Some(fields).filter(|it| !it.method.is_empty() && !it.path.is_empty())
    }
}
