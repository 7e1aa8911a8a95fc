//! When a line was written, in the forms of loggers that write JSON. The size of a number tells its
//! unit.

use crate::{date, time};

/// The time, unix milliseconds. Loggers write seconds with a fraction, milliseconds, nanoseconds,
/// or a date; a date without a zone is none.
pub(super) fn at_ms(text: &[u8]) -> Option<i64> {
    let Some(number) = std::str::from_utf8(text).ok().and_then(|it| it.parse::<f64>().ok()) else {
        return time::parse(text).or_else(|| date::parse(text)?.at_ms());
    };
    let milliseconds_per_unit = match number {
        1e9..1e10 => 1_000.0,
        1e12..1e13 => 1.0,
        1e18..1e19 => 1e-6,
        _ => return None,
    };
    #[expect(clippy::cast_possible_truncation, reason = "the ranges are those of the years 2001 to 2286")]
    Some((number * milliseconds_per_unit) as i64)
}
