//! Log lines, and the answers to searches for them. What is searched for is in
//! [`crate::log_query`].

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::as_text::text_in_json;
use crate::{Event, Level, LogCursor, LossInterval, RequestParts, Span, error::quoted};

/// Where a line is stored: the number of its block, and its position in the block from 0. It stays
/// the same as long as the line is stored. As text it is `812-7`. Ids are in the order of arrival.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineId {
    /// Number of its block.
    pub block: i64,
    /// Position in the block, from 0.
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
        let expected = || format!("expected a line's id such as 812-7, found {}", quoted(text));
        let (block, index) = text.split_once('-').ok_or_else(expected)?;
        match (block.parse(), index.parse()) {
            (Ok(block), Ok(index)) => Ok(Self { block, index }),
            _ => Err(expected()),
        }
    }
}

text_in_json!(LineId);

/// One line.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct LogLine {
    /// Where it is stored.
    pub id: LineId,
    /// Its own time, or that of its receipt, unix milliseconds.
    pub at_ms: i64,
    /// `app`, or `heroku` for lines of the platform.
    pub app: String,
    /// Process that wrote it, such as `web.1` or `router`.
    pub source: String,
    /// How serious it says it is.
    pub level: Level,
    /// Its text, masked, or the beginning of a long text.
    pub text: String,
    /// Size of the whole text, bytes.
    pub bytes: u64,
    /// The id of the request that it belongs to, if it names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// The request, if this is a router's line about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<Box<RequestParts>>,
}

/// One page of search results.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct LogPage {
    /// Name of the app.
    pub app: String,
    /// The span that was searched.
    pub span: Span,
    /// The lines, in the order of the query.
    pub lines: Vec<LogLine>,
    /// Events between the oldest of the lines and the end of the span, oldest first.
    pub events: Vec<Event>,
    /// Number of the newest block that was searched. A tail from there on misses no line and
    /// repeats none.
    pub through: i64,
    /// Where the next page of results begins; `None` if there is no further one.
    pub before: Option<LogCursor>,
    /// Bytes of lines that were searched.
    pub scanned_bytes: u64,
    /// How long the search took, milliseconds.
    pub took_ms: u64,
    /// Texts of the filter that are highlighted in lines.
    #[serde(default)]
    pub highlights: Vec<String>,
    /// What is wrong with the filter; empty if it is valid. Then nothing was searched.
    #[serde(default)]
    pub problem: String,
    /// Why nothing was found, if that is so.
    #[serde(default)]
    pub why: LogWhy,
}

/// Why a search found nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct LogWhy {
    /// Whether all lines of the span were looked at; otherwise there is nothing to say.
    pub is_whole: bool,
    /// Terms that match no line on their own.
    pub unmatched: Vec<UnmatchedTerm>,
}

/// A term that matches no line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct UnmatchedTerm {
    /// The term as it was typed.
    pub term: String,
    /// Whether no line has its field, whatever the value.
    pub is_field_unknown: bool,
}

/// A field that lines have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct LogField {
    /// Its name.
    pub name: String,
    /// How many of the lines that were looked at have it.
    pub lines: u64,
    /// Its most frequent values, if it has only a few.
    pub values: Vec<String>,
}

/// How many lines match in each step of a span.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct LogHistogram {
    /// Start of the first bar, unix seconds.
    pub from_s: i64,
    /// Width of a bar, seconds.
    pub step_s: i64,
    /// Lines in each bar.
    pub all: Vec<u32>,
    /// Errors among them.
    pub errors: Vec<u32>,
    /// Intervals in which lines were lost.
    #[serde(default)]
    pub lost: Vec<LossInterval>,
    /// Lines from this time on are counted, unix milliseconds: the start of the span, or how far
    /// back the count came before its time was over.
    pub counted_from_ms: i64,
    /// Bytes of lines that were searched.
    pub scanned_bytes: u64,
    /// How long the count took, milliseconds.
    pub took_ms: u64,
}

/// Which neighbours of a line are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct LogContextQuery {
    /// The line.
    pub id: LineId,
    /// Most lines of the same source before it.
    pub before: u16,
    /// Most lines of the same source after it.
    pub after: u16,
}

/// A line with the lines that its source wrote before and after it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct LogContext {
    /// The line.
    pub line: LogLine,
    /// What the platform's error code in it means; empty if it has none.
    pub means: String,
    /// Its fields with their values, in the order of the line.
    #[serde(default)]
    pub fields: Vec<(String, String)>,
    /// Lines before it, oldest first.
    pub before: Vec<LogLine>,
    /// Lines after it, oldest first.
    pub after: Vec<LogLine>,
    /// Whether there may be more lines before those.
    pub has_more_before: bool,
    /// Whether there may be more lines after those.
    pub has_more_after: bool,
}

/// One event of a tail.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct TailBatch {
    /// The lines, in the order of their arrival.
    pub lines: Vec<LogLine>,
    /// Lines before these that were skipped, matching or not, because the tail could not keep up.
    pub skipped: u64,
    /// When the first skipped line arrived, unix milliseconds.
    pub from_ms: i64,
    /// When the last skipped line arrived, unix milliseconds.
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
