//! Values of one series in one span of time. Cells of two spans, or of two batches, can be merged.
//!
//! A cell does not know its series or its time.

use crate::{Kind, Sketch};

/// Count, sum, extremes, last value and distribution of some values.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// Number of values.
    pub count: u64,
    /// Sum of the values.
    pub sum: f64,
    /// Smallest value; positive infinity if there is none.
    pub min: f64,
    /// Largest value; negative infinity if there is none.
    pub max: f64,
    /// The value with the newest time; of several at that time the one that arrived last.
    pub last: f64,
    /// The newest time, unix milliseconds; `i64::MIN` if there is none.
    pub last_ms: i64,
    /// Distribution of the values; only for a [`Kind::Distribution`].
    pub sketch: Option<Sketch>,
}

impl Default for Cell {
    fn default() -> Self {
        Self {
            count: 0,
            sum: 0.0,
            min: f64::INFINITY,
            max: f64::NEG_INFINITY,
            last: 0.0,
            last_ms: i64::MIN,
            sketch: None,
        }
    }
}

impl Cell {
    /// Whether the cell has no values.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Adds a value. Infinite values and NaN are ignored.
    pub fn record(&mut self, kind: Kind, value: f64, at_ms: i64) {
        if !value.is_finite() {
            return;
        }
        self.record_plain(value, at_ms);
        if kind == Kind::Distribution {
            self.sketch.get_or_insert_default().record(value);
        }
    }

    /// Adds a finite value to everything but the sketch.
    #[inline]
    pub(crate) fn record_plain(&mut self, value: f64, at_ms: i64) {
        self.count += 1;
        self.sum += value;
        self.min = if value < self.min { value } else { self.min };
        self.max = if value > self.max { value } else { self.max };
        if at_ms >= self.last_ms {
            (self.last, self.last_ms) = (value, at_ms);
        }
    }

    /// Adds the value 1 `times` times, the last of them at `at_ms`.
    pub fn count(&mut self, times: u64, at_ms: i64) {
        #[expect(clippy::cast_precision_loss, reason = "exact up to 2^53")]
        let sum = times as f64;
        self.count += times;
        self.sum += sum;
        (self.min, self.max) = (self.min.min(1.0), self.max.max(1.0));
        if at_ms >= self.last_ms {
            (self.last, self.last_ms) = (1.0, at_ms);
        }
    }

    /// Adds all values of `other`, as if they had arrived after those of this cell.
    pub fn merge(&mut self, other: &Self) {
        if other.is_empty() {
            return;
        }
        self.count = self.count.saturating_add(other.count);
        self.sum += other.sum;
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
        if other.last_ms >= self.last_ms {
            (self.last, self.last_ms) = (other.last, other.last_ms);
        }
        if let Some(sketch) = &other.sketch {
            self.sketch.get_or_insert_default().merge(sketch);
        }
    }

    /// The value of rank `ceil(q * count)`, `q` from 0 to 1, within 1 %, and between minimum and
    /// maximum. `None` if there are no values or no sketch.
    #[must_use]
    pub fn quantile(&self, q: f64) -> Option<f64> {
        let value = self.sketch.as_ref()?.quantile(q)?;
        // Not `clamp`, which panics if the bounds are in the wrong order, as they may be in a cell
        // from a damaged file.
        Some(value.max(self.min).min(self.max))
    }
}
