//! Bytes of a drain become measurements, and measurements become deltas of series.
//!
//! ```text
//! body -> frames -> lines -> measurements -> cells of (series, second) -> delta
//! ```
//!
//! Pure: no clock (the time of receipt is a parameter), no I/O, no async, and it cannot fail. What it cannot use
//! becomes a counted [`Loss`]. The same bytes with the same [`Origin`] always give the same [`Delta`], so that a log of
//! bodies can be replayed.

/// Where a body comes from, and when it came.
pub mod origin;

/// What could not be used, by reason.
pub mod loss;

/// Lines that gave nothing.
pub mod unmatched;

/// A body is cut into frames.
pub mod frame;

/// A frame is read as a syslog message.
pub mod syslog;

/// The same for senders that know RFC 3164 only.
mod rfc3164;

/// Lines of text as messages.
pub mod text;

/// Copies of lines, as log services give them out.
mod export;

/// What a message says of itself.
pub mod line;

/// Timestamps as milliseconds.
pub mod time;

/// Dates as logs for people write them.
pub mod date;

/// The text of a message as pairs.
pub mod logfmt;

/// Values with units.
pub mod number;

/// Messages become measurements.
pub mod extract;

/// How serious a line says it is.
pub mod level;

/// Something that happened.
pub mod event;

/// Texts without secrets.
pub mod mask;

/// What identifies a series.
pub mod series;

/// The distribution of many values in a few bytes.
pub mod sketch;

/// What is known of one series in one span of time.
pub mod cell;

/// The series and cells of one batch.
mod tally;

/// The series that a request counts in.
mod route;

/// A whole body becomes a delta.
pub mod reduce;

/// What one body changes.
pub mod delta;

pub use cell::Cell;
pub use delta::{Delta, Sample};
pub use event::{EVENT_TEXT_BYTES_MAX, EVENTS_PER_BATCH_MAX, Event, EventKind};
pub use frame::{FRAME_BYTES_MAX, Frames};
pub use level::Level;
pub use line::Line;
pub use loss::Loss;
pub use origin::Origin;
pub use reduce::{LATE_MS, Reducer};
pub use series::{Kind, LABEL_BYTES_MAX, SeriesKey};
pub use sketch::Sketch;
pub use tally::{CELLS_PER_BATCH_MAX, SERIES_PER_BATCH_MAX};
pub use unmatched::Unmatched;
