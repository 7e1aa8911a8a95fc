//! Histograms that arrive in buckets, as cells.
//!
//! A bucket tells how many values are in a span and not where, so the values of a sketch that is
//! made of buckets are off by up to half of the span. [`Buckets::error`] says by how much, so that
//! whoever shows a percentile can say it too. Count and sum stay exact.

use crate::{Cell, number::VALUE_MAX};

/// The most points over which the values of one bucket are spread.
const POINTS_MAX: u64 = 128;

/// Buckets while they are added up.
#[derive(Debug)]
pub(crate) struct Buckets {
    cell: Cell,
    /// Smallest and largest value as the sender states them.
    min: Option<f64>,
    max: Option<f64>,
    /// Sum of the points that stand for the values.
    sum: f64,
    error: f64,
}

impl Buckets {
    /// No values yet, and the extremes if they are known.
    pub(crate) fn new(min: Option<f64>, max: Option<f64>) -> Self {
        Self { cell: Cell::default(), min, max, sum: 0.0, error: 0.0 }
    }

    /// Adds `count` values between `low` and `high`, spread evenly. A side that is not finite ends
    /// at the known extreme, or at the other side.
    pub(crate) fn add(&mut self, low: f64, high: f64, count: u64) {
        if count == 0 {
            return;
        }
        let low = self.min.map_or(low, |min| low.max(min));
        let high = self.max.map_or(high, |max| high.min(max));
        let (low, high) = match (low.is_finite(), high.is_finite()) {
            (true, true) if low <= high => (low, high),
            (true, _) => (low, low),
            (false, true) => (high, high),
            (false, false) => (0.0, 0.0),
        };
        self.widen(low, high);
        let points = count.min(POINTS_MAX);
        for point in 0..points {
            let times = count / points + u64::from(point < count % points);
            #[expect(clippy::cast_precision_loss, reason = "at most 128 points; counts are exact up to 2^53")]
            let (part, weight) = ((point as f64 + 0.5) / points as f64, times as f64);
            let value = low + (high - low) * part;
            self.cell.sketch.get_or_insert_default().record_times(value, times);
            self.sum += value * weight;
        }
        self.cell.count = self.cell.count.saturating_add(count);
        self.cell.min = self.cell.min.min(low);
        self.cell.max = self.cell.max.max(high);
    }

    /// Notes how far the values of a bucket may be from its middle.
    fn widen(&mut self, low: f64, high: f64) {
        let error = (high - low) / (high.abs() + low.abs());
        if error.is_finite() {
            self.error = self.error.max(error);
        }
    }

    /// The largest relative error of a value, 0 to 1: half of the widest bucket by its middle. Does
    /// not include that of the sketch.
    pub(crate) const fn error(&self) -> f64 {
        self.error
    }

    /// The cell; `None` if it has no values or its numbers are too large.
    pub(crate) fn cell(self, sum: Option<f64>, at_ms: i64) -> Option<Cell> {
        let mut cell = self.cell;
        cell.sum = sum.unwrap_or(self.sum);
        cell.min = self.min.unwrap_or(cell.min);
        cell.max = self.max.unwrap_or(cell.max);
        #[expect(clippy::cast_precision_loss, reason = "exact up to 2^53")]
        let mean = cell.sum / cell.count as f64;
        (cell.last, cell.last_ms) = (mean, at_ms);
        let is_sound = [cell.sum, cell.min, cell.max].iter().all(|it| it.abs() <= VALUE_MAX);
        (cell.count > 0 && is_sound && cell.min <= cell.max).then_some(cell)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(buckets: &[(f64, f64, u64)], extremes: (Option<f64>, Option<f64>), median: f64, error: f64) {
        let mut made = Buckets::new(extremes.0, extremes.1);
        buckets.iter().for_each(|(low, high, count)| made.add(*low, *high, *count));
        let found = made.error();
        let cell = made.cell(None, 7).unwrap_or_default();
        let quantile = cell.quantile(0.5).unwrap_or(f64::NAN);
        assert!((quantile - median).abs() <= median.abs() * 0.01, "{buckets:?}: {quantile}");
        assert!((found - error).abs() < 1e-9, "{buckets:?}: {found}");
        assert_eq!(cell.count, buckets.iter().map(|it| it.2).sum::<u64>());
    }

    #[test]
    fn ok_values_are_spread_over_their_bucket() {
        check(&[(0.0, 10.0, 100)], (None, None), 4.95, 1.0);
        check(&[(10.0, 20.0, 1)], (None, None), 15.0, 1.0 / 3.0);
        check(&[(0.0, 10.0, 1), (10.0, 30.0, 9)], (Some(8.0), Some(12.0)), 10.8, 1.0 / 9.0);
        check(&[(100.0, f64::INFINITY, 5)], (None, None), 100.0, 0.0);
        check(&[(100.0, f64::INFINITY, 5)], (None, Some(300.0)), 200.0, 0.5);
        check(&[(f64::NEG_INFINITY, -5.0, 3)], (None, None), -5.0, 0.0);
    }

    #[test]
    fn err_nothing_or_too_much() {
        assert_eq!(Buckets::new(None, None).cell(None, 0), None);
        for sum in [f64::NAN, f64::INFINITY, 1e200] {
            let mut made = Buckets::new(None, None);
            made.add(0.0, 1.0, 1);
            assert_eq!(made.cell(Some(sum), 0), None, "{sum}");
        }
        let mut made = Buckets::new(Some(5.0), Some(1.0));
        made.add(0.0, 10.0, 1);
        assert_eq!(made.cell(None, 0), None);
    }
}
