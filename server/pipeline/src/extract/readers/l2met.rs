//! The conventions of l2met: `measure#NAME`, `measure.NAME`, `sample#NAME` and `count#NAME`
//! anywhere in a line, with `source=`.
//!
//! They are read as l2met 2.0 reads them, with these differences:
//! - An unclosed quote does not discard the pairs before it.
//! - A number may have an exponent: `7.9341e-05s` is 79 µs, not 7.9 of the unit `e-05s`.
//! - The first name may follow Python's `INFO:root:` without a blank.
//! - Names of our own metrics are refused, so that an app cannot report requests that no router has
//!   counted.
//!
//! Keys that l2met does not know, such as `unique#`, are not read.

use memchr::{memchr, memmem};

use super::{Context, Example, Measurement, Needle, Reader, Sink, Writer, prefix::is_prefix};
use crate::{
    Kind, Line, Loss,
    logfmt::{Pairs, unescape},
    number,
    series::SeriesRef,
};

pub(super) const READER: Reader = Reader {
    name: "l2met",
    title: "l2met",
    writers: &[
        Writer::LogSender,
        Writer::PlatformApi,
        Writer::DynoManager,
        Writer::Addon,
        Writer::Postgres,
        Writer::WebServer,
        Writer::App,
    ],
    examples: &[Example {
        app: "app",
        proc_id: "web.1",
        msg: "source=eu measure#db.query=7.9e-05s count#jobs.done=2 sample#queue.length=17",
    }],
    metrics: &["db.query", "jobs.done", "queue.length"],
    events: &[],
    parts: None,
};

static LEGACY: Needle = Needle::new(|| memmem::Finder::new("measure."));

/// Prefixes that are removed from a name, in this order, each once.
const PREFIXES: [&[u8]; 4] = [b"measure#", b"measure.", b"count#", b"sample#"];

/// Names of metrics of other readers. Those of `drain.` are refused as well.
const RESERVED: [&[u8]; 12] = [
    b"router.requests",
    b"router.errors",
    b"router.service",
    b"router.service.101",
    b"router.connect",
    b"router.bytes",
    b"router.queue",
    b"router.endpoints",
    b"router.endpoint_errors",
    b"dyno.errors",
    b"dyno.starts",
    b"dyno.crashes",
];

/// Reads every measurement of a line; whether there is one.
pub(super) fn read(line: &Line<'_>, context: &mut Context<'_>, sink: &mut impl Sink) -> bool {
    let source_prefix = context.origin.source_prefix;
    let (msg, source) = context.text(line);
    if !may_be_in(msg) {
        return false;
    }
    let mut pairs = Pairs::new(msg);
    let mut is_source_known = false;
    let mut measurements = 0u32;
    for pair in pairs.by_ref() {
        let Some((kind, metric)) = name(pair.key).or_else(|| name_behind_level(pair.key)) else { continue };
        if metric.is_empty() {
            continue;
        }
        if !is_source_known {
            read_source(msg, source_prefix, source);
            is_source_known = true;
        }
        measurements += 1;
        if is_reserved(metric) {
            sink.lose(Loss::ReservedName);
            continue;
        }
        match number::l2met(pair.value) {
            Some((value, unit)) => {
                let series = SeriesRef { unit, source, ..SeriesRef::new(metric, kind) };
                sink.measure(&Measurement { series, value });
            }
            None => sink.lose(Loss::Value),
        }
    }
    if measurements > 0 && pairs.is_unterminated() {
        sink.lose(Loss::Quote);
    }
    measurements > 0
}

/// Whether a text may hold a measurement. Most lines of an app do not, which two quick searches
/// show.
pub(super) fn may_be_in(msg: &[u8]) -> bool {
    memchr(b'#', msg).is_some() || LEGACY.is_in(msg)
}

/// Whether only our own readers may give this metric.
pub(super) fn is_reserved(metric: &[u8]) -> bool {
    matches!(metric.first(), Some(b'r' | b'd')) && (metric.starts_with(b"drain.") || RESERVED.contains(&metric))
}

fn name(key: &[u8]) -> Option<(Kind, &[u8])> {
    let kind = match key {
        [b'm', ..] if key.starts_with(b"measure#") || key.starts_with(b"measure.") => Kind::Distribution,
        [b's', ..] if key.starts_with(b"sample#") => Kind::Gauge,
        [b'c', ..] if key.starts_with(b"count#") => Kind::Counter,
        _ => return None,
    };
    Some((kind, PREFIXES.iter().fold(key, |name, prefix| name.strip_prefix(*prefix).unwrap_or(name))))
}

/// The name after the level and logger that Python writes without a blank: `INFO:root:measure#a=1`.
fn name_behind_level(key: &[u8]) -> Option<(Kind, &[u8])> {
    if !key.first()?.is_ascii_uppercase() {
        return None;
    }
    let at = memchr::memrchr(b':', key)? + 1;
    name(&key[at..]).filter(|_| is_prefix(&key[..at]))
}

/// Puts the source of all measurements of the line into `source`: the first `source=` of the line,
/// at any place.
fn read_source(msg: &[u8], prefix: &str, source: &mut Vec<u8>) {
    source.clear();
    source.extend_from_slice(prefix.as_bytes());
    let Some(pair) = Pairs::new(msg).find(|pair| pair.key == b"source") else { return };
    if pair.value.is_empty() {
        return;
    }
    if !prefix.is_empty() {
        source.push(b'.');
    }
    if pair.is_escaped { unescape(pair.value, source) } else { source.extend_from_slice(pair.value) }
}
