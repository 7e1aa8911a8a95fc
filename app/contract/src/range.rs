//! The range of time that a page shows, as it stands in the URL: `?range=1h`, or
//! `?from=UNIX&to=UNIX`.

use serde::{Deserialize, Serialize};

use crate::Span;

/// Widths of a step that a span of any length chooses from, seconds.
const STEPS_S: [i64; 9] = [1, 10, 60, 300, 900, 1_800, 3_600, 21_600, 86_400];
/// Most steps of such a span.
const STEPS_MAX: i64 = 400;

/// A range of time: one that ends now, or any other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
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
    /// Thirty days.
    #[serde(rename = "30d")]
    Month,
    /// From one moment to another.
    #[serde(rename = "custom")]
    Custom(Span),
}

impl Range {
    /// Every range that ends now, shortest first.
    pub const ALL: [Self; 6] = [Self::Live, Self::Hour, Self::SixHours, Self::Day, Self::Week, Self::Month];
    /// The shortest span, and the longest, seconds.
    pub const LENGTH_S_MIN: i64 = 10;
    /// The longest span, seconds: as long as the coarsest rollups are kept.
    pub const LENGTH_S_MAX: i64 = 400 * 86_400;

    /// The range as it stands in a URL.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Hour => "1h",
            Self::SixHours => "6h",
            Self::Day => "24h",
            Self::Week => "7d",
            Self::Month => "30d",
            Self::Custom(..) => "custom",
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
            Self::Month => "30 d",
            Self::Custom(..) => "Custom",
        }
    }

    /// The range that a URL names; anything unknown is [`Range::Live`].
    #[must_use]
    pub fn from_word(word: &str) -> Self {
        Self::ALL.into_iter().find(|it| it.word() == word).unwrap_or_default()
    }

    /// The span between two moments, unix seconds; one that is too short or too long, or out of
    /// bounds, is put right.
    #[must_use]
    pub const fn between(from_s: i64, to_s: i64) -> Self {
        let span = Span::clamped(from_s, to_s);
        let (from_s, length_s) = (span.from_s(), span.length_s());
        let length_s = if length_s < Self::LENGTH_S_MIN { Self::LENGTH_S_MIN } else { length_s };
        let length_s = if length_s > Self::LENGTH_S_MAX { Self::LENGTH_S_MAX } else { length_s };
        let from_s = if from_s > Span::LAST_S - length_s { Span::LAST_S - length_s } else { from_s };
        Self::Custom(Span::clamped(from_s, from_s + length_s))
    }

    /// Its span when it is any other than one that ends now.
    #[must_use]
    pub const fn span_s(self) -> Option<Span> {
        match self {
            Self::Custom(span) => Some(span),
            _ => None,
        }
    }

    /// Its span: the chosen one, or one of its length that ends with the present second.
    #[must_use]
    pub const fn until(self, now_s: i64) -> Span {
        match self {
            Self::Custom(span) => span,
            range => Span::clamped(now_s + 1 - range.length_s(), now_s + 1),
        }
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
            Self::Month => 2_592_000,
            Self::Custom(span) => span.length_s(),
        }
    }

    /// Width of one step of its charts, seconds: a few hundred steps a range. The server may have
    /// to take a wider one.
    #[must_use]
    pub fn step_s(self) -> i64 {
        match self {
            Self::Live => 1,
            Self::Hour => 10,
            Self::SixHours => 60,
            Self::Day => 300,
            Self::Week => 1_800,
            Self::Month => 7_200,
            Self::Custom(span) => STEPS_S.into_iter().find(|it| span.length_s() / it <= STEPS_MAX).unwrap_or(86_400),
        }
    }

    /// How much earlier the range begins that this one is compared with, seconds: a day, or for
    /// longer ranges their length.
    #[must_use]
    pub const fn earlier_s(self) -> i64 {
        if self.length_s() > 86_400 { self.length_s() } else { 86_400 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_words_name_ranges() {
        for range in Range::ALL {
            assert_eq!(Range::from_word(range.word()), range);
            assert!((280..=400).contains(&(range.length_s() / range.step_s())), "{range:?}");
        }
        assert_eq!(Range::from_word("custom"), Range::Live);
    }

    #[test]
    fn ok_spans_end_with_the_present_second() {
        let chosen = Span::clamped(100, 500);
        assert_eq!(Range::Custom(chosen).until(9_999), chosen);
        assert_eq!(Range::Live.until(1_000).ends(), (701, 1_001));
    }

    #[test]
    fn ok_any_span_has_few_steps() {
        for length_s in [10, 90, 400, 401, 4_000, 7_000, 200_000, 5_000_000, 34_560_000] {
            let range = Range::between(1_790_000_000, 1_790_000_000 + length_s);
            assert_eq!(range.length_s(), length_s);
            assert!((1..=STEPS_MAX).contains(&(length_s / range.step_s())), "{length_s}");
        }
    }

    #[test]
    fn err_spans_are_put_right() {
        for (from_s, to_s) in [(100, 50), (-5, 3), (0, i64::MAX), (i64::MAX, i64::MIN), (i64::MIN, i64::MAX)] {
            let length_s = Range::between(from_s, to_s).length_s();
            assert!((Range::LENGTH_S_MIN..=Range::LENGTH_S_MAX).contains(&length_s), "{from_s} {to_s}");
        }
    }
}
