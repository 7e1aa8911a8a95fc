//! Access logs of Clever Cloud's reverse proxies, one JSON object a request.
//!
//! ```text
//! {"t":"2026-11-27T10:00:00.250Z","vb":"GET","path":"/a","h":"shop.example.com","sC":200,"bIn":90,"bOut":812,
//! "rTime":"31ms","sTime":"75μs","i":"8601b555","r":"…"}
//! ```
//! Source of the fields: Clever Cloud's
//! [log management](https://www.clever.cloud/developers/doc/administrate/log-management/). Times are
//! texts with a unit. `rTime`, the response time, is the service time; `sTime` is not used. `bOut`
//! are the bytes that were sent to the client.
//!
//! # Incomplete support
//! That an instance logs the same request itself can't be known from one line.

use memchr::memmem;

use super::{Context, Example, Needle, Reader, Request, RequestParts, Sink, Writer, json, request};
use crate::{Line, number, time};

pub(super) const READER: Reader = Reader {
    name: "clever_cloud",
    title: "Clever Cloud access log",
    writers: &[Writer::WebServer],
    examples: &[Example {
        app: "addon",
        proc_id: "access",
        msg: r#"{"t":"2026-11-27T10:00:00.250Z","vb":"GET","path":"/orders/7","h":"shop.example.com","sC":200,"bIn":120,"bOut":4096,"rTime":"18.5ms","sTime":"75μs","i":"8601b555","r":"01HF"}"#,
    }],
    metrics: &["router.requests", "router.service", "router.bytes", "router.endpoints"],
    events: &[],
    parts: Some(|msg, _| Some(Entry::of(msg)?.parts())),
};

static TIME: Needle = Needle::new(|| memmem::Finder::new("\"rTime\""));

/// The fields of a line that are used.
struct Entry<'a> {
    status: &'a [u8],
    method: &'a [u8],
    path: &'a [u8],
    host: &'a [u8],
    duration: &'a [u8],
    bytes: &'a [u8],
    request_id: &'a [u8],
    at: &'a [u8],
}

/// Reads a request; whether the line is one.
pub(super) fn read(line: &Line<'_>, context: &mut Context<'_>, sink: &mut impl Sink) -> bool {
    let Some(entry) = Entry::of(line.msg) else { return false };
    if let Some(at_ms) = time::parse(entry.at).filter(|_| line.time_ms.is_none()) {
        sink.date(at_ms);
    }
    sink.request(&Request { path: context.unescaped(entry.path), ..entry.request() });
    true
}

impl<'a> Entry<'a> {
    fn of(msg: &'a [u8]) -> Option<Self> {
        if !TIME.is_in(msg) {
            return None;
        }
        let keys: [&[u8]; 8] = [b"sC", b"vb", b"path", b"h", b"rTime", b"bOut", b"r", b"t"];
        let [status, method, path, host, duration, bytes, request_id, at] = json::pick(json::line(msg)?, keys);
        let is_whole = !status.is_empty() && status.iter().all(u8::is_ascii_digit) && !method.is_empty();
        is_whole.then_some(Self { status, method, path, host, duration, bytes, request_id, at })
    }

    fn request(&self) -> Request<'a> {
        Request {
            method: request::method(self.method),
            path: self.path,
            status: request::status(self.status),
            service_ms: number::duration_ms(self.duration),
            bytes: number::bare(self.bytes),
            ..Request::default()
        }
    }

    fn parts(&self) -> RequestParts<'a> {
        let Request { path, status, service_ms, bytes, .. } = self.request();
        let Self { method, host, request_id, .. } = *self;
        RequestParts { method, host, path, status, service_ms, bytes, request_id, ..RequestParts::default() }
    }
}
