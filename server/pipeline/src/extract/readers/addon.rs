//! Gauges of data add-ons: Heroku Postgres, its pooler, Key-Value Store and Kafka log them about once a minute.
//!
//! ```text
//! source=DATABASE addon=postgresql-… sample#db_size=90755887bytes sample#tmp-disk-used=543633408
//! ```
//! Gauges keep the names of the line. Their source is the attachment, as in l2met. Where a line has no unit and the
//! vendor's documentation names one, that unit is used. Unknown names are kept as they are.

use memchr::memmem;

use super::{Context, Example, Reader, Sink, Writer, sample};
use crate::{Line, logfmt::Pairs};

pub(super) const READER: Reader = Reader {
    name: "addon",
    title: "Data add-ons",
    writers: &[Writer::Addon],
    examples: &[
        Example {
            app: "app",
            proc_id: "heroku-postgres",
            msg: "source=DATABASE addon=postgresql-defined-1 sample#db_size=90755887bytes sample#load-avg-1m=0.285",
        },
        Example { app: "app", proc_id: "heroku-redis", msg: "source=REDIS addon=redis-1 sample#hit-rate=0.99" },
    ],
    metrics: &["db_size", "load-avg-1m", "hit-rate"],
    events: &[],
    parts: None,
};

/// Units of the vendor's documentation, for metrics that are logged without one.
const UNITS: [(&[u8], &[u8]); 6] = [
    (b"tmp-disk-used", b"bytes"),
    (b"tmp-disk-available", b"bytes"),
    (b"memory-redis", b"bytes"),
    (b"avg_query", "µs".as_bytes()),
    (b"avg_recv", b"bytes/s"),
    (b"avg_sent", b"bytes/s"),
];

/// Reads the gauges of a line; whether it is of this format.
pub(super) fn read(line: &Line<'_>, _: &mut Context<'_>, sink: &mut impl Sink) -> bool {
    let msg = line.msg;
    if !msg.starts_with(b"source=") || memmem::find(msg, b" addon=").is_none() {
        return false;
    }
    let mut source = &b""[..];
    for pair in Pairs::new(msg) {
        if pair.key == b"source" && source.is_empty() {
            source = pair.value;
        }
        sample::read(&pair, source, unit_of, sink);
    }
    true
}

fn unit_of(metric: &[u8]) -> &'static [u8] {
    UNITS.into_iter().find(|(name, _)| *name == metric).map_or(b"", |(_, unit)| unit)
}
