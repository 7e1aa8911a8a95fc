//! Access log of Cloud Foundry's gorouter: PROCID `[RTR/N]`.
//!
//! ```text
//! HOST - [START] "METHOD PATH PROTOCOL" STATUS RECEIVED SENT "REFERRER" "AGENT" "CLIENT" "BACKEND" x_forwarded_for:"…"
//!     x_forwarded_proto:"https" vcap_request_id:"…" response_time:0.012345 gorouter_time:0.000080 app_id:"…" app_index:"0"
//!     instance_id:"…" x_cf_routererror:"-"
//! ```
//! Source of the format: gorouter's `accesslog/schema/access_log_record.go`. Texts are quoted with
//! Go's escapes, and what is absent is `"-"`. `response_time` is the whole time, seconds.
//! `x_cf_routererror` is the error code, without the details that may follow it.
//!
//! # Incomplete support
//! Times that an operator may switch on (`dial_time`, `backend_time`, …) and headers behind the
//! error are not read.

use memchr::{memchr, memmem};

use super::{
    Context, Example, Needle, Reader, Request, RequestParts, Sink, Writer, platform_code, request, words::Words,
};
use crate::{Line, number, syslog::quote_end, time};

pub(super) const READER: Reader = Reader {
    name: "gorouter",
    title: "Cloud Foundry router (gorouter)",
    writers: &[Writer::WebServer],
    examples: &[
        Example {
            app: "org.space.shop",
            proc_id: "[RTR/0]",
            msg: r#"shop.example.com - [2026-11-27T10:00:00.250186123Z] "GET /orders/7?page=2 HTTP/1.1" 200 0 4096 "-" "curl/8" "10.0.0.9:40312" "10.0.0.5:61002" x_forwarded_for:"203.0.113.7" x_forwarded_proto:"https" vcap_request_id:"8601b555" response_time:0.018500 gorouter_time:0.000080 app_id:"7f0a" app_index:"0" instance_id:"1c2d" x_cf_routererror:"-""#,
        },
        Example {
            app: "org.space.shop",
            proc_id: "[RTR/0]",
            msg: r#"shop.example.com - [2026-11-27T10:00:00.250186123Z] "GET /orders/7?page=2 HTTP/1.1" 502 0 67 "-" "curl/8" "10.0.0.9:40312" "10.0.0.5:61002" x_forwarded_for:"203.0.113.7" x_forwarded_proto:"https" vcap_request_id:"8601b555" response_time:0.018500 gorouter_time:0.000080 app_id:"7f0a" app_index:"0" instance_id:"1c2d" x_cf_routererror:"endpoint_failure (dial tcp 10.0.0.5:61002: connect: connection refused)""#,
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

/// The longest host of a request, bytes.
const HOST_BYTES_MAX: usize = 512;
/// The most pairs of a line that are looked at.
const PAIRS_MAX: usize = 32;

static REQUEST_ID: Needle = Needle::new(|| memmem::Finder::new("vcap_request_id:"));

/// The fields of a line that are used.
#[derive(Default)]
struct Entry<'a> {
    host: &'a [u8],
    at_ms: Option<i64>,
    method: &'a [u8],
    path: &'a [u8],
    protocol: &'a [u8],
    status: u16,
    bytes: &'a [u8],
    forwarded: &'a [u8],
    request_id: &'a [u8],
    response_time: &'a [u8],
    code: &'a [u8],
}

/// Whether a line begins like one of gorouter's and holds its id of a request.
pub(super) fn may_be(msg: &[u8]) -> bool {
    let end = memchr(b' ', &msg[..msg.len().min(HOST_BYTES_MAX)]).unwrap_or(0);
    msg[end..].starts_with(b" - [") && REQUEST_ID.is_in(msg)
}

/// Reads a request; whether the line is one.
pub(super) fn read(line: &Line<'_>, context: &mut Context<'_>, sink: &mut impl Sink) -> bool {
    let Some(entry) = Entry::of(line.msg) else { return false };
    if let Some(at_ms) = entry.at_ms.filter(|_| line.time_ms.is_none()) {
        sink.date(at_ms);
    }
    sink.request(&Request { path: context.unescaped(entry.path), ..entry.request() });
    true
}

impl<'a> Entry<'a> {
    fn of(msg: &'a [u8]) -> Option<Self> {
        if !may_be(msg) {
            return None;
        }
        let mut words = Words(msg);
        let (host, _dash) = (words.word()?, words.word()?);
        let start = words.word()?.strip_prefix(b"[")?.strip_suffix(b"]")?;
        let [method, _, path, protocol] = request::request_line(words.text()?)?;
        let status = match words.text()? {
            b"-" => 0,
            other => Some(request::status(other)).filter(|it| *it != 0)?,
        };
        let (_received, bytes) = (words.number()?, words.number()?);
        let (_referrer, _agent, _client, _backend) = (words.text()?, words.text()?, words.text()?, words.text()?);
        let at_ms = time::parse(start);
        let entry = Self { host, at_ms, method, path, protocol, status, bytes, ..Self::default() };
        entry.with_pairs(words.0)
    }

    /// Takes the pairs at the end of a line: `name:"text"` or `name:number`.
    fn with_pairs(mut self, mut rest: &'a [u8]) -> Option<Self> {
        for _ in 0..PAIRS_MAX {
            let Some(colon) = memchr(b':', rest) else { break };
            let (key, value) = (&rest[..colon], &rest[colon + 1..]);
            let end = if value.first() == Some(&b'"') {
                quote_end(value, 1)?
            } else {
                memchr(b' ', value).unwrap_or(value.len())
            };
            let text = value[..end].strip_prefix(b"\"").and_then(|it| it.strip_suffix(b"\"")).unwrap_or(&value[..end]);
            match key {
                b"x_forwarded_for" if text != b"-" => self.forwarded = text,
                b"vcap_request_id" if text != b"-" => self.request_id = text,
                b"response_time" => self.response_time = text,
                b"x_cf_routererror" => {
                    let word = &text[..memchr(b' ', text).unwrap_or(text.len())];
                    self.code = if platform_code::is_proxy_code(word) { word } else { b"" };
                    break;
                }
                _ => {}
            }
            rest = value[end..].trim_ascii_start();
        }
        (!self.response_time.is_empty()).then_some(self)
    }

    fn request(&self) -> Request<'a> {
        Request {
            method: request::method(self.method),
            path: self.path,
            status: self.status,
            code: self.code,
            service_ms: number::bare(self.response_time).map(|it| it * 1_000.0),
            bytes: number::bare(self.bytes),
            ..Request::default()
        }
    }

    fn parts(&self) -> RequestParts<'a> {
        let Request { path, status, code, service_ms, bytes, .. } = self.request();
        let Self { method, host, request_id, forwarded: fwd, protocol, .. } = *self;
        let values = RequestParts { service_ms, bytes, ..RequestParts::default() };
        RequestParts { method, host, path, status, code, request_id, fwd, protocol, ..values }
    }
}
