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

use super::{Context, Example, Needle, Reader, Sink, Writer, json, json_request::JsonRequest};
use crate::{Line, number};

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
    parts: Some(|msg, _| Some(find(msg)?.parts())),
};

static STATUS: Needle = Needle::new(|| memmem::Finder::new("\"httpStatus\""));

/// Reads a request; whether the line is one.
pub(super) fn read(line: &Line<'_>, context: &mut Context<'_>, sink: &mut impl Sink) -> bool {
    let Some(found) = find(line.msg) else { return false };
    found.give(line, context, sink);
    true
}

/// The request of a line; `None` if it is not of this format.
fn find(msg: &[u8]) -> Option<JsonRequest<'_>> {
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
    let [status, method, path, host, duration, sent, request_id, client, time] = json::pick(json::line(msg)?, keys);
    let (service_ms, bytes) = (number::bare(duration), number::bare(sent));
    let is_platform = !request_id.is_empty() && !duration.is_empty();
    let found = JsonRequest { status, method, path, host, request_id, client, time, service_ms, bytes, protocol: b"" };
    found.whole().filter(|_| is_platform)
}
