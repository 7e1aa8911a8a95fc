//! Raw lines: what is asked for, and what was found.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{Event, LossInterval, Span};

/// Where a line is kept: the number of its block, and its place in it from 0. Stays the same as long as the line is kept; as text
/// `812-7`. Orders lines by their arrival.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct LineId {
    /// Its block.
    pub block: i64,
    /// Its place.
    pub index: u32,
}

impl fmt::Display for LineId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}-{}", self.block, self.index)
    }
}

impl FromStr for LineId {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let told: &str = &text[..text.floor_char_boundary(80)];
        let expected = || format!("expected a line's id such as 812-7, found {told:?}");
        let (block, index) = text.split_once('-').ok_or_else(expected)?;
        match (block.parse(), index.parse()) {
            (Ok(block), Ok(index)) => Ok(Self { block, index }),
            _ => Err(expected()),
        }
    }
}

impl From<LineId> for String {
    fn from(id: LineId) -> Self {
        id.to_string()
    }
}

impl TryFrom<String> for LineId {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

/// Who writes lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogKind {
    /// The router, of every request.
    Router,
    /// The app's own processes and add-ons.
    App,
    /// The platform, of all but requests: starts, stops, errors, measurements.
    Platform,
}

impl LogKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Router, Self::App, Self::Platform];

    /// As one lower-case word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Router => "router",
            Self::App => "app",
            Self::Platform => "platform",
        }
    }

    /// The kind of that word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }
}

/// What is looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct LogQuery {
    /// Words that all occur, `"two words"`, `-word` that does not, `field=value`, `field>=1`.
    pub words: String,
    /// `web.1`, or `web` for all of them; empty for every source.
    pub source: String,
    /// Who wrote them; of all when `None`.
    pub kind: Option<LogKind>,
    /// `error` or `warning`; empty for all.
    pub level: String,
    /// How far back, such as `1h`, when no span is asked for; an hour when empty.
    pub back: String,
    /// A span.
    pub span_s: Option<Span>,
    /// Where an answer before this one ended, unix milliseconds.
    pub before_ms: Option<i64>,
    /// The newest block that counts; all of them when `None`.
    pub through: Option<i64>,
}

/// One line.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogLine {
    /// Where it is kept.
    pub id: LineId,
    /// Its own time, unix milliseconds.
    pub at_ms: i64,
    /// `app` or `heroku`.
    pub app: String,
    /// Process that wrote it.
    pub source: String,
    /// How serious it says it is: `error`, `warning`, or empty.
    pub level: String,
    /// The text, masked, perhaps cut.
    pub text: String,
    /// Bytes of the whole text.
    pub bytes: u64,
}

/// What a search came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogPage {
    /// The app.
    pub app: String,
    /// The span that was searched: its start and its end, exclusive, unix seconds.
    pub span_s: (i64, i64),
    /// Newest first.
    pub lines: Vec<LogLine>,
    /// What happened between the oldest of the lines and the end of the span, oldest first.
    pub events: Vec<Event>,
    /// The newest block that this may include; a tail that begins after it misses nothing and doubles nothing.
    pub through: i64,
    /// Where a longer list goes on, unix milliseconds.
    pub before_ms: Option<i64>,
    /// Bytes of raw lines that were looked at.
    pub scanned_bytes: u64,
    /// How long that took, milliseconds.
    pub took_ms: u64,
}

/// How many lines were found when.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogHistogram {
    /// Start of the first bar, unix seconds.
    pub from_s: i64,
    /// Width of a bar, seconds.
    pub step_s: i64,
    /// Lines of each bar.
    pub all: Vec<u32>,
    /// Those of them that are errors.
    pub errors: Vec<u32>,
    /// Where lines are missing.
    #[serde(default)]
    pub lost: Vec<LossInterval>,
    /// Lines of this time and later are counted, unix milliseconds: the beginning of the span, or where time ran out.
    pub counted_from_ms: i64,
    /// Bytes of raw lines that were looked at.
    pub scanned_bytes: u64,
    /// How long that took, milliseconds.
    pub took_ms: u64,
}

/// Which lines around one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogContextQuery {
    /// The line.
    pub id: LineId,
    /// Lines of the same source before it, at most.
    pub before: u16,
    /// Lines after it, at most.
    pub after: u16,
}

/// A line, and what its source wrote before and after.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogContext {
    /// The line.
    pub line: LogLine,
    /// What its code means, in words; empty where it has none.
    pub means: String,
    /// Those before it, oldest first.
    pub before: Vec<LogLine>,
    /// Those after it, oldest first.
    pub after: Vec<LogLine>,
    /// Whether there may be more before them.
    pub has_more_before: bool,
    /// Whether there may be more after them.
    pub has_more_after: bool,
}

/// What a tail sends at once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TailBatch {
    /// In the order of their arrival.
    pub lines: Vec<LogLine>,
    /// Lines that were left out before these, found or not, because the tail could not keep up.
    pub skipped: u64,
    /// When the first of those arrived, unix milliseconds.
    pub from_ms: i64,
    /// When the last of those arrived, unix milliseconds.
    pub to_ms: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_ids_as_text() {
        let id = LineId { block: 812, index: 7 };
        assert_eq!((id.to_string().as_str(), "812-7".parse()), ("812-7", Ok(id)));
        for text in ["", "812", "812-", "-7", "a-b", "1-2-3"] {
            assert!(text.parse::<LineId>().is_err(), "{text}");
        }
    }
}
