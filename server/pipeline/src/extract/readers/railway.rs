//! HTTP logs of Railway's proxy, one JSON object a request.
//!
//! ```text
//! {"requestId":"…","timestamp":"…Z","method":"GET","path":"/a","host":"shop.up.railway.app","httpStatus":200,
//! "totalDuration":12,"responseTime":11,"upstreamRqDuration":10,"txBytes":812,"rxBytes":90,"srcIp":"192.0.2.7"}
//! ```
//! Source of the fields: Railway's [logs](https://docs.railway.com/observability/logs). Durations
//! are milliseconds; `totalDuration` is the whole time. `txBytes` are those that were sent to the
//! client.
//!
//! # Incomplete support
//! `responseDetails` is text for people and no code.

use memchr::memmem;

use super::{Context, Example, Needle, Reader, Request, RequestParts, Sink, Writer, json, request};
use crate::{Line, number, time};

pub(super) const READER: Reader = Reader {
    name: "railway",
    title: "Railway HTTP log",
    writers: &[Writer::WebServer],
    examples: &[Example {
        app: "railway",
        proc_id: "http",
        msg: r#"{"requestId":"5Zc0","timestamp":"2026-11-27T10:00:00.250Z","method":"GET","path":"/orders/7","host":"shop.example.com","httpStatus":200,"clientUa":"curl/8","srcIp":"203.0.113.7","edgeRegion":"europe-west4","totalDuration":18,"responseTime":17,"upstreamRqDuration":16,"txBytes":4096,"rxBytes":120}"#,
    }],
    metrics: &["router.requests", "router.service", "router.bytes", "router.endpoints"],
    events: &[],
    parts: Some(|msg, _| Some(Entry::of(msg)?.parts())),
};

static STATUS: Needle = Needle::new(|| memmem::Finder::new("\"httpStatus\""));

/// The fields of a line that are used.
struct Entry<'a> {
    status: &'a [u8],
    method: &'a [u8],
    path: &'a [u8],
    host: &'a [u8],
    duration: &'a [u8],
    bytes: &'a [u8],
    request_id: &'a [u8],
    client: &'a [u8],
    timestamp: &'a [u8],
}

/// Reads a request; whether the line is one.
pub(super) fn read(line: &Line<'_>, context: &mut Context<'_>, sink: &mut impl Sink) -> bool {
    let Some(entry) = Entry::of(line.msg) else { return false };
    if let Some(at_ms) = time::parse(entry.timestamp).filter(|_| line.time_ms.is_none()) {
        sink.date(at_ms);
    }
    sink.request(&Request { path: context.unescaped(entry.path), ..entry.request() });
    true
}

impl<'a> Entry<'a> {
    fn of(msg: &'a [u8]) -> Option<Self> {
        if !STATUS.is_in(msg) {
            return None;
        }
        let keys: [&[u8]; 9] = [
            b"httpStatus",
            b"method",
            b"path",
            b"host",
            b"totalDuration",
            b"txBytes",
            b"requestId",
            b"srcIp",
            b"timestamp",
        ];
        let [status, method, path, host, duration, bytes, request_id, client, timestamp] =
            json::pick(json::line(msg)?, keys);
        let is_whole = !status.is_empty() && status.iter().all(u8::is_ascii_digit) && !method.is_empty();
        let is_platform = !request_id.is_empty() && !duration.is_empty();
        let entry = Self { status, method, path, host, duration, bytes, request_id, client, timestamp };
        (is_whole && is_platform).then_some(entry)
    }

    fn request(&self) -> Request<'a> {
        Request {
            method: request::method(self.method),
            path: self.path,
            status: request::status(self.status),
            service_ms: number::bare(self.duration),
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
