//! What is sent for a minute, request by request. First the totals that series had before they
//! began in it, then what all series have at its end: each series in the order of its times.

use std::ops::Bound;

use pipeline::{Kind, SeriesKey};

use super::{
    message::{Message, STALE},
    total::Total,
    totals::{Entry, Names, QUIET_S, Totals},
};
use crate::{
    live::SeriesId,
    outlet::prometheus::{bounds, name},
};

/// A request ends with the series with which it has so many samples or bytes, which is what
/// Prometheus itself sends at most.
pub(super) const SAMPLES_MAX: u64 = 2_000;
pub(super) const BYTES_MAX: usize = 1 << 20;
/// Length of a minute, seconds.
pub(super) const MINUTE_S: i64 = 60;

/// How far sending a minute has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// Whether the totals before the minute were sent.
    pub is_past_before: bool,
    /// The last series that was sent.
    after: Option<SeriesId>,
}

/// The next request of a sealed minute, and the place behind it; `None` at the end.
pub(super) fn next(totals: &Totals, names: &Names, minute_s: i64, mut place: Place) -> Option<(Message, Place)> {
    let mut message = Message::default();
    loop {
        let from = place.after.map_or(Bound::Unbounded, Bound::Excluded);
        for (id, entry) in totals.entries.range((from, Bound::Unbounded)) {
            let Some((app, key)) = names.get(id).filter(|_| !totals.is_alias(*id)) else { continue };
            let found = if place.is_past_before { after(entry, minute_s) } else { before(entry, minute_s) };
            if let Some(sample) = found {
                Writer { message: &mut message, app, key }.write(&sample);
            }
            if message.samples >= SAMPLES_MAX || message.len() >= BYTES_MAX {
                return Some((message, Place { after: Some(*id), ..place }));
            }
        }
        let is_end = std::mem::replace(&mut place, Place { is_past_before: true, after: None }).is_past_before;
        if message.samples > 0 {
            // Behind the last series there is nothing, which the next call finds out.
            let after = is_end.then_some(SeriesId::MAX);
            return Some((message, Place { after, ..place }));
        }
        if is_end {
            return None;
        }
    }
}

/// What a series is sent with.
struct Sample<'a> {
    total: &'a Total,
    at_ms: i64,
    has_ended: bool,
}

/// What a series had before it began in this minute: readers would not know otherwise that it has
/// grown to its first total.
fn before(entry: &Entry, minute_s: i64) -> Option<Sample<'_>> {
    let total = entry.before.as_ref().filter(|_| entry.active_s == minute_s)?;
    // The minute before may have ended with a mark at the same time.
    Some(Sample { total, at_ms: minute_s * 1_000 + 1, has_ended: false })
}

/// What a series has at the end of a minute. A total is repeated while it does not grow, as in a
/// scrape, and then ended.
fn after(entry: &Entry, minute_s: i64) -> Option<Sample<'_>> {
    let quiet_s = minute_s - entry.active_s;
    let at_ms = (minute_s + MINUTE_S) * 1_000;
    (0..=QUIET_S).contains(&quiet_s).then_some(Sample { total: &entry.total, at_ms, has_ended: quiet_s == QUIET_S })
}

struct Writer<'a> {
    message: &'a mut Message,
    app: &'a str,
    key: &'a SeriesKey,
}

impl Writer<'_> {
    fn write(&mut self, sample: &Sample<'_>) {
        let named = name::of(self.key);
        let labels = name::labels(self.app, self.key);
        let total = sample.total;
        let mut line = |end: &str, bound: Option<&str>, value: f64| {
            let name = format!("{}{end}", named.family);
            let mut all: Vec<(&str, &str)> = labels.iter().map(|(name, value)| (*name, &**value)).collect();
            all.push(("__name__", &name));
            all.extend(bound.map(|it| ("le", it)));
            all.sort_unstable();
            self.message.add(&all, if sample.has_ended { STALE } else { value }, sample.at_ms);
        };
        match self.key.kind {
            Kind::Counter => line("_total", None, total.sum),
            Kind::Gauge => line("", None, total.sum),
            Kind::Distribution => {
                for (bound, n) in bounds::usual(&named.unit).iter().zip(&total.below) {
                    line("_bucket", Some(&bound.to_string()), *n as f64);
                }
                line("_bucket", Some("+Inf"), total.count as f64);
                // A sum must never fall.
                if !total.has_negative {
                    line("_sum", None, total.sum);
                }
                line("_count", None, total.count as f64);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use pipeline::Cell;

    use super::*;

    fn key(metric: &str, kind: Kind, unit: &str) -> SeriesKey {
        let (source, method, path, code) = Default::default();
        SeriesKey { metric: metric.into(), kind, unit: unit.into(), source, status: 0, method, path, code }
    }

    fn names(n: i64, kind: Kind) -> Names {
        let key_of = |id: i64| SeriesKey { source: id.to_string().into(), ..key("a", kind, "ms") };
        (1..=n).map(|id| (id, (Arc::from("app"), Arc::new(key_of(id))))).collect()
    }

    fn totals(names: &Names, kind: Kind, minute_s: i64) -> Totals {
        let (mut totals, mut cell) = (Totals::default(), Cell::default());
        cell.record(kind, 7.0, 1);
        names.keys().for_each(|id| totals.add(names, minute_s, *id, &cell));
        totals
    }

    /// Samples of each request, and whether it comes after the totals before the minute.
    fn requests(totals: &Totals, names: &Names, minute_s: i64) -> Vec<(u64, bool)> {
        let (mut found, mut place) = (vec![], Place::default());
        while let Some((message, behind)) = next(totals, names, minute_s, place) {
            found.push((message.samples, place.is_past_before));
            place = behind;
        }
        found
    }

    #[test]
    fn ok_all_series_once_in_bounded_requests() {
        let names = names(300, Kind::Distribution);
        let totals = totals(&names, Kind::Distribution, 6_000);
        let found = requests(&totals, &names, 6_000);
        let sum = |past: bool| found.iter().filter(|it| it.1 == past).map(|it| it.0).sum::<u64>();
        // Twelve bounds, the infinite one, sum and count.
        assert_eq!((sum(false), sum(true)), (300 * 15, 300 * 15));
        assert!(found.iter().all(|it| it.0 < SAMPLES_MAX + 15), "{found:?}");
        assert_eq!(requests(&totals, &names, 6_060).iter().map(|it| it.0).sum::<u64>(), 300 * 15);
    }

    #[test]
    fn ok_a_series_is_repeated_and_then_ended() {
        let names = names(1, Kind::Counter);
        let totals = totals(&names, Kind::Counter, 6_000);
        assert_eq!(requests(&totals, &names, 6_600), [(1, false)]);
        let found = next(&totals, &names, 6_600, Place::default());
        let stale = STALE.to_bits().to_le_bytes();
        assert!(found.is_some_and(|found| found.0.bytes().windows(8).any(|bytes| bytes == stale)));
        assert_eq!(requests(&totals, &names, 6_660), []);
    }
}
