//! HTTP request logs of Render: pairs, one line a request.
//!
//! ```text
//! method=GET path="/a" host=shop.onrender.com status_code=200 clientIP="192.0.2.7" requestID="u" responseTimeMS=12 responseBytes=812
//! ```
//! Source of the names: Render's [logs](https://render.com/docs/logging), which filter requests by
//! `method`, `status_code`, `host` and `path`, and show `responseTimeMS=`: milliseconds, the whole
//! time. A line that lacks method, path or status is no request.
//!
//! # Incomplete support
//! The order of the pairs is not documented: the first pair of each key counts, and a path in
//! quotes is taken to be escaped. Service and instance are those of the syslog header.

use memchr::memmem;

use super::{Context, Example, Needle, Reader, Request, RequestParts, Sink, Writer, request};
use crate::{Line, logfmt::Pairs, number};

pub(super) const READER: Reader = Reader {
    name: "render",
    title: "Render HTTP request log",
    writers: &[Writer::WebServer],
    examples: &[Example {
        app: "web-12345",
        proc_id: "74440",
        msg: r#"method=GET path="/orders/7?page=2" host=shop.example.com status_code=200 clientIP="203.0.113.7" requestID="8601b555" responseTimeMS=18 responseBytes=4096 userAgent="curl/8""#,
    }],
    metrics: &["router.requests", "router.service", "router.bytes", "router.endpoints"],
    events: &[],
    parts: Some(|msg, _| Some(Entry::of(msg)?.parts())),
};

static TIME: Needle = Needle::new(|| memmem::Finder::new("responseTimeMS="));

/// The first value of each key; empty where there is none.
#[derive(Default)]
struct Entry<'a> {
    method: &'a [u8],
    path: &'a [u8],
    host: &'a [u8],
    status: &'a [u8],
    client: &'a [u8],
    request_id: &'a [u8],
    time: &'a [u8],
    bytes: &'a [u8],
}

/// Reads a request; whether the line is one.
pub(super) fn read(line: &Line<'_>, _: &mut Context<'_>, sink: &mut impl Sink) -> bool {
    let Some(entry) = Entry::of(line.msg) else { return false };
    sink.request(&entry.request());
    true
}

impl<'a> Entry<'a> {
    fn of(msg: &'a [u8]) -> Option<Self> {
        if !TIME.is_in(msg) {
            return None;
        }
        let mut entry = Self::default();
        for pair in Pairs::new(msg) {
            let slot = match pair.key {
                b"method" => &mut entry.method,
                b"path" => &mut entry.path,
                b"host" => &mut entry.host,
                b"status_code" | b"status" => &mut entry.status,
                b"clientIP" => &mut entry.client,
                b"requestID" => &mut entry.request_id,
                b"responseTimeMS" => &mut entry.time,
                b"responseBytes" => &mut entry.bytes,
                _ => continue,
            };
            if slot.is_empty() {
                *slot = pair.value;
            }
        }
        let has_status = request::status(entry.status) != 0;
        (has_status && !entry.method.is_empty() && entry.path.starts_with(b"/")).then_some(entry)
    }

    fn request(&self) -> Request<'a> {
        Request {
            method: request::method(self.method),
            path: self.path,
            status: request::status(self.status),
            service_ms: number::bare(self.time),
            bytes: number::bare(self.bytes),
            ..Request::default()
        }
    }

    fn parts(&self) -> RequestParts<'a> {
        let Request { path, status, service_ms, bytes, .. } = self.request();
        let Self { method, host, request_id, client: fwd, .. } = *self;
        RequestParts { method, host, path, status, service_ms, bytes, request_id, fwd, ..RequestParts::default() }
    }
}
