//! The bounds of times and steps from outside, and what is said of a number that is outside them.

use std::fmt;

/// The earliest moment: 1970-01-01, unix seconds.
pub const FIRST_S: i64 = 0;
/// The latest moment: 2100-01-01, unix seconds.
pub const LAST_S: i64 = 4_102_444_800;
/// The widest step, seconds: the longest span.
pub const STEP_MAX_S: i64 = LAST_S - FIRST_S;

/// Why a number is no time, span or step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutOfRange {
    /// A moment before [`FIRST_S`] or after [`LAST_S`], unix seconds.
    Moment(i64),
    /// An end that is not after its start, unix seconds.
    Order(i64, i64),
    /// A width below one second or above [`STEP_MAX_S`], seconds.
    Step(i64),
}

impl fmt::Display for OutOfRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Moment(found) => write!(
                f,
                "expected a time from 1970-01-01 to 2100-01-01 ({FIRST_S} to {LAST_S} unix seconds), found {found}"
            ),
            Self::Order(from_s, to_s) => write!(f, "expected to= after from=, found from {from_s} to {to_s}"),
            Self::Step(found) => write!(f, "expected a step of 1 to {STEP_MAX_S} seconds, found {found}"),
        }
    }
}

impl std::error::Error for OutOfRange {}

/// The value, or the bound that it exceeds.
pub(crate) const fn between(value: i64, least: i64, most: i64) -> i64 {
    if value < least {
        least
    } else if value > most {
        most
    } else {
        value
    }
}
