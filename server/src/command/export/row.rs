//! A row of an export: a series in a step.

use pipeline::{Cell, SeriesKey};

/// The percentiles of a row.
const RANKS: [f64; 3] = [0.5, 0.95, 0.99];

/// A series in a step.
pub(super) struct Row<'a> {
    pub(super) app: &'a str,
    /// The start of the step, unix seconds.
    pub(super) at_s: i64,
    pub(super) key: &'a SeriesKey,
    pub(super) cell: Cell,
}

impl Row<'_> {
    /// The labels, in the order of the columns, without the status.
    pub(super) fn words(&self) -> [&str; 8] {
        let key = self.key;
        [self.app, &key.metric, key.kind.word(), &key.unit, &key.source, &key.method, &key.path, &key.code]
    }

    /// The status; `None` where the series has none.
    pub(super) fn status(&self) -> Option<u16> {
        Some(self.key.status).filter(|it| *it > 0)
    }

    /// Sum, least, greatest and last value.
    pub(super) const fn numbers(&self) -> [f64; 4] {
        [self.cell.sum, self.cell.min, self.cell.max, self.cell.last]
    }

    /// The percentiles 50, 95 and 99; `None` where there are none.
    pub(super) fn percentiles(&self) -> [Option<f64>; 3] {
        RANKS.map(|it| self.cell.quantile(it))
    }
}
