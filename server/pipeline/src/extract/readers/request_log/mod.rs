//! Requests that web frameworks log as JSON objects. [`fields`] has the names of each, and what
//! their durations are in.
//!
//! ```text
//! {"req":{"id":1,"method":"GET","url":"/a"},"res":{"statusCode":200},"responseTime":12,"msg":"request completed"}     (pino-http)
//! {"method":"GET","url":"/a","status":"200","response-time":"12.345"}                                  (morgan's tokens)
//! {"method":"GET","path":"/a","controller":"A","action":"show","status":200,"duration":58.3,"db":15.2} (lograge, Logster)
//! {"duration_ms":58.3,"payload":{"controller":"A","method":"GET","path":"/a","status":200,"db_runtime":15.2}}  (Rails Semantic Logger)
//! {"event":"request_finished","code":200,"request":"GET /a","request_id":"u"}                          (django-structlog)
//! {"msg":"GET http://h/a => HTTP 200 (12ms)","http.request.method":"GET","url.path":"/a","client.ip":"…"}  (chi's httplog)
//! {"host":"192.0.2.7","logicalUserName":"-","method":"GET","path":"/a","statusCode":"200","elapsedTimeS":"0.012"}  (Tomcat)
//! {"type":"request","method":"GET","url":"http:\/\/h\/a","memory":1,"statusCode":200,"duration":12.3}  (Laravel Octane)
//! {"method":"GET","path":"/a","status":200,"remote_addr":"192.0.2.7","duration_ms":12}                 (anyone's)
//! ```
//! Behind a router, which has counted the request, they give `app.duration`, `app.view`, `app.db`
//! and `router.queue` alone. Elsewhere they are requests too.
//!
//! A call that an app makes has the same names. So a line counts only if its format is one of
//! these, or if it has the address of a client.
//!
//! # Incomplete support
//! A proxy of one's own that logs the same requests to the same app can't be seen in a line:
//! docs/dialects.md says what to do.

/// What the fields of each format are called.
mod fields;

use memchr::memmem;

use self::fields::Fields;
use super::{Context, Example, Measurement, Needle, Reader, RequestParts, Sink, Writer, json_time, routed};
use crate::{Kind, Line, series::SeriesRef};

pub(super) const READER: Reader = Reader {
    name: "request_log",
    title: "JSON request logs of web frameworks",
    writers: &[Writer::WebServer, Writer::App],
    examples: &[
        Example {
            app: "shop",
            proc_id: "1",
            msg: r#"{"level":30,"time":1795777200250,"pid":1,"req":{"id":7,"method":"GET","url":"/orders/7?page=2","remoteAddress":"203.0.113.7"},"res":{"statusCode":200},"responseTime":18,"msg":"request completed"}"#,
        },
        Example {
            app: "shop",
            proc_id: "1",
            msg: r#"{"method":"GET","path":"/orders/7","format":"html","controller":"OrdersController","action":"show","status":200,"duration":58.3,"view":40.4,"db":15.2,"queue":3}"#,
        },
        Example {
            app: "shop",
            proc_id: "1",
            msg: r#"{"name":"OrdersController","duration_ms":58.3,"duration":"58.3ms","message":"Completed #show","payload":{"controller":"OrdersController","action":"show","method":"GET","path":"/orders/7","status":200,"view_runtime":40.4,"db_runtime":15.2}}"#,
        },
        Example {
            app: "shop",
            proc_id: "1",
            msg: r#"{"code":200,"request":"GET /orders/7","event":"request_finished","request_id":"8601b555","ip":"203.0.113.7"}"#,
        },
        Example {
            app: "shop",
            proc_id: "1",
            msg: r#"{"time":"2026-11-27T10:00:00.250Z","level":"INFO","msg":"GET http://shop.example.com/orders/7 => HTTP 200 (18.5ms)","url.full":"http://shop.example.com/orders/7","http.request.method":"GET","url.path":"/orders/7","client.ip":"203.0.113.7:40312","url.domain":"shop.example.com","http.version":"HTTP/1.1","http.response.status_code":200,"event.duration":18,"http.response.body.bytes":4096}"#,
        },
        Example {
            app: "shop",
            proc_id: "1",
            msg: r#"{"host":"203.0.113.7","logicalUserName":"-","user":"-","time":"[27/Nov/2026:10:00:00 +0000]","request":"GET /orders/7 HTTP/1.1","statusCode":"200","size":"4096","elapsedTimeS":"0.018"}"#,
        },
        Example {
            app: "shop",
            proc_id: "1",
            msg: r#"{"type":"request","method":"GET","url":"http:\/\/shop.example.com\/orders\/7","memory":18874368,"statusCode":200,"duration":18.5}"#,
        },
    ],
    metrics: &[
        "router.requests",
        "router.service",
        "router.queue",
        "router.bytes",
        "router.endpoints",
        "app.duration",
        "app.view",
        "app.db",
    ],
    events: &[],
    parts: Some(|msg, _| Some(parts(&fields(msg)?))),
};

static STATUS: Needle = Needle::new(|| memmem::Finder::new("tatus"));
static EVENT: Needle = Needle::new(|| memmem::Finder::new("\"request_f"));

/// Reads a request; whether the line is one.
pub(super) fn read(line: &Line<'_>, context: &mut Context<'_>, sink: &mut impl Sink) -> bool {
    let Some(fields) = fields(line.msg) else { return false };
    if let Some(at_ms) = json_time::at_ms(fields.time).filter(|_| line.time_ms.is_none()) {
        sink.date(at_ms);
    }
    let request = fields.request();
    for (metric, value) in [
        (&b"app.duration"[..], request.service_ms),
        (b"app.view", fields.view_ms()),
        (b"app.db", fields.db_ms()),
        (b"router.queue", request.queue_ms.filter(|_| routed::is_routed(line, context.origin))),
    ] {
        if let Some(value) = value {
            let series = SeriesRef { unit: b"ms", source: line.proc_id, ..SeriesRef::new(metric, Kind::Distribution) };
            sink.measure(&Measurement { series, value });
        }
    }
    if !routed::is_routed(line, context.origin) {
        sink.request(&fields.request_at(context.unescaped(fields.target())));
    }
    true
}

fn parts<'a>(fields: &Fields<'a>) -> RequestParts<'a> {
    let request = fields.request();
    RequestParts {
        method: fields.method(),
        host: fields.host,
        path: request.path,
        status: request.status,
        service_ms: request.service_ms,
        queue_ms: request.queue_ms,
        bytes: request.bytes,
        request_id: fields.request_id,
        fwd: fields.client,
        protocol: fields.protocol,
        ..RequestParts::default()
    }
}

/// The fields of a line about a request; `None` for any other.
fn fields(msg: &[u8]) -> Option<Fields<'_>> {
    let msg = msg.trim_ascii_end();
    let may_be = msg.last() == Some(&b'}') && (STATUS.is_in(msg) || EVENT.is_in(msg));
    if may_be { Fields::of(msg) } else { None }
}
