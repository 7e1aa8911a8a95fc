//! What is known of one series in one span of time. Cells merge: of two spans of one series, or of two batches.
//!
//! A cell knows neither its series nor its time.

use crate::{Kind, Sketch};

/// Values of one series, gathered.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// How many values.
    pub count: u64,
    /// Their sum.
    pub sum: f64,
    /// The smallest; positive infinity without any.
    pub min: f64,
    /// The largest; negative infinity without any.
    pub max: f64,
    /// The one with the greatest time; of several at that time the one that arrived last.
    pub last: f64,
    /// That time, unix milliseconds; `i64::MIN` without any.
    pub last_ms: i64,
    /// How they are distributed; only of a [`Kind::Distribution`].
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
    /// Whether it has no value.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Takes in one value. What is not a finite number is ignored.
    pub fn record(&mut self, kind: Kind, value: f64, at_ms: i64) {
        if !value.is_finite() {
            return;
        }
        self.record_plain(value, at_ms);
        if kind == Kind::Distribution {
            self.sketch.get_or_insert_default().record(value);
        }
    }

    /// Takes in one finite value, except into the sketch.
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

    /// Takes in the value 1 so many times, the last of them at that time.
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

    /// Takes in all values of `other`, as if they had arrived after its own.
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

    /// The value of rank `ceil(q * count)`, `q` from 0 to 1, within 1 %; never outside of minimum and maximum. `None`
    /// without values or without a sketch.
    #[must_use]
    pub fn quantile(&self, q: f64) -> Option<f64> {
        let value = self.sketch.as_ref()?.quantile(q)?;
        // Not `clamp`, which panics where the bounds are in the wrong order, as in a cell that somebody made up.
        Some(value.max(self.min).min(self.max))
    }
}
