//! The trait that takes what readers give, and the form of events.
//!
//! Everything is borrowed from the line. Nothing is added up here; that is [`crate::reduce`]'s
//! part.

use super::{measurement::Measurement, request::Request};
use crate::{Cell, EventKind, Loss, series::SeriesRef};

/// An event as a line states it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventText<'a> {
    /// What happened.
    pub kind: EventKind,
    /// The dyno or other source; empty for the whole app.
    pub source: &'a [u8],
    /// The description, not yet masked.
    pub text: &'a [u8],
    /// An address with details; empty for none.
    pub link: &'a [u8],
    /// When it happened, unix milliseconds; `None` for the line's own time.
    pub at_ms: Option<i64>,
    /// When it ended, unix milliseconds.
    pub end_ms: Option<i64>,
}

impl Default for EventText<'_> {
    fn default() -> Self {
        Self { kind: EventKind::Note, source: b"", text: b"", link: b"", at_ms: None, end_ms: None }
    }
}

/// Takes what readers find in a line.
pub trait Sink {
    /// Takes a request.
    fn request(&mut self, request: &Request<'_>);

    /// Takes a measurement.
    fn measure(&mut self, measurement: &Measurement<'_>);

    /// Takes the values of a series that were added up before. The time of the cell is that of the
    /// line.
    fn merge(&mut self, series: &SeriesRef<'_>, cell: &Cell);

    /// Takes an event.
    fn event(&mut self, event: &EventText<'_>);

    /// Takes the time of a line whose transport gave none, unix milliseconds. It replaces the time
    /// that is known, so a reader asks `line.time_ms` first.
    fn date(&mut self, at_ms: i64);

    /// Takes a sender's report that it lost `lines` lines, with its code, such as `L10`.
    fn lost(&mut self, code: &[u8], lines: u64);

    /// Takes the reason why a part of the line was not used. A line of another format is no loss.
    fn lose(&mut self, loss: Loss);

    /// Takes a receiver's report that it could not turn `records` records into lines.
    fn lose_records(&mut self, records: u64) {
        if records > 0 {
            self.lose(Loss::Record);
        }
    }
}
