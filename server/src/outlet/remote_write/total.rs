//! What a series adds up to since it is sent, in the unit of its name there, and how the file keeps
//! that.
//!
//! In the file: a version, whether a value was negative, the count, the sum and the counts of the
//! bounds, each with eight bytes, low ones first.

use pipeline::{Cell, Kind};

use crate::outlet::prometheus::{bounds, name};

const VERSION: u8 = 1;

/// The total of a series.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Total {
    /// Number of measurements.
    pub count: u64,
    /// Their sum; of a gauge the last value. A counter that is told to fall doesn't.
    pub sum: f64,
    /// Whether one of them was below zero.
    pub has_negative: bool,
    /// Of a distribution how many values are at most each bound of its unit.
    pub below: Vec<u64>,
}

impl Total {
    /// Nothing measured yet.
    pub(super) fn none(kind: Kind, unit: &str) -> Self {
        let bounds = if kind == Kind::Distribution { bounds::usual(&name::unit(unit).0).len() } else { 0 };
        Self { below: vec![0; bounds], ..Self::default() }
    }

    /// Adds what was measured, in its own unit.
    pub(super) fn add(&mut self, kind: Kind, unit: &str, cell: &Cell) {
        let (unit, factor) = name::unit(unit);
        if kind == Kind::Gauge {
            // What is late has no last value.
            if cell.last_ms > i64::MIN {
                self.sum = cell.last * factor;
            }
            return;
        }
        self.count = self.count.saturating_add(cell.count);
        self.has_negative |= cell.min < 0.0;
        if kind == Kind::Distribution || cell.sum > 0.0 {
            self.sum += cell.sum * factor;
        }
        if let (Kind::Distribution, Some(sketch)) = (kind, &cell.sketch) {
            let counts = bounds::counts(sketch, factor, bounds::usual(&unit));
            self.below.iter_mut().zip(counts).for_each(|(below, more)| *below = below.saturating_add(more));
        }
    }

    /// The bytes that the file keeps.
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut bytes = vec![VERSION, u8::from(self.has_negative)];
        bytes.extend_from_slice(&self.count.to_le_bytes());
        bytes.extend_from_slice(&self.sum.to_bits().to_le_bytes());
        self.below.iter().for_each(|it| bytes.extend_from_slice(&it.to_le_bytes()));
        bytes
    }

    /// Reads [`Self::encode`]; `None` for other bytes.
    pub(super) fn decode(bytes: &[u8]) -> Option<Self> {
        let (&[VERSION, negative @ 0..=1], rest) = bytes.split_first_chunk::<2>()? else { return None };
        let (numbers, []) = rest.as_chunks::<8>() else { return None };
        let mut numbers = numbers.iter().map(|it| u64::from_le_bytes(*it));
        let (count, sum) = (numbers.next()?, f64::from_bits(numbers.next()?));
        Some(Self { count, sum, has_negative: negative == 1, below: numbers.collect() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(kind: Kind, values: &[f64]) -> Cell {
        let mut cell = Cell::default();
        values.iter().for_each(|it| cell.record(kind, *it, 1));
        cell
    }

    #[test]
    fn ok_totals_come_back() {
        let mut total = Total::none(Kind::Distribution, "ms");
        total.add(Kind::Distribution, "ms", &cell(Kind::Distribution, &[4.0, 40.0, 4_000.0, 90_000.0]));
        assert_eq!((total.count, total.below[0], total.below[3], total.below[11]), (4, 1, 2, 3));
        assert!((total.sum - 94.044).abs() < 1e-9 && !total.has_negative);
        assert_eq!(Total::decode(&total.encode()), Some(total));
    }

    #[test]
    fn ok_a_counter_never_falls_and_a_gauge_is_its_last() {
        let mut total = Total::none(Kind::Counter, "");
        for value in [3.0, -5.0, 2.0] {
            total.add(Kind::Counter, "", &cell(Kind::Counter, &[value]));
        }
        assert!((total.sum - 5.0).abs() < 1e-9 && total.has_negative);
        let mut gauge = Total::none(Kind::Gauge, "MB");
        gauge.add(Kind::Gauge, "MB", &cell(Kind::Gauge, &[1.0, 2.0]));
        gauge.add(Kind::Gauge, "MB", &Cell { count: 1, sum: 9.0, ..Cell::default() });
        assert!((gauge.sum - 2.0 * 1_048_576.0).abs() < 1e-9);
    }

    #[test]
    fn err_other_bytes() {
        let good = Total::none(Kind::Distribution, "ms").encode();
        for bytes in [&good[..1], &good[..9], &good[..good.len() - 1], &[], &[2, 0], &[1, 7]] {
            assert_eq!(Total::decode(bytes), None, "{bytes:?}");
        }
    }
}
