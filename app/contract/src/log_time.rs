//! When the lines of a search were written: in a span, or within a length of time before now.

use serde::{Deserialize, Serialize};

use crate::Span;
use crate::as_text::word_in_json;

/// When lines were written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum LogTime {
    /// In the last hour or later.
    #[default]
    Live,
    /// Within this time before now.
    Back(LookBack),
    /// In this span.
    Span(Span),
}

impl LogTime {
    /// The span that is meant at the moment `now_s`, unix seconds. The present second counts.
    #[must_use]
    pub const fn resolve(self, now_s: i64) -> Span {
        let back_s = match self {
            Self::Span(span) => return span,
            Self::Live => LookBack::Hour.seconds(),
            Self::Back(back) => back.seconds(),
        };
        Span::clamped(now_s.saturating_sub(back_s), now_s.saturating_add(1))
    }

    /// The span, if one was given.
    #[must_use]
    pub const fn span(self) -> Option<Span> {
        if let Self::Span(span) = self { Some(span) } else { None }
    }

    /// The length of time before now, if one was given.
    #[must_use]
    pub const fn back(self) -> Option<LookBack> {
        if let Self::Back(back) = self { Some(back) } else { None }
    }
}

/// How far back a page can search.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LookBack {
    /// 15 minutes.
    QuarterHour,
    /// One hour.
    Hour,
    /// Six hours.
    SixHours,
    /// One day.
    Day,
    /// Three days.
    ThreeDays,
    /// One week.
    Week,
}

impl LookBack {
    /// Every length, shortest first.
    pub const ALL: [Self; 6] = [Self::QuarterHour, Self::Hour, Self::SixHours, Self::Day, Self::ThreeDays, Self::Week];

    /// The length as it stands in a URL.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::QuarterHour => "15m",
            Self::Hour => "1h",
            Self::SixHours => "6h",
            Self::Day => "24h",
            Self::ThreeDays => "3d",
            Self::Week => "7d",
        }
    }

    /// The length that a URL names.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }

    /// The length as a page shows it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::QuarterHour => "15 min",
            Self::Hour => "1 h",
            Self::SixHours => "6 h",
            Self::Day => "24 h",
            Self::ThreeDays => "3 d",
            Self::Week => "7 d",
        }
    }

    /// The length in seconds.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        match self {
            Self::QuarterHour => 900,
            Self::Hour => 3_600,
            Self::SixHours => 21_600,
            Self::Day => 86_400,
            Self::ThreeDays => 259_200,
            Self::Week => 604_800,
        }
    }
}

word_in_json!(LookBack);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_words_name_lengths() {
        for back in LookBack::ALL {
            assert_eq!(LookBack::from_word(back.word()), Some(back));
        }
        assert_eq!(LookBack::from_word("2h"), None);
    }

    #[test]
    fn ok_times_become_spans() {
        let now_s = 1_790_000_000;
        for (time, length_s) in [(LogTime::Live, 3_601), (LogTime::Back(LookBack::Week), 604_801)] {
            let span = time.resolve(now_s);
            assert_eq!((span.to_s(), span.length_s()), (now_s + 1, length_s), "{time:?}");
        }
        let span = Span::clamped(5, 9);
        assert_eq!(LogTime::Span(span).resolve(now_s), span);
        for now_s in [i64::MIN, 0, i64::MAX] {
            assert!(LogTime::Live.resolve(now_s).length_s() >= 1);
        }
    }
}
