//! Lines of data add-ons: Heroku Postgres, its pooler, Key-Value Store and Kafka, about once a minute.
//!
//! ```text
//! source=DATABASE addon=postgresql-… sample#db_size=90755887bytes sample#tmp-disk-used=543633408
//! ```
//! Gauges keep the names of the line; their source is the attachment, as l2met has it. Where the vendor leaves a unit
//! out and its documentation names one, that one is given. Unknown names are taken as they are.

use memchr::memmem;

use super::{Sink, sample};
use crate::logfmt::Pairs;

/// Units that the lines leave out.
const UNITS: [(&[u8], &[u8]); 6] = [
    (b"tmp-disk-used", b"bytes"),
    (b"tmp-disk-available", b"bytes"),
    (b"memory-redis", b"bytes"),
    (b"avg_query", "µs".as_bytes()),
    (b"avg_recv", b"bytes/s"),
    (b"avg_sent", b"bytes/s"),
];

/// Reads the gauges of a text; whether it is such a line.
pub(super) fn read(msg: &[u8], sink: &mut impl Sink) -> bool {
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
