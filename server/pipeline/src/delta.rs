//! The result of reading one body. It does not say which app the body belongs to.

use std::sync::Arc;

use crate::{Cell, Event, Loss, SeriesKey, Unmatched};

/// Everything that one body adds: small, and ready to be counted into windows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Delta {
    /// Lines that were read.
    pub lines: u64,
    /// The oldest time of a line, unix milliseconds.
    pub oldest_ms: Option<i64>,
    /// The newest time of a line, unix milliseconds, after the clamp of times in the future.
    pub newest_ms: Option<i64>,
    /// The series that the body touches, each once.
    pub series: Vec<Arc<SeriesKey>>,
    /// The values, each pair of series and second once.
    pub cells: Vec<DeltaCell>,
    /// Events in the order of the lines.
    pub events: Vec<Event>,
    /// How often each [`Loss`] occurred; only reasons that occurred.
    pub losses: Vec<(Loss, u64)>,
    /// A few pieces of text that could not be used, masked and cut.
    pub samples: Vec<LossSample>,
    /// Lines without a measurement or event. Blank lines are not counted.
    pub unmatched_lines: u64,
    /// A few of those, each of another shape, masked and cut.
    pub unmatched: Vec<Unmatched>,
}

/// The values of one series in one second.
#[derive(Clone, Debug, PartialEq)]
pub struct DeltaCell {
    /// Index into [`Delta::series`].
    pub series: u32,
    /// Unix second of the lines' own time. Endpoints are kept by the minute: the first second of
    /// it.
    pub second: i64,
    /// The values.
    pub cell: Cell,
}

/// A piece of text that could not be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LossSample {
    /// Why it could not be used.
    pub loss: Loss,
    /// Its beginning, masked.
    pub text: Box<str>,
}
