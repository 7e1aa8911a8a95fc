//! What one body changes. It says nothing of which app it belongs to.

use std::sync::Arc;

use crate::{Cell, Event, Loss, SeriesKey, Unmatched};

/// The sum of a body: small, mergeable, and ready for the windows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Delta {
    /// Lines that were read.
    pub lines: u64,
    /// The oldest time of a line, unix milliseconds.
    pub oldest_ms: Option<i64>,
    /// The newest time of a line, unix milliseconds, after the clamp of times in the future.
    pub newest_ms: Option<i64>,
    /// The series that occur, each once.
    pub series: Vec<Arc<SeriesKey>>,
    /// Index into [`Delta::series`], unix second of the lines' own time, values; each pair of series and second once.
    /// Endpoints are kept by the minute: their second is its first.
    pub cells: Vec<(u32, i64, Cell)>,
    /// What happened, in the order of the lines.
    pub events: Vec<Event>,
    /// What could not be used; each reason that occurred once.
    pub losses: Vec<(Loss, u64)>,
    /// A few pieces of what could not be used, masked and cut.
    pub samples: Vec<Sample>,
    /// Lines that gave no measurement, event or note; blank ones are not counted.
    pub unmatched_lines: u64,
    /// A few of those, each of another kind, masked and cut.
    pub unmatched: Vec<Unmatched>,
}

/// A piece of what could not be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// Why.
    pub loss: Loss,
    /// The beginning of it, masked.
    pub text: Box<str>,
}
