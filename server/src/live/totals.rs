//! What each counter and distribution adds up to, for readers that want totals which never fall.
//!
//! Totals begin with the process: what is counted again at a start was reported before. The buckets
//! of a distribution begin when somebody first asks for its metric, since most are never asked for.
//! Gauges have no total. Nothing here is stored.

use std::sync::Arc;

use pipeline::{Cell, Delta, Kind, Sketch};
use rustc_hash::{FxHashMap, FxHashSet};

use super::registry::{Series, SeriesId};

/// Most memory of all sketches together, bytes. A distribution that finds no room has its count
/// and sum alone, and is counted in [`Totals::without_buckets`].
pub(crate) const SKETCHES_BYTES_MAX: usize = 24 << 20;
/// Most metrics of all apps whose buckets are kept. Those of further ones are not.
pub(crate) const METRICS_ASKED_MAX: usize = 10_000;

/// The total of a series.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Total {
    /// Number of measurements.
    pub count: u64,
    /// Their sum. A counter that is told to fall doesn't: a total only grows.
    pub sum: f64,
    /// Whether one of them was below zero.
    pub has_negative: bool,
}

impl Total {
    fn add(&mut self, kind: Kind, cell: &Cell) {
        self.count = self.count.saturating_add(cell.count);
        self.has_negative |= cell.min < 0.0;
        if kind != Kind::Counter || cell.sum > 0.0 {
            self.sum += cell.sum;
        }
    }
}

/// The distribution of a series since its metric was first asked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Histogram {
    /// Count and sum since then.
    pub total: Total,
    /// The values; `None` where there was no room.
    pub sketch: Option<Sketch>,
}

/// Totals of all series.
#[derive(Debug, Default)]
pub struct Totals {
    by_series: FxHashMap<SeriesId, Total>,
    histograms: FxHashMap<SeriesId, Histogram>,
    /// When each metric of an app was first asked for, unix milliseconds.
    asked: FxHashMap<Arc<str>, FxHashMap<Box<str>, i64>>,
    sketch_bytes: usize,
    without_buckets: u64,
}

impl Totals {
    /// Adds a delta. `series` are its series in its order.
    pub(crate) fn add(&mut self, app: &Arc<str>, delta: &Delta, series: &[Series]) {
        let asked = self.asked.get(app);
        for pipeline::DeltaCell { series: index, cell, .. } in &delta.cells {
            let Some(Series { id, key, .. }) = series.get(*index as usize) else { continue };
            if key.kind == Kind::Gauge {
                continue;
            }
            self.by_series.entry(*id).or_default().add(key.kind, cell);
            if key.kind == Kind::Distribution && asked.is_some_and(|it| it.contains_key(&key.metric)) {
                let histogram = self.histograms.entry(*id).or_insert_with(Histogram::empty);
                let (grown, is_full) = histogram.add(cell, SKETCHES_BYTES_MAX.saturating_sub(self.sketch_bytes));
                self.sketch_bytes = self.sketch_bytes.saturating_add_signed(grown);
                self.without_buckets += u64::from(is_full);
            }
        }
    }

    /// The total of a series; `None` where nothing has been measured since the process started.
    #[must_use]
    pub(crate) fn of(&self, series: SeriesId) -> Option<Total> {
        self.by_series.get(&series).copied()
    }

    /// Makes sure that buckets of a metric are kept from now on. Gives the time since when they
    /// are, unix milliseconds; `None` where they can't be, because too many others are.
    pub(crate) fn ask(&mut self, app: &Arc<str>, metric: &str, now_ms: i64) -> Option<i64> {
        if let Some(since_ms) = self.asked.get(app).and_then(|it| it.get(metric)) {
            return Some(*since_ms);
        }
        if self.asked.values().map(FxHashMap::len).sum::<usize>() >= METRICS_ASKED_MAX {
            return None;
        }
        self.asked.entry(Arc::clone(app)).or_default().insert(metric.into(), now_ms);
        Some(now_ms)
    }

    /// The distribution of a series whose metric was asked for; `None` while it has no value.
    #[must_use]
    pub(crate) fn histogram(&self, series: SeriesId) -> Option<&Histogram> {
        self.histograms.get(&series)
    }

    /// How many distributions have lost their buckets for want of room.
    #[must_use]
    pub(crate) const fn without_buckets(&self) -> u64 {
        self.without_buckets
    }

    /// Begins anew.
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Removes an app with these series.
    pub(crate) fn forget(&mut self, app: &str, series: &FxHashSet<SeriesId>) {
        self.asked.remove(app);
        for id in series {
            self.by_series.remove(id);
            let bytes = self.histograms.remove(id).and_then(|it| it.sketch).map_or(0, |it| it.bytes());
            self.sketch_bytes = self.sketch_bytes.saturating_sub(bytes);
        }
    }

    /// Renames an app.
    pub(crate) fn rename(&mut self, from: &str, to: &Arc<str>) {
        if let Some(asked) = self.asked.remove(from) {
            self.asked.insert(Arc::clone(to), asked);
        }
    }
}

impl Histogram {
    fn empty() -> Self {
        Self { total: Total::default(), sketch: Some(Sketch::default()) }
    }

    /// Adds values with at most `room` more bytes. Gives how many bytes it has grown by, and
    /// whether its sketch has just been given up.
    fn add(&mut self, cell: &Cell, room: usize) -> (isize, bool) {
        self.total.add(Kind::Distribution, cell);
        let (Some(sketch), Some(added)) = (&mut self.sketch, &cell.sketch) else { return (0, false) };
        let before = sketch.bytes();
        sketch.merge(added);
        let after = sketch.bytes();
        if after.saturating_sub(before) > room {
            self.sketch = None;
            return (-before.cast_signed(), true);
        }
        (after.cast_signed() - before.cast_signed(), false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(kind: Kind, values: &[f64]) -> Cell {
        let mut cell = Cell::default();
        values.iter().for_each(|it| cell.record(kind, *it, 0));
        cell
    }

    #[test]
    fn ok_a_total_never_falls() {
        let mut total = Total::default();
        for value in [3.0, -5.0, 2.0] {
            total.add(Kind::Counter, &cell(Kind::Counter, &[value]));
        }
        assert_eq!(total, Total { count: 3, sum: 5.0, has_negative: true });
    }

    #[test]
    fn ok_a_sketch_without_room_is_given_up_once() {
        let values: Vec<f64> = (1..500).map(f64::from).collect();
        let added = cell(Kind::Distribution, &values);
        let mut histogram = Histogram::empty();
        let (grown, is_full) = histogram.add(&added, usize::MAX);
        assert!(grown > 0 && !is_full);
        let further: Vec<f64> = (500..90_000).map(f64::from).collect();
        let further = cell(Kind::Distribution, &further);
        assert_eq!(histogram.add(&further, 0), (-grown, true));
        assert_eq!(histogram.add(&further, 0), (0, false));
        assert!(histogram.sketch.is_none() && histogram.total.count == added.count + 2 * further.count);
    }

    #[test]
    fn ok_metrics_are_asked_for_once() {
        let (mut totals, app) = (Totals::default(), Arc::<str>::from("app"));
        assert_eq!(totals.ask(&app, "x", 5), Some(5));
        assert_eq!(totals.ask(&app, "x", 9), Some(5));
        for n in 1..METRICS_ASKED_MAX {
            assert!(totals.ask(&app, &n.to_string(), 9).is_some());
        }
        assert_eq!(totals.ask(&app, "one more", 9), None);
        totals.rename("app", &"shop".into());
        assert_eq!(totals.ask(&"shop".into(), "x", 9), Some(5));
    }
}
