//! Envoy's access log in its default text format, and in the longer one of Istio.
//!
//! ```text
//! [START] "METHOD PATH PROTOCOL" STATUS FLAGS RECEIVED SENT DURATION UPSTREAM "FORWARDED" "AGENT" "ID" "HOST" "UPSTREAM HOST"
//! [START] "METHOD PATH PROTOCOL" STATUS FLAGS DETAILS TERMINATION "FAILURE" RECEIVED SENT DURATION UPSTREAM "FORWARDED" "AGENT"
//!     "ID" "HOST" "UPSTREAM HOST" CLUSTER UPSTREAM_LOCAL DOWNSTREAM_LOCAL DOWNSTREAM_REMOTE SERVER_NAME ROUTE     (Istio)
//! ```
//! Source of the formats: Envoy's
//! [access logging](https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage)
//! and Istio's [access logs](https://istio.io/latest/docs/tasks/observability/logs/access-log/).
//! `DURATION` is the whole time, ms; `UPSTREAM`, the time to the first byte, is not used. The first
//! response flag is the error code. Status 0 means that nothing was sent.
//!
//! Nothing behind the duration is used but Istio's addresses: headers are not escaped, and clients
//! choose them. A path has no blanks, so that no request can write its own status.
//!
//! A sidecar of Istio logs the calls that its own workload makes, too. They are no requests of it:
//! the cluster is `outbound|…`, and the call comes from the address that the sidecar itself uses.
//!
//! # Incomplete support
//! Lines about TCP are no requests. Istio before 1.9 and formats of one's own are not read. Where a
//! gateway and a sidecar log one request into one app it counts twice: no line tells.

use memchr::memchr;

use super::{Context, Example, Reader, Request, RequestParts, Sink, Writer, platform_code, request, words::Words};
use crate::{Line, number, time};

pub(super) const READER: Reader = Reader {
    name: "envoy",
    title: "Envoy and Istio access logs",
    writers: &[Writer::WebServer],
    examples: &[
        Example {
            app: "envoy",
            proc_id: "1",
            msg: r#"[2026-11-27T10:00:00.250Z] "GET /orders/7?page=2 HTTP/1.1" 200 - 0 4096 18 17 "203.0.113.7" "curl/8" "8601b555" "shop.example.com" "10.0.0.5:3000""#,
        },
        Example {
            app: "istio-proxy",
            proc_id: "1",
            msg: r#"[2026-11-27T10:00:00.250Z] "GET /orders/7 HTTP/2" 503 UF upstream_reset_before_response_started{connection_failure} - "delayed_connect_error:_111" 0 91 30 - "203.0.113.7" "curl/8" "8601b555" "shop.example.com" "10.0.0.5:3000" inbound|3000|| - 10.0.0.5:3000 10.0.0.9:41234 - default"#,
        },
    ],
    metrics: &[
        "router.requests",
        "router.service",
        "router.bytes",
        "router.errors",
        "router.endpoints",
        "router.endpoint_errors",
    ],
    events: &[],
    parts: Some(|msg, _| Some(Entry::of(msg)?.parts())),
};

/// The longest time in brackets, bytes.
const TIME_BYTES_MAX: usize = 40;
/// The columns of Istio at the end of a line.
const COLUMNS: usize = 6;

/// The fields of a line that are used.
struct Entry<'a> {
    at_ms: i64,
    method: &'a [u8],
    path: &'a [u8],
    protocol: &'a [u8],
    status: u16,
    code: &'a [u8],
    bytes: &'a [u8],
    duration: &'a [u8],
    is_call: bool,
}

/// Reads a request; whether the line is one.
pub(super) fn read(line: &Line<'_>, _: &mut Context<'_>, sink: &mut impl Sink) -> bool {
    let Some(entry) = Entry::of(line.msg) else { return false };
    if line.time_ms.is_none() {
        sink.date(entry.at_ms);
    }
    if !entry.is_call {
        sink.request(&entry.request());
    }
    true
}

impl<'a> Entry<'a> {
    fn of(msg: &'a [u8]) -> Option<Self> {
        let rest = msg.strip_prefix(b"[2")?;
        let end = memchr(b']', &rest[..rest.len().min(TIME_BYTES_MAX)])?;
        let mut words = Words(rest[end + 1..].strip_prefix(b" ")?);
        let mut line = Words(words.quoted()?);
        let (method, path, protocol) = (line.word()?, line.word()?, line.word()?);
        if !line.0.is_empty() || !(protocol == b"-" || protocol.starts_with(b"HTTP/")) || method == b"-" {
            return None;
        }
        let at_ms = time::parse(&msg[1..end + 2])?;
        let status = match words.word()? {
            b"0" => 0,
            other => Some(request::status(other)).filter(|it| *it != 0)?,
        };
        let flags = words.word()?;
        let mut received = words;
        let is_istio = received.number().is_none();
        if is_istio {
            let (_details, _termination, _failure) = (words.word()?, words.word()?, words.quoted()?);
        }
        let (_received, bytes, duration) = (words.number()?, words.number()?, words.number()?);
        let _upstream = words.word()?;
        let is_call = is_istio && is_call(words.0);
        Some(Self { at_ms, method, path, protocol, status, code: code(flags), bytes, duration, is_call })
    }

    fn request(&self) -> Request<'a> {
        Request {
            method: request::method(self.method),
            path: request::target_parts(self.path).1,
            status: self.status,
            code: self.code,
            service_ms: number::bare(self.duration),
            bytes: number::bare(self.bytes),
            ..Request::default()
        }
    }

    fn parts(&self) -> RequestParts<'a> {
        let Request { path, status, code, service_ms, bytes, .. } = self.request();
        let Self { method, protocol, .. } = *self;
        RequestParts { method, path, status, code, service_ms, bytes, protocol, ..RequestParts::default() }
    }
}

/// The first flag that says what failed.
fn code(flags: &[u8]) -> &[u8] {
    flags.split(|it| *it == b',').find(|it| platform_code::is_proxy_code(it)).unwrap_or_default()
}

/// Whether the last columns of a line are those of a call that the workload itself made.
fn is_call(rest: &[u8]) -> bool {
    let mut columns = rest.rsplitn(COLUMNS + 1, |it| *it == b' ');
    let (Some(_route), Some(_server_name), Some(from), Some(_to), Some(own), Some(cluster)) =
        (columns.next(), columns.next(), columns.next(), columns.next(), columns.next(), columns.next())
    else {
        return false;
    };
    let (from, own) = (address(from), address(own));
    cluster.starts_with(b"outbound|") && !own.is_empty() && from == own
}

/// An address without its port.
fn address(text: &[u8]) -> &[u8] {
    &text[..text.iter().rposition(|it| *it == b':').unwrap_or(0)]
}
