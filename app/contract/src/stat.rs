//! Statistics of a metric: `rate`, `count`, `sum`, `mean`, `min`, `max`, `last`, and percentiles
//! from `p0` to `p100`.
//!
//! Only their names; the store works out their values.

use std::{fmt, str::FromStr};

use crate::as_text::text_in_json;
use crate::error::quoted;

/// One statistic over a step of time. In JSON its name.
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
    /// The value of nearest rank, in percent, 0 to 100.
    Percentile(f64),
}

impl FromStr for Stat {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!(
                "expected stat= to be rate, count, sum, mean, min, max, last or p50 to p99.9, found {}",
                quoted(text)
            )
        };
        Ok(match text {
            "rate" => Self::Rate,
            "count" => Self::Count,
            "sum" => Self::Sum,
            "mean" => Self::Mean,
            "min" => Self::Min,
            "max" => Self::Max,
            "last" => Self::Last,
            _ => {
                let percent = text.strip_prefix('p').and_then(percent).ok_or_else(wrong)?;
                Self::Percentile(percent)
            }
        })
    }
}

/// Decimals of a percentage, and as many parts of one percent.
const DECIMALS_MAX: usize = 6;
const UNITS: u32 = 1_000_000;

/// A percentage from 0 to 100 with at most six decimals. Read as an integer: the general parser of
/// floating-point numbers would add its tables to a page's module.
fn percent(text: &str) -> Option<f64> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    if whole.len() > 3 || decimals.len() > DECIMALS_MAX || whole.len() + decimals.len() == 0 {
        return None;
    }
    let digits = whole.bytes().chain(decimals.bytes()).chain(std::iter::repeat_n(b'0', DECIMALS_MAX - decimals.len()));
    let units = digits.map(|it| char::from(it).to_digit(10)).try_fold(0, |sum, digit| Some(sum * 10 + digit?))?;
    (units <= 100 * UNITS).then(|| f64::from(units) / f64::from(UNITS))
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
            Self::Percentile(percent) => write_percent(f, *percent),
        }
    }
}

/// Writes `p95` or `p99.9`. Written as an integer, as [`percent`] reads it: the formatter of
/// floating-point numbers would add its tables to a page's module.
fn write_percent(f: &mut fmt::Formatter<'_>, percent: f64) -> fmt::Result {
    let units = (percent * f64::from(UNITS)).round() as u32;
    write!(f, "p{}", units / UNITS)?;
    match units % UNITS {
        0 => Ok(()),
        rest => write!(f, ".{}", format!("{rest:06}").trim_end_matches('0')),
    }
}

text_in_json!(Stat);

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
    fn ok_percentages_are_the_numbers_that_are_written() {
        let texts =
            (0..=100).flat_map(|whole| ["", ".", ".5", ".05", ".95", ".999999"].map(|part| format!("{whole}{part}")));
        for text in texts.chain([".5".to_owned(), "007".to_owned()]) {
            let expected = text.parse().ok().filter(|it| *it <= 100.0).map(Stat::Percentile);
            assert_eq!(Stat::from_str(&format!("p{text}")).ok(), expected, "{text}");
        }
    }

    #[test]
    fn err_words() {
        for word in ["", "median", "p", "p.", "p101", "p-1", "p+1", "p1e1", "p1.2.3", "p0.1234567", "pNaN", "99"] {
            assert!(Stat::from_str(word).is_err(), "{word}");
        }
    }
}
