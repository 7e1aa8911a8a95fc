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

use super::{Context, Example, Needle, Reader, Sink, Writer, json, json_request::JsonRequest};
use crate::{Line, number};

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
    parts: Some(|msg, _| Some(find(msg)?.parts())),
};

static TIME: Needle = Needle::new(|| memmem::Finder::new("\"rTime\""));

/// Reads a request; whether the line is one.
pub(super) fn read(line: &Line<'_>, context: &mut Context<'_>, sink: &mut impl Sink) -> bool {
    let Some(found) = find(line.msg) else { return false };
    found.give(line, context, sink);
    true
}

/// The request of a line; `None` if it is not of this format.
fn find(msg: &[u8]) -> Option<JsonRequest<'_>> {
    if !TIME.is_in(msg) {
        return None;
    }
    let keys: [&[u8]; 8] = [b"sC", b"vb", b"path", b"h", b"rTime", b"bOut", b"r", b"t"];
    let [status, method, path, host, duration, sent, request_id, time] = json::pick(json::line(msg)?, keys);
    let (service_ms, bytes) = (number::duration_ms(duration), number::bare(sent));
    let none = JsonRequest::default();
    JsonRequest { status, method, path, host, request_id, time, service_ms, bytes, ..none }.whole()
}
