//! Caddy's access log: one JSON object a line, in the default encoding. Source of the form: Caddy's
//! `modules/caddyhttp/server.go`, `modules/caddyhttp/marshalers.go` and
//! `modules/logging/encoders.go`.
//!
//! ```text
//! {"level":"info","ts":1764237600.12,"logger":"http.log.access","msg":"handled request","request":{"client_ip":"192.0.2.7",
//! "proto":"HTTP/2.0","method":"GET","host":"app.example.com","uri":"/a"},"duration":0.0123,"size":812,"status":200}
//! ```
//! The logger is `http.log.access`, or that with a dot and a name. Of a repeated key the first
//! value counts; keys that the configuration appends come last. Status 0 means that no handler
//! wrote one: the client got 200.
//!
//! `duration` is in seconds with a fraction, or a text with a unit, as the encoder may be
//! configured. A whole number is milliseconds or nanoseconds, and the line does not say which: the
//! request then has no service time.
//!
//! # Incomplete support
//! Keys that the encoder was configured to rename are not found, and neither is a line that is a
//! field of another JSON object. A `wall` time has no zone, so that such a line has the time of its
//! transport.

use memchr::{memchr, memmem};

use super::{
    Context, Example, Needle, Reader, Request, RequestParts, Sink, Writer,
    json::{self, Value},
    json_time,
    request::{method, status},
};
use crate::{Line, date, number};

pub(super) const READER: Reader = Reader {
    name: "caddy",
    title: "Caddy access log, JSON",
    writers: &[Writer::WebServer],
    examples: &[Example {
        app: "caddy",
        proc_id: "1",
        msg: r#"{"level":"info","ts":1795777200.25,"logger":"http.log.access.log0","msg":"handled request","request":{"remote_ip":"203.0.113.7","remote_port":"40312","client_ip":"203.0.113.7","proto":"HTTP/2.0","method":"GET","host":"shop.example.com","uri":"/orders/7?page=2","headers":{"User-Agent":["curl/8"]}},"bytes_read":0,"user_id":"","duration":0.0185,"size":4096,"status":200,"resp_headers":{"Server":["Caddy"]}}"#,
    }],
    metrics: &["router.requests", "router.service", "router.bytes", "router.endpoints"],
    events: &[],
    parts: Some(parts),
};

/// Name of the access logs' logger.
const LOGGER: &[u8] = b"http.log.access";
/// Status that Go's server sends if no handler wrote one.
const STATUS_UNWRITTEN: u16 = 200;

static LOGGER_NEEDLE: Needle = Needle::new(|| memmem::Finder::new(LOGGER));

/// The first value of each key; empty where there is none.
#[derive(Default)]
struct Fields<'a> {
    logger: &'a [u8],
    ts: &'a [u8],
    status: &'a [u8],
    size: &'a [u8],
    duration: &'a [u8],
    /// Whether the duration is a text, which has a unit.
    has_unit: bool,
    method: &'a [u8],
    host: &'a [u8],
    uri: &'a [u8],
    client_ip: &'a [u8],
    remote_ip: &'a [u8],
    proto: &'a [u8],
}

/// Reads a request; whether the line is one.
pub(super) fn read(line: &Line<'_>, _: &mut Context<'_>, sink: &mut impl Sink) -> bool {
    let Some(fields) = Fields::of(line.msg) else { return false };
    if line.time_ms.is_none()
        && let Some(at_ms) = json_time::at_ms(fields.ts)
    {
        sink.date(at_ms);
    }
    sink.request(&fields.request());
    true
}

fn parts<'a>(msg: &'a [u8], _: &mut date::Parser) -> Option<RequestParts<'a>> {
    let fields = Fields::of(msg)?;
    let Request { status, bytes, service_ms, .. } = fields.request();
    Some(RequestParts {
        method: fields.method,
        host: fields.host,
        path: fields.uri,
        status,
        service_ms,
        bytes,
        fwd: if fields.client_ip.is_empty() { fields.remote_ip } else { fields.client_ip },
        protocol: fields.proto,
        ..RequestParts::default()
    })
}

impl<'a> Fields<'a> {
    /// The fields of a line; `None` if it is not of this format.
    fn of(msg: &'a [u8]) -> Option<Self> {
        if !LOGGER_NEEDLE.is_in(msg) {
            return None;
        }
        let mut fields = Self::default();
        for (key, value) in json::line(msg)? {
            match (key, value) {
                (b"request", Value::Bare(object)) => fields.put_request(object),
                (b"duration", Value::Text(_)) if fields.duration.is_empty() => {
                    (fields.duration, fields.has_unit) = (value.bytes(), true);
                }
                _ => fields.put(key, value.bytes()),
            }
        }
        let name = fields.logger.strip_prefix(LOGGER)?;
        let is_access_log = name.is_empty() || name.starts_with(b".");
        let is_whole = !fields.status.is_empty() && !fields.method.is_empty();
        (is_access_log && is_whole).then_some(fields)
    }

    fn put(&mut self, key: &[u8], value: &'a [u8]) {
        let slot = match key {
            b"logger" => &mut self.logger,
            b"ts" => &mut self.ts,
            b"status" => &mut self.status,
            b"size" => &mut self.size,
            b"duration" => &mut self.duration,
            _ => return,
        };
        if slot.is_empty() {
            *slot = value;
        }
    }

    fn put_request(&mut self, object: &'a [u8]) {
        for (key, value) in json::Fields::of(object).into_iter().flatten() {
            let slot = match key {
                b"method" => &mut self.method,
                b"host" => &mut self.host,
                b"uri" => &mut self.uri,
                b"client_ip" => &mut self.client_ip,
                b"remote_ip" => &mut self.remote_ip,
                b"proto" => &mut self.proto,
                _ => continue,
            };
            if slot.is_empty() {
                *slot = value.bytes();
            }
        }
    }

    fn request(&self) -> Request<'a> {
        Request {
            method: method(self.method),
            path: self.uri,
            status: if self.status == b"0" { STATUS_UNWRITTEN } else { status(self.status) },
            bytes: number::router_bytes(self.size),
            service_ms: self.service_ms(),
            ..Request::default()
        }
    }

    fn service_ms(&self) -> Option<f64> {
        if self.has_unit {
            number::duration_ms(self.duration)
        } else {
            let has_fraction = memchr(b'.', self.duration).is_some();
            number::router_ms(self.duration).filter(|_| has_fraction).map(|seconds| seconds * 1_000.0)
        }
    }
}
