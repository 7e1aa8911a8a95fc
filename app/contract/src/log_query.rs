//! A search for log lines, as typed values. A page's address, a URL of the API and a server function all become one
//! [`LogQuery`], and the store executes exactly that.
//!
//! Only the filter stays text until the server parses it into a [`crate::LogFilter`]: pages put it back into a field
//! as it was typed.

use serde::{Deserialize, Serialize};

use crate::{Level, LogKind, Span};

/// Which lines of an app are wanted, and how many of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct LogQuery {
    /// Words and comparisons in the grammar of [`crate::LogFilter`]; empty matches every line.
    pub filter: String,
    /// `web.1`, or `web` for all of its processes; empty matches every source.
    pub source: String,
    /// Who wrote the lines; anyone if `None`.
    pub kind: Option<LogKind>,
    /// The level of the lines; any level if `None`.
    pub level: Option<Level>,
    /// When the lines were written.
    pub time: LogTime,
    /// Where an earlier page of results ended; the results before that are wanted.
    pub before: Option<LogCursor>,
    /// Number of the newest block to search; all blocks if `None`.
    pub through: Option<i64>,
    /// How many lines are wanted at most.
    pub limit: LogLimit,
}

impl LogQuery {
    /// Whether lines that are written later match too.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.time == LogTime::Live && self.before.is_none()
    }
}

/// When lines were written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum LookBack {
    /// 15 minutes.
    #[serde(rename = "15m")]
    QuarterHour,
    /// One hour.
    #[serde(rename = "1h")]
    Hour,
    /// Six hours.
    #[serde(rename = "6h")]
    SixHours,
    /// One day.
    #[serde(rename = "24h")]
    Day,
    /// Three days.
    #[serde(rename = "3d")]
    ThreeDays,
    /// One week.
    #[serde(rename = "7d")]
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

/// Where a page of results ended: lines of an earlier time have not been searched. Unix milliseconds, within the bounds
/// of [`Span`]; numbers beyond them become the nearest bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "i64", into = "i64")]
pub struct LogCursor(i64);

impl LogCursor {
    /// The cursor at a time, unix milliseconds.
    #[must_use]
    pub fn new(at_ms: i64) -> Self {
        Self(at_ms.clamp(Span::FIRST_S * 1_000, Span::LAST_S * 1_000))
    }

    /// Its time, unix milliseconds.
    #[must_use]
    pub const fn at_ms(self) -> i64 {
        self.0
    }
}

impl From<i64> for LogCursor {
    fn from(at_ms: i64) -> Self {
        Self::new(at_ms)
    }
}

impl From<LogCursor> for i64 {
    fn from(cursor: LogCursor) -> Self {
        cursor.at_ms()
    }
}

/// How many lines are wanted at most: 1 to [`LogLimit::MAX`]. Other numbers become the nearest of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "u64", into = "u64")]
pub struct LogLimit(u16);

impl LogLimit {
    /// The most lines of one page of results.
    pub const MAX: u16 = 1_000;
    /// Lines of one page of results unless a query says otherwise.
    pub const DEFAULT: u16 = 200;

    /// The nearest limit to a number.
    #[must_use]
    pub fn new(lines: u64) -> Self {
        Self(u16::try_from(lines).unwrap_or(Self::MAX).clamp(1, Self::MAX))
    }

    /// Lines.
    #[must_use]
    pub const fn lines(self) -> usize {
        self.0 as usize
    }
}

impl Default for LogLimit {
    fn default() -> Self {
        Self(Self::DEFAULT)
    }
}

impl From<u64> for LogLimit {
    fn from(lines: u64) -> Self {
        Self::new(lines)
    }
}

impl From<LogLimit> for u64 {
    fn from(limit: LogLimit) -> Self {
        limit.0.into()
    }
}

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

    #[test]
    fn ok_any_number_is_a_limit_and_a_cursor() {
        for (lines, expected) in [(0, 1), (1, 1), (1_000, 1_000), (1_001, 1_000), (65_537, 1_000), (u64::MAX, 1_000)] {
            assert_eq!(LogLimit::new(lines).lines(), expected, "{lines}");
        }
        for (at_ms, expected) in [(i64::MIN, 0), (7, 7), (i64::MAX, Span::LAST_S * 1_000)] {
            assert_eq!(LogCursor::new(at_ms).at_ms(), expected, "{at_ms}");
        }
    }
}
