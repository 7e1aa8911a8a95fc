//! The log pipeline: the bytes of a drain become measurements, and measurements become a delta of
//! series.
//!
//! ```text
//! body -> frames -> lines -> measurements -> cells of (series, second) -> delta
//! ```
//!
//! The crate is pure: no clock (the time of receipt is a parameter), no I/O, no async. It cannot
//! fail: input that it cannot use becomes a counted [`Loss`]. The same bytes with the same
//! [`Origin`] always give the same [`Delta`], so that a log of bodies can be replayed.

#![warn(missing_docs)]

/// Facts about a body besides its bytes: sender, time of receipt, prefixes.
pub mod origin;

/// Input that could not be used, by reason.
pub mod loss;

/// Lines without a measurement or event.
pub mod unmatched;

/// Cutting a body into frames.
pub mod frame;

/// Reading a frame as a syslog message.
pub mod syslog;

/// Syslog messages of RFC 3164.
mod rfc3164;

/// Reading plain lines of text as messages.
pub mod text;

/// Source and process in one word.
mod program;

/// Lines in the export forms of log services.
mod export;

/// One message with its header.
pub mod line;

/// RFC 3339 timestamps as milliseconds.
pub mod time;

/// Dates in the forms of log files.
pub mod date;

/// Pairs of `key=value` in a text.
pub mod logfmt;

/// Numbers with units.
pub mod number;

/// Numbers in as few bytes as they need.
pub mod leb128;

/// Reading messages into measurements and events.
pub mod extract;

/// Ids of requests in lines.
pub mod request_id;

/// Severity of a line.
pub mod level;

/// Events: releases, crashes, notes.
pub mod event;

/// What stays the same in messages of one error.
pub mod fold;

/// Finding a text in bytes.
pub mod find;

/// Masking of secrets.
pub mod mask;

/// Identity of a series.
pub mod series;

/// Mergeable histograms of a few bytes.
pub mod sketch;

/// Cells of histograms that arrive in buckets.
mod bucket;

/// Values of one series in one span of time.
pub mod cell;

/// Series and cells of one batch.
mod accumulator;

/// Series of an endpoint.
mod endpoint_series;

/// Series that a request counts in.
mod request_series;

/// One body while it is read.
mod batch;

/// Reducing a whole body to a delta.
pub mod reduce;

/// The result of one body.
pub mod delta;

pub use accumulator::{CELLS_PER_BATCH_MAX, SERIES_PER_BATCH_MAX};
pub use batch::LATE_MS;
pub use cell::Cell;
pub use delta::{Delta, DeltaCell, LossSample};
pub use event::{EVENT_TEXT_BYTES_MAX, EVENTS_PER_BATCH_MAX, Event, EventKind};
pub use extract::readers::RECORDS_LOST;
pub use frame::{FRAME_BYTES_MAX, Frames};
pub use level::Level;
pub use line::Line;
pub use loss::Loss;
pub use origin::Origin;
pub use reduce::Reducer;
pub use series::{Kind, LABEL_BYTES_MAX, SeriesKey};
pub use sketch::Sketch;
pub use unmatched::Unmatched;
