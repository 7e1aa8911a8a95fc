//! Entries of Vercel's log drains about requests, one JSON object each: those with `proxy`.
//!
//! ```text
//! {"id":"…","deploymentId":"dpl_…","source":"lambda","projectId":"…","requestId":"…","statusCode":200,"proxy":{"method":"GET",
//! "host":"shop.example.com","path":"/a?b=c","statusCode":200,"responseByteSize":812,"clientIp":"192.0.2.7","region":"fra1"}}
//! ```
//! Source of the fields: Vercel's
//! [log drains](https://vercel.com/docs/drains/reference/logs). The status of `proxy` is what the
//! client saw; -1 there is a page that Vercel renewed in the background, which nobody had asked
//! for. A `statusCode` of -1 at the entry itself is a function that crashed: the code `-1`.
//!
//! There is no duration in these entries. Several entries may be about one request: whoever reads
//! the drain tells them apart by `requestId`; one line can't.

use memchr::memmem;

use super::{
    Context, Example, Needle, Reader, Request, RequestParts, Sink, Writer,
    json::{self, Fields, Value},
    request,
};
use crate::{Line, number};

pub(super) const READER: Reader = Reader {
    name: "vercel",
    title: "Vercel log drain",
    writers: &[Writer::WebServer],
    examples: &[
        Example {
            app: "vercel",
            proc_id: "lambda",
            msg: r#"{"id":"1795777200250x7","deploymentId":"dpl_1","source":"lambda","host":"shop.example.com","timestamp":1795777200250,"projectId":"prj_1","level":"info","requestId":"fra1::7","statusCode":200,"path":"/orders/[id]","proxy":{"timestamp":1795777200201,"method":"GET","host":"shop.example.com","path":"/orders/7?page=2","statusCode":200,"responseByteSize":4096,"clientIp":"203.0.113.7","scheme":"https","region":"fra1","vercelCache":"MISS"}}"#,
        },
        Example {
            app: "vercel",
            proc_id: "lambda",
            msg: r#"{"id":"1795777200250x7","deploymentId":"dpl_1","source":"lambda","host":"shop.example.com","timestamp":1795777200250,"projectId":"prj_1","level":"error","requestId":"fra1::7","statusCode":-1,"path":"/orders/[id]","proxy":{"timestamp":1795777200201,"method":"GET","host":"shop.example.com","path":"/orders/7?page=2","statusCode":500,"responseByteSize":4096,"clientIp":"203.0.113.7","scheme":"https","region":"fra1","vercelCache":"MISS"}}"#,
        },
    ],
    metrics: &["router.requests", "router.bytes", "router.errors", "router.endpoints", "router.endpoint_errors"],
    events: &[],
    parts: Some(|msg, _| Entry::of(msg).filter(|it| !it.is_background()).map(|it| it.parts())),
};

/// How Vercel writes that there is no status.
const NONE: &[u8] = b"-1";

static PROXY: Needle = Needle::new(|| memmem::Finder::new("\"proxy\""));

/// The fields of an entry that are used.
struct Entry<'a> {
    outcome: &'a [u8],
    request_id: &'a [u8],
    status: &'a [u8],
    method: &'a [u8],
    path: &'a [u8],
    host: &'a [u8],
    bytes: &'a [u8],
    client: &'a [u8],
    scheme: &'a [u8],
}

/// Reads a request; whether the line is an entry about one.
pub(super) fn read(line: &Line<'_>, context: &mut Context<'_>, sink: &mut impl Sink) -> bool {
    let Some(entry) = Entry::of(line.msg) else { return false };
    if !entry.is_background() {
        sink.request(&Request { path: context.unescaped(entry.path), ..entry.request() });
    }
    true
}

impl<'a> Entry<'a> {
    fn of(msg: &'a [u8]) -> Option<Self> {
        if !PROXY.is_in(msg) {
            return None;
        }
        let (mut outcome, mut request_id, mut deployment, mut proxy) = (&b""[..], &b""[..], &b""[..], None);
        for (key, value) in json::line(msg)? {
            match (key, value) {
                (b"statusCode", _) if outcome.is_empty() => outcome = value.bytes(),
                (b"requestId", Value::Text(text)) if request_id.is_empty() => request_id = text,
                (b"deploymentId", Value::Text(text)) if deployment.is_empty() => deployment = text,
                (b"proxy", Value::Bare(object)) if proxy.is_none() => proxy = Fields::of(object),
                _ => {}
            }
        }
        let keys: [&[u8]; 7] =
            [b"statusCode", b"method", b"path", b"host", b"responseByteSize", b"clientIp", b"scheme"];
        let [status, method, path, host, bytes, client, scheme] = json::pick(proxy?, keys);
        let is_whole = !deployment.is_empty() && !method.is_empty() && !path.is_empty();
        is_whole.then_some(Self { outcome, request_id, status, method, path, host, bytes, client, scheme })
    }

    /// Whether nobody asked for it.
    fn is_background(&self) -> bool {
        self.status == NONE
    }

    fn request(&self) -> Request<'a> {
        Request {
            method: request::method(self.method),
            path: self.path,
            code: if self.outcome == NONE { NONE } else { b"" },
            status: request::status(if self.status.is_empty() { self.outcome } else { self.status }),
            bytes: number::bare(self.bytes),
            ..Request::default()
        }
    }

    fn parts(&self) -> RequestParts<'a> {
        let Request { path, code, status, bytes, .. } = self.request();
        let Self { method, host, request_id, client: fwd, scheme: protocol, .. } = *self;
        RequestParts { method, host, path, status, code, bytes, request_id, fwd, protocol, ..RequestParts::default() }
    }
}
