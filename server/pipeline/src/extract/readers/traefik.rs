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

use super::{Context, Example, Needle, Reader, Sink, Writer, json, json_request::JsonRequest};
use crate::{Line, number};

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
    parts: Some(|msg, _| Some(find(msg)?.parts())),
};

const NANOSECONDS_PER_MS: f64 = 1e6;

static STATUS: Needle = Needle::new(|| memmem::Finder::new("\"DownstreamStatus\""));

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
    let service_ms = number::bare(duration).map(|it| it / NANOSECONDS_PER_MS);
    let bytes = number::router_bytes(size);
    let found = JsonRequest { status, method, path, host, protocol, client, time, service_ms, bytes, request_id: b"" };
    found.whole()
}
