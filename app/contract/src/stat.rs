//! Statistics of a metric: `rate`, `count`, `sum`, `mean`, `min`, `max`, `last`, and percentiles
//! from `p0` to `p100`.
//!
//! Only their names; the store works out their values.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// One statistic over a step of time. In JSON its name.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
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
    /// The value of nearest rank, in percent, 0 to 100.
    Percentile(f64),
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

impl From<Stat> for String {
    fn from(stat: Stat) -> Self {
        stat.to_string()
    }
}

impl TryFrom<String> for Stat {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
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
}
