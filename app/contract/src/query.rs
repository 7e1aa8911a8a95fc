//! The query for the points of a metric, as the store executes it.
//!
//! What an address or a command line may say is read here or by the types used here; a moment such
//! as `-1h` needs a clock and is read on the server.

use std::{fmt, str::FromStr};

use crate::as_text::text_in_json;
use crate::{Label, Span, Stat, StepChoice, duration, error::quoted};

/// Which points of a metric are wanted.
#[derive(Clone, Debug, PartialEq)]
pub struct MetricQuery {
    /// The app's name.
    pub app: String,
    /// The metric's name.
    pub metric: String,
    /// The statistic of each step.
    pub stat: Stat,
    /// The range of time.
    pub span: Span,
    /// Width of a step.
    pub step: StepChoice,
    /// The labels to group by.
    pub by: Vec<Label>,
    /// How much earlier the same range is wanted too.
    pub compare: Option<Offset>,
}

/// How much earlier a range is that another one is compared with, seconds; at least one. As text,
/// and in JSON, a number and a unit such as `7d`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offset(i64);

impl Offset {
    /// How much earlier, seconds.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.0
    }
}

impl FromStr for Offset {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let seconds = duration::seconds(text).and_then(|it| i64::try_from(it).ok());
        seconds
            .filter(|it| (1..=Span::LAST_S).contains(it))
            .map(Self)
            .ok_or_else(|| format!("expected compare= to be a length of time such as 1d or 7d, found {}", quoted(text)))
    }
}

impl fmt::Display for Offset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&duration::text(self.0.unsigned_abs()))
    }
}

text_in_json!(Offset);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_offsets_come_back() {
        for (text, seconds) in [("7d", 604_800), ("1d", 86_400), ("2h", 7_200), ("90s", 90)] {
            let offset = Offset::from_str(text);
            assert_eq!(offset.as_ref().map(|it| (it.seconds(), it.to_string())), Ok((seconds, text.to_owned())));
        }
        assert_eq!(Offset::from_str("24h"), Offset::from_str("1d"));
    }

    #[test]
    fn err_offsets() {
        for text in ["0", "", "-1d", "99999999999999d", "1w"] {
            assert!(Offset::from_str(text).is_err(), "{text}");
        }
    }
}
