//! Lines of Scalingo's routers: pairs, one line a request.
//!
//! ```text
//! timestamp=…Z method=GET path="/a" host=shop.example.com request_id=u from="192.0.2.7" protocol=https status=200
//!     duration=0.012s bytes=812 referer="-" user_agent="curl/8" container=web-1
//! ```
//! Source of the fields: Scalingo's
//! [log drains](https://doc.scalingo.com/platform/app/log-drain) and set-ups that people published.
//! `duration` has its unit and is the whole time. The status counts only where the keys before it
//! come in this order, so that no path can write it. A container is shown, and is no label.
//!
//! # Incomplete support
//! Routers log only where somebody switched that on: whether a container's own access log tells the
//! same requests can't be known from a line.

use memchr::memmem;

use super::{Context, Example, Needle, Reader, Request, RequestParts, Sink, Writer, request};
use crate::{Line, logfmt::Pairs, number, time};

pub(super) const READER: Reader = Reader {
    name: "scalingo",
    title: "Scalingo router",
    writers: &[Writer::Router, Writer::WebServer],
    examples: &[Example {
        app: "shop",
        proc_id: "router",
        msg: r#"timestamp=2026-11-27T10:00:00.250Z method=GET path="/orders/7?page=2" host=shop.example.com request_id=8601b555 from="203.0.113.7" protocol=https status=200 duration=0.0185s bytes=4096 referer="-" user_agent="curl/8" container=web-1"#,
    }],
    metrics: &["router.requests", "router.service", "router.bytes", "router.endpoints"],
    events: &[],
    parts: Some(|msg, _| Some(Entry::of(msg)?.parts())),
};

/// The keys that a line begins with, in their order.
const KEYS: [&[u8]; 9] =
    [b"method", b"path", b"host", b"request_id", b"from", b"protocol", b"status", b"duration", b"bytes"];

static CONTAINER: Needle = Needle::new(|| memmem::Finder::new(" container="));

/// The fields of a line that are used.
struct Entry<'a> {
    timestamp: &'a [u8],
    /// The values of [`KEYS`].
    values: [&'a [u8]; KEYS.len()],
    container: &'a [u8],
}

/// Whether a line begins like one of Scalingo's routers and names a container.
pub(super) fn may_be(msg: &[u8]) -> bool {
    (msg.starts_with(b"timestamp=") || msg.starts_with(b"method=")) && CONTAINER.is_in(msg)
}

/// Reads a request; whether the line is one.
pub(super) fn read(line: &Line<'_>, _: &mut Context<'_>, sink: &mut impl Sink) -> bool {
    let Some(entry) = Entry::of(line.msg) else { return false };
    if let Some(at_ms) = time::parse(entry.timestamp).filter(|_| line.time_ms.is_none()) {
        sink.date(at_ms);
    }
    sink.request(&entry.request());
    true
}

impl<'a> Entry<'a> {
    fn of(msg: &'a [u8]) -> Option<Self> {
        if !may_be(msg) {
            return None;
        }
        let mut pairs = Pairs::new(msg).peekable();
        let timestamp = pairs.next_if(|it| it.key == b"timestamp").map_or(&b""[..], |it| it.value);
        let mut values = [&b""[..]; KEYS.len()];
        for (key, value) in KEYS.iter().zip(&mut values) {
            *value = pairs.next().filter(|it| it.key == *key)?.value;
        }
        let container = pairs.find(|it| it.key == b"container")?.value;
        let is_status = values[6].iter().all(u8::is_ascii_digit) && !values[6].is_empty();
        (is_status && !values[0].is_empty()).then_some(Self { timestamp, values, container })
    }

    fn request(&self) -> Request<'a> {
        let [method, path, .., status, duration, bytes] = self.values;
        Request {
            method: request::method(method),
            path,
            status: request::status(status),
            service_ms: number::duration_ms(duration),
            bytes: number::router_bytes(bytes),
            ..Request::default()
        }
    }

    fn parts(&self) -> RequestParts<'a> {
        let Request { path, status, service_ms, bytes, .. } = self.request();
        let [method, _, host, request_id, fwd, protocol, ..] = self.values;
        let values = RequestParts { service_ms, bytes, dyno: self.container, ..RequestParts::default() };
        RequestParts { method, host, path, status, request_id, fwd, protocol, ..values }
    }
}
