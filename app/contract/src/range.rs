//! The span that a page shows, as it stands in the URL (`?range=1h`).

use serde::{Deserialize, Serialize};

/// A span that ends now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Range {
    /// The last five minutes, second by second.
    #[default]
    #[serde(rename = "live")]
    Live,
    /// One hour.
    #[serde(rename = "1h")]
    Hour,
    /// Six hours.
    #[serde(rename = "6h")]
    SixHours,
    /// A day.
    #[serde(rename = "24h")]
    Day,
    /// A week.
    #[serde(rename = "7d")]
    Week,
}

impl Range {
    /// Every range, shortest first.
    pub const ALL: [Self; 5] = [Self::Live, Self::Hour, Self::SixHours, Self::Day, Self::Week];

    /// The range as it stands in a URL.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Hour => "1h",
            Self::SixHours => "6h",
            Self::Day => "24h",
            Self::Week => "7d",
        }
    }

    /// The range as a button names it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Live => "Live",
            Self::Hour => "1 h",
            Self::SixHours => "6 h",
            Self::Day => "24 h",
            Self::Week => "7 d",
        }
    }

    /// The range that a URL names; anything unknown is [`Range::Live`].
    #[must_use]
    pub fn from_word(word: &str) -> Self {
        Self::ALL.into_iter().find(|it| it.word() == word).unwrap_or_default()
    }

    /// Its length, seconds.
    #[must_use]
    pub const fn length_s(self) -> i64 {
        match self {
            Self::Live => 300,
            Self::Hour => 3_600,
            Self::SixHours => 21_600,
            Self::Day => 86_400,
            Self::Week => 604_800,
        }
    }

    /// Width of one step of its charts, seconds: a few hundred steps a range.
    #[must_use]
    pub const fn step_s(self) -> i64 {
        match self {
            Self::Live => 1,
            Self::Hour => 10,
            Self::SixHours => 60,
            Self::Day => 300,
            Self::Week => 1_800,
        }
    }
}
