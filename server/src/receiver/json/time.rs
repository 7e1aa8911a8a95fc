//! Reads times: RFC 3339, dates with a zone, and numbers since 1970 in seconds, milliseconds,
//! microseconds or nanoseconds, whose size tells the unit.
//!
//! A date without a zone is no time.

use std::ops::Range;

use pipeline::{date, time};

/// Times that are believed: 1970 to 2100, unix milliseconds.
const BELIEVED_MS: Range<i64> = 0..4_102_444_800_000;

/// The time that a text or number states, unix milliseconds.
pub(crate) fn at_ms(text: &str) -> Option<i64> {
    let at_ms = number_ms(text).or_else(|| {
        let text = text.as_bytes();
        time::parse(text).or_else(|| date::parse(text)?.at_ms())
    })?;
    BELIEVED_MS.contains(&at_ms).then_some(at_ms)
}

/// The ranges are those of 1973 to 5138 in seconds, the same in smaller units.
fn number_ms(text: &str) -> Option<i64> {
    if let Ok(whole) = text.parse::<i64>() {
        return match whole {
            100_000_000..100_000_000_000 => Some(whole * 1_000),
            100_000_000_000..100_000_000_000_000 => Some(whole),
            100_000_000_000_000..100_000_000_000_000_000 => Some(whole / 1_000),
            100_000_000_000_000_000.. => Some(whole / 1_000_000),
            _ => None,
        };
    }
    let number = text.parse::<f64>().ok()?;
    let milliseconds_per_unit = match number {
        1e8..1e11 => 1_000.0,
        1e11..1e14 => 1.0,
        1e14..1e17 => 1e-3,
        1e17..1e20 => 1e-6,
        _ => return None,
    };
    #[expect(clippy::cast_possible_truncation, reason = "the ranges keep it below 1e14")]
    Some((number * milliseconds_per_unit).round() as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_units_by_size() {
        for text in [
            "1790000000.250",
            "1790000000250",
            "1790000000250000",
            "1790000000250000000",
            "1.79000000025e9",
            "2026-09-21T14:13:20.250Z",
            "2026-09-21T16:13:20.250+02:00",
        ] {
            assert_eq!(at_ms(text), Some(1_790_000_000_250), "{text}");
        }
        assert_eq!(at_ms("1790000000"), Some(1_790_000_000_000));
    }

    #[test]
    fn err_no_time() {
        for text in [
            "",
            "soon",
            "12",
            "-1790000000",
            "NaN",
            "inf",
            "1e300",
            "99999999999",
            "2026-09-21 14:13:20",
            "9223372036854775808999",
        ] {
            assert_eq!(at_ms(text), None, "{text}");
        }
    }
}
