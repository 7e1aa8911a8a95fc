//! When a rule of one's own fires: beyond a fixed limit, unlike usual, or when nothing comes.

use serde::{Deserialize, Serialize};

use crate::as_text::word_in_json;

/// Which side of a limit is wrong. In JSON one lower-case word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Values above the limit.
    Above,
    /// Values below the limit.
    Below,
}

impl Direction {
    /// Both directions.
    pub const ALL: [Self; 2] = [Self::Above, Self::Below];

    /// The direction as one lower-case word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Above => "above",
            Self::Below => "below",
        }
    }

    /// Whether a value is on the wrong side of a limit.
    #[must_use]
    pub fn is_beyond(self, value: f64, limit: f64) -> bool {
        match self {
            Self::Above => value > limit,
            Self::Below => value < limit,
        }
    }
}

word_in_json!(Direction);

/// When the rule's value is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// It is beyond a fixed limit.
    Threshold {
        /// The wrong side.
        direction: Direction,
        /// The limit, in the unit of the value.
        limit: f64,
        /// A firing rule is resolved only on the right side of this one; `None` for the limit
        /// itself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        clear: Option<f64>,
    },
    /// It is this many times what is usual at this hour of the week.
    Usual {
        /// The wrong side.
        direction: Direction,
        /// Above: the value is wrong beyond usual times this, 1.1 to 100. Below: usual divided by
        /// this.
        times: f64,
    },
    /// There is no value.
    Absence(Absence),
}

/// No value for a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Absence {
    /// How long there must be none, seconds.
    pub for_s: i64,
}
