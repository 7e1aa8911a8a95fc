//! HAProxy's HTTP log, as `option httplog` and `option httpslog` write it, and its CLF variant
//! ([`clf`]), from servers that no router stands before.
//!
//! ```text
//! CLIENT:PORT [DATE] FRONTEND BACKEND/SERVER TR/Tw/Tc/Tr/Ta STATUS BYTES COOKIE COOKIE STATE
//!     CONNECTIONS QUEUES {HEADERS} {HEADERS} "REQUEST"
//!     ERROR/ERROR/ERROR/ERROR/RESUMED NAME/TLS/CIPHER                    only httpslog
//! ```
//! Source of the format: sections 8.2.3, 8.4 and 8.5 of the
//! [configuration manual](https://docs.haproxy.org/dev/configuration.html#8.2.3).
//!
//! All timers are milliseconds, and -1 stands for a point that was never reached. Tw is the time in
//! queues, Tc the time to connect. Tr ends with the headers of the response, but service time ends
//! with its last byte. The five phases follow one another, so it is Ta - TR - Tw - Tc. That holds
//! for older versions too, which begin the first and the last timer with the connection (Tq, Tt).
//!
//! Bytes are all that the client got, with the headers of the response.
//!
//! The termination state is the error code if it says that something failed, without its two
//! characters about cookies: `sH--`. What HAProxy answered itself (`LR--`) has not failed.
//!
//! Not read here: TCP logs, and the date of the usual form, which has no zone. Servers become no
//! label.

/// What a line says.
mod entry;

/// The usual form.
mod usual;

/// The CLF variant.
mod clf;

use entry::Entry;

use super::{Context, Example, Reader, Sink, Writer};
use crate::Line;

/// HAProxy's HTTP log.
pub(super) const READER: Reader = Reader {
    name: "haproxy",
    title: "HAProxy HTTP log (`option httplog`)",
    writers: &[Writer::WebServer],
    examples: &[
        Example {
            app: "haproxy",
            proc_id: "7",
            msg: r#"203.0.113.7:40312 [27/Nov/2026:10:00:00.250] public~ shop/s2 4/2/1/18/31 200 4310 - - ---- 9/8/3/1/0 0/0 "GET /orders/7 HTTP/1.1""#,
        },
        Example {
            app: "haproxy",
            proc_id: "7",
            msg: r#"203.0.113.7:40312 [27/Nov/2026:10:00:00.250] public~ shop/s2 4/2/1/-1/30007 504 194 - - sH-- 9/8/3/1/0 0/0 "GET /orders/7 HTTP/1.1" 0/0000000000000000/0/0/1 shop.example.com/TLSv1.3/TLS_AES_128_GCM_SHA256"#,
        },
        Example {
            app: "haproxy",
            proc_id: "7",
            msg: r#"203.0.113.7 - - [27/Nov/2026:10:00:00 +0000] "GET /orders/7 HTTP/1.1" 200 4310 "" "" 40312 250 "public~" "shop" "s2" 4 2 1 18 31 "----" 9 8 3 1 0 0 0 "-" "-""#,
        },
    ],
    metrics: &[
        "router.requests",
        "router.service",
        "router.connect",
        "router.queue",
        "router.bytes",
        "router.errors",
        "router.endpoints",
        "router.endpoint_errors",
    ],
    events: &[],
    parts: Some(|msg, _| Some(entry(msg).filter(|it| it.is_request)?.parts())),
};

/// Gives the request of a line to the sink.
pub(super) fn read(line: &Line<'_>, _: &mut Context<'_>, sink: &mut impl Sink) -> bool {
    let Some(entry) = entry(line.msg) else { return false };
    if !entry.is_request {
        return true;
    }
    if let Some(at_ms) = entry.at_ms.filter(|_| line.time_ms.is_none()) {
        sink.date(at_ms);
    }
    sink.request(&entry.request());
    true
}

/// Reads a line of either form.
fn entry(msg: &[u8]) -> Option<Entry<'_>> {
    usual::entry(msg).or_else(|| clf::entry(msg))
}
