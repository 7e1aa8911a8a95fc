//! The conventions of l2met: `measure#NAME`, `measure.NAME`, `sample#NAME` and `count#NAME` anywhere in a line, with
//! `source=`.
//!
//! As l2met 2.0 reads them, except that a quote that nothing closes does not take back the pairs before it, that a number
//! may have an exponent (`7.9341e-05s` is 79 µs, and not 7.9 of the unit `e-05s`), that the first name may stand behind
//! Python's `INFO:root:` without a blank, and that the names that we count under ourselves are refused: an app cannot claim
//! requests that no router has seen. Keys that l2met does not know, such as
//! `unique#`, are not read.

use memchr::{memchr, memmem};

use super::{Measurement, Needle, Sink, prefix::is_prefix};
use crate::{
    Kind, Loss,
    logfmt::{Pairs, unescape},
    number,
    series::SeriesRef,
};

static LEGACY: Needle = Needle::new(|| memmem::Finder::new("measure."));

/// What a name loses at its front, in this order, each once.
const PREFIXES: [&[u8]; 4] = [b"measure#", b"measure.", b"count#", b"sample#"];

/// What other readers count under, besides `drain.`.
const RESERVED: [&[u8]; 11] = [
    b"router.requests",
    b"router.errors",
    b"router.service",
    b"router.service.101",
    b"router.connect",
    b"router.bytes",
    b"router.queue",
    b"router.endpoints",
    b"dyno.errors",
    b"dyno.starts",
    b"dyno.crashes",
];

/// Reads every measurement of a text. `source` is a buffer.
pub(super) fn read(msg: &[u8], source_prefix: &str, source: &mut Vec<u8>, sink: &mut impl Sink) {
    if !may_be_in(msg) {
        return;
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
}

/// Most lines of an app hold no measurement; two quick searches spare them the rest.
pub(super) fn may_be_in(msg: &[u8]) -> bool {
    memchr(b'#', msg).is_some() || LEGACY.is_in(msg)
}

fn is_reserved(metric: &[u8]) -> bool {
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

/// The first name behind what Python's logger puts there without a blank: `INFO:root:measure#a=1`.
fn name_behind_level(key: &[u8]) -> Option<(Kind, &[u8])> {
    if !key.first()?.is_ascii_uppercase() {
        return None;
    }
    let at = memchr::memrchr(b':', key)? + 1;
    name(&key[at..]).filter(|_| is_prefix(&key[..at]))
}

/// Puts the source of all measurements of the line into `source`: the first `source=`, wherever it stands.
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
