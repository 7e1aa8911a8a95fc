//! The value of a statistic, from the merged cell of one step.
//!
//! The names of statistics are read and written by `contract`.

use contract::Stat;
use pipeline::{Cell, Kind};

use crate::store::rollup::rows::Columns;

/// The columns of a rollup row that a statistic is worked out from.
#[must_use]
pub(crate) const fn columns(stat: Stat) -> Columns {
    match stat {
        Stat::Percentile(_) => Columns::Quantiles,
        _ => Columns::Plain,
    }
}

/// A statistic over `elapsed_s` seconds; `None` where nothing was measured.
#[must_use]
pub(crate) fn value(stat: Stat, cell: &Cell, kind: Kind, elapsed_s: i64) -> Option<f64> {
    if cell.count == 0 {
        return None;
    }
    let value = match stat {
        Stat::Rate => (if kind == Kind::Counter { cell.sum } else { cell.count as f64 }) / elapsed_s.max(1) as f64,
        Stat::Count => cell.count as f64,
        Stat::Sum => cell.sum,
        Stat::Mean => cell.sum / cell.count as f64,
        Stat::Min => cell.min,
        Stat::Max => cell.max,
        Stat::Last => cell.last,
        Stat::Percentile(percent) => cell.quantile(percent / 100.0)?,
    };
    value.is_finite().then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_of_a_cell() {
        let mut cell = Cell::default();
        assert_eq!(value(Stat::Count, &cell, Kind::Distribution, 10), None);
        for (at_ms, measured) in [(1, 4.0), (3, 2.0), (2, 6.0)] {
            cell.record(Kind::Distribution, measured, at_ms);
        }
        for (stat, expected) in
            [(Stat::Rate, 0.3), (Stat::Sum, 12.0), (Stat::Mean, 4.0), (Stat::Last, 2.0), (Stat::Max, 6.0)]
        {
            assert_eq!(value(stat, &cell, Kind::Distribution, 10), Some(expected), "{stat}");
        }
        assert_eq!(value(Stat::Rate, &cell, Kind::Counter, 10), Some(1.2));
    }
}
