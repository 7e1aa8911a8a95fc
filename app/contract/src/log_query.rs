//! A search for log lines, as typed values. A page's address, a URL of the API and a server
//! function all become one [`LogQuery`], and the store executes exactly that.
//!
//! Only the filter stays text until the server parses it into a [`crate::LogFilter`]: pages put it
//! back into a field as it was typed.

use serde::{Deserialize, Serialize};

use crate::{Level, LogKind, LogTime, Span};

/// Which lines of an app are wanted, and how many of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
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
    /// A method and a path with its ids folded, such as `POST /orders/:id`: only requests of that
    /// endpoint; empty for all lines.
    pub endpoint: String,
    /// When the lines were written.
    pub time: LogTime,
    /// Where an earlier page of results ended; the results before that are wanted.
    pub before: Option<LogCursor>,
    /// Number of the newest block to search; all blocks if `None`.
    pub through: Option<i64>,
    /// How many lines are wanted at most.
    pub limit: LogLimit,
    /// The order of the lines.
    pub sort: LogSort,
}

/// The order of the lines of an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum LogSort {
    /// The newest first.
    #[default]
    Newest,
    /// The requests that took the longest first, of at most the newest [`LogLimit::MAX`] matching
    /// lines. Such an answer has no further page.
    Slowest,
}

impl LogQuery {
    /// Whether lines that are written later match too.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.time == LogTime::Live && self.before.is_none()
    }
}

/// Where a page of results ended: lines of an earlier time have not been searched. Unix
/// milliseconds, within the bounds of [`Span`]; numbers beyond them become the nearest bound.
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

crate::as_text::schema!(LogCursor, i64);

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

/// How many lines are wanted at most: 1 to [`LogLimit::MAX`]. Other numbers become the nearest of
/// these.
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

crate::as_text::schema!(LogLimit, u64);

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
    fn ok_any_number_is_a_limit_and_a_cursor() {
        for (lines, expected) in [(0, 1), (1, 1), (1_000, 1_000), (1_001, 1_000), (65_537, 1_000), (u64::MAX, 1_000)] {
            assert_eq!(LogLimit::new(lines).lines(), expected, "{lines}");
        }
        for (at_ms, expected) in [(i64::MIN, 0), (7, 7), (i64::MAX, Span::LAST_S * 1_000)] {
            assert_eq!(LogCursor::new(at_ms).at_ms(), expected, "{at_ms}");
        }
    }
}
