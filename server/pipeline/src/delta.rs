//! What one body changes. It says nothing of which app it belongs to.

use crate::{Cell, Loss, SeriesKey};

/// The sum of a body: small, mergeable, and ready for the windows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Delta {
    /// Lines that were read.
    pub lines: u64,
    /// The newest time of a line, unix milliseconds, after the clamp of times in the future.
    pub newest_ms: Option<i64>,
    /// The series that occur, each once.
    pub series: Vec<SeriesKey>,
    /// Index into [`Delta::series`], unix second of the lines' own time, values; each pair of series and second once.
    pub cells: Vec<(u32, i64, Cell)>,
    /// What could not be used; each reason that occurred once.
    pub losses: Vec<(Loss, u64)>,
}
