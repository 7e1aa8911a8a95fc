//! What can be asked of a cell: `rate`, `count`, `sum`, `mean`, `min`, `max`, `last`, and percentiles from `p0` to `p100`.

use std::{fmt, str::FromStr};

use pipeline::{Cell, Kind};

use crate::store::rollup::rows::Columns;

/// A statistic.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Stat {
    /// A second: of a counter its sum, of anything else the number of measurements.
    Rate,
    /// Number of measurements.
    Count,
    /// Their sum.
    Sum,
    /// Their mean.
    Mean,
    /// The least.
    Min,
    /// The greatest.
    Max,
    /// The one with the latest time.
    Last,
    /// The value of nearest rank, in percent.
    Percentile(f64),
}

impl Stat {
    /// What of a row it is made from.
    #[must_use]
    pub const fn columns(self) -> Columns {
        match self {
            Self::Percentile(_) => Columns::Quantiles,
            _ => Columns::Plain,
        }
    }

    /// Its value over a span; `None` where it was not measured.
    #[must_use]
    pub fn of(self, cell: &Cell, kind: Kind, span_s: i64) -> Option<f64> {
        if cell.count == 0 {
            return None;
        }
        let value = match self {
            Self::Rate => (if kind == Kind::Counter { cell.sum } else { cell.count as f64 }) / span_s.max(1) as f64,
            Self::Count => cell.count as f64,
            Self::Sum => cell.sum,
            Self::Mean => cell.sum / cell.count as f64,
            Self::Min => cell.min,
            Self::Max => cell.max,
            Self::Last => cell.last,
            Self::Percentile(percent) => cell.quantile(percent / 100.0)?,
        };
        value.is_finite().then_some(value)
    }
}

impl FromStr for Stat {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong =
            || format!("expected stat= to be rate, count, sum, mean, min, max, last or p50 to p99.9, found {text:?}");
        Ok(match text {
            "rate" => Self::Rate,
            "count" => Self::Count,
            "sum" => Self::Sum,
            "mean" => Self::Mean,
            "min" => Self::Min,
            "max" => Self::Max,
            "last" => Self::Last,
            _ => {
                let percent: f64 = text.strip_prefix('p').and_then(|it| it.parse().ok()).ok_or_else(wrong)?;
                if !(0.0..=100.0).contains(&percent) {
                    return Err(wrong());
                }
                Self::Percentile(percent)
            }
        })
    }
}

impl fmt::Display for Stat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rate => f.write_str("rate"),
            Self::Count => f.write_str("count"),
            Self::Sum => f.write_str("sum"),
            Self::Mean => f.write_str("mean"),
            Self::Min => f.write_str("min"),
            Self::Max => f.write_str("max"),
            Self::Last => f.write_str("last"),
            Self::Percentile(percent) => write!(f, "p{percent}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_words_come_back() {
        for word in ["rate", "count", "sum", "mean", "min", "max", "last", "p50", "p99.9", "p0", "p100"] {
            assert_eq!(Stat::from_str(word).map(|it| it.to_string()), Ok(word.to_owned()));
        }
    }

    #[test]
    fn err_words() {
        for word in ["", "median", "p", "p101", "p-1", "pNaN", "99"] {
            assert!(Stat::from_str(word).is_err(), "{word}");
        }
    }

    #[test]
    fn ok_of_a_cell() {
        let mut cell = Cell::default();
        assert_eq!(Stat::Count.of(&cell, Kind::Distribution, 10), None);
        for (at_ms, value) in [(1, 4.0), (3, 2.0), (2, 6.0)] {
            cell.record(Kind::Distribution, value, at_ms);
        }
        for (stat, expected) in
            [(Stat::Rate, 0.3), (Stat::Sum, 12.0), (Stat::Mean, 4.0), (Stat::Last, 2.0), (Stat::Max, 6.0)]
        {
            assert_eq!(stat.of(&cell, Kind::Distribution, 10), Some(expected), "{stat}");
        }
        assert_eq!(Stat::Rate.of(&cell, Kind::Counter, 10), Some(1.2));
    }
}
