//! Widths of a step from outside, checked once: whoever holds one of them can add and divide
//! without overflow.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{
    error::quoted,
    out_of_range::{OutOfRange, STEP_MAX_S, between},
};

/// The width of a step, seconds; at least one, and at most as long as the longest span. In JSON a
/// number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "i64", try_from = "i64")]
pub struct Step(i64);

impl Step {
    /// The widest, seconds.
    pub const MAX_S: i64 = STEP_MAX_S;

    /// A width that is in bounds.
    ///
    /// # Errors
    /// [`OutOfRange::Step`].
    pub const fn new(seconds: i64) -> Result<Self, OutOfRange> {
        if seconds < 1 || seconds > Self::MAX_S { Err(OutOfRange::Step(seconds)) } else { Ok(Self(seconds)) }
    }

    /// The nearest width that is in bounds.
    #[must_use]
    pub const fn clamped(seconds: i64) -> Self {
        Self(between(seconds, 1, Self::MAX_S))
    }

    /// Its width in seconds.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.0
    }
}

crate::as_text::schema!(Step, i64);

impl From<Step> for i64 {
    fn from(step: Step) -> Self {
        step.0
    }
}

impl TryFrom<i64> for Step {
    type Error = OutOfRange;

    fn try_from(seconds: i64) -> Result<Self, OutOfRange> {
        Self::new(seconds)
    }
}

/// The width of a step as a query gives it: `auto`, `all`, or a number of seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepChoice {
    /// A few hundred steps, whatever the length of the range.
    Auto,
    /// One step for the whole range.
    All,
    /// Steps of this width.
    Width(Step),
}

impl FromStr for StepChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "auto" => Ok(Self::Auto),
            "all" => Ok(Self::All),
            _ => {
                let seconds = text.parse().map_err(|_| {
                    format!("expected step= to be auto, all or a number of seconds, found {}", quoted(text))
                })?;
                Step::new(seconds).map(Self::Width).map_err(|it| format!("step=: {it}"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn err_widths_out_of_bounds() {
        for (seconds, expected) in
            [(0, None), (-7, None), (1, Some(1)), (Step::MAX_S, Some(Step::MAX_S)), (i64::MAX, None)]
        {
            assert_eq!(Step::new(seconds).ok().map(Step::seconds), expected);
            assert_eq!(Step::new(Step::clamped(seconds).seconds()), Ok(Step::clamped(seconds)));
        }
    }

    #[test]
    fn ok_choices_of_a_step() {
        assert_eq!("all".parse(), Ok(StepChoice::All));
        assert_eq!("60".parse(), Ok(StepChoice::Width(Step(60))));
        for text in ["-1", "NaN", "1e308", "x", "0", "9223372036854775807"] {
            assert!(text.parse::<StepChoice>().is_err_and(|it| it.contains(text)), "{text}");
        }
    }
}
