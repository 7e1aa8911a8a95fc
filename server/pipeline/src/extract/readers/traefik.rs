//! Traefik's access log in its JSON form. Its CLF form is read as a Common log line
//! ([`super::access_log`]): the time after its router and server has a unit.
//!
//! ```text
//! {"ClientHost":"192.0.2.7","DownstreamContentSize":812,"DownstreamStatus":200,"Duration":12300000,"OriginStatus":200,
//! "RequestHost":"shop.example.com","RequestMethod":"GET","RequestPath":"/a?b=c","RequestProtocol":"HTTP/1.1","time":"…Z"}
//! ```
//! Source of the fields: Traefik's
//! [access logs](https://doc.traefik.io/traefik/observe/logs-and-access-logs/). `Duration` is the
//! whole time, nanoseconds. `DownstreamStatus` is what the client saw; `OriginStatus` is not used.
//!
//! # Incomplete support
//! Fields that the configuration drops or renames are not found. Retries are not counted.

use memchr::memmem;

use super::{Context, Example, Needle, Reader, Request, RequestParts, Sink, Writer, json, request};
use crate::{Line, number, time};

pub(super) const READER: Reader = Reader {
    name: "traefik",
    title: "Traefik access log, JSON",
    writers: &[Writer::WebServer],
    examples: &[Example {
        app: "traefik",
        proc_id: "1",
        msg: r#"{"ClientHost":"203.0.113.7","DownstreamContentSize":4096,"DownstreamStatus":200,"Duration":18500000,"OriginStatus":200,"Overhead":120000,"RequestHost":"shop.example.com","RequestMethod":"GET","RequestPath":"/orders/7?page=2","RequestProtocol":"HTTP/2.0","RouterName":"shop@docker","level":"info","msg":"","time":"2026-11-27T10:00:00Z"}"#,
    }],
    metrics: &["router.requests", "router.service", "router.bytes", "router.endpoints"],
    events: &[],
    parts: Some(|msg, _| Some(Entry::of(msg)?.parts())),
};

const NANOSECONDS_PER_MS: f64 = 1e6;

static STATUS: Needle = Needle::new(|| memmem::Finder::new("\"DownstreamStatus\""));

/// The fields of a line that are used.
struct Entry<'a> {
    status: &'a [u8],
    method: &'a [u8],
    path: &'a [u8],
    host: &'a [u8],
    protocol: &'a [u8],
    duration: &'a [u8],
    size: &'a [u8],
    client: &'a [u8],
    time: &'a [u8],
}

/// Reads a request; whether the line is one.
pub(super) fn read(line: &Line<'_>, context: &mut Context<'_>, sink: &mut impl Sink) -> bool {
    let Some(entry) = Entry::of(line.msg) else { return false };
    if let Some(at_ms) = time::parse(entry.time).filter(|_| line.time_ms.is_none()) {
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
            b"DownstreamStatus",
            b"RequestMethod",
            b"RequestPath",
            b"RequestHost",
            b"RequestProtocol",
            b"Duration",
            b"DownstreamContentSize",
            b"ClientHost",
            b"time",
        ];
        let [status, method, path, host, protocol, duration, size, client, time] = json::pick(json::line(msg)?, keys);
        let is_whole = !status.is_empty() && status.iter().all(u8::is_ascii_digit) && !method.is_empty();
        is_whole.then_some(Self { status, method, path, host, protocol, duration, size, client, time })
    }

    fn request(&self) -> Request<'a> {
        Request {
            method: request::method(self.method),
            path: self.path,
            status: request::status(self.status),
            service_ms: number::bare(self.duration).map(|it| it / NANOSECONDS_PER_MS),
            bytes: number::router_bytes(self.size),
            ..Request::default()
        }
    }

    fn parts(&self) -> RequestParts<'a> {
        let Request { path, status, service_ms, bytes, .. } = self.request();
        let Self { method, host, protocol, client: fwd, .. } = *self;
        RequestParts { method, host, path, status, service_ms, bytes, fwd, protocol, ..RequestParts::default() }
    }
}
