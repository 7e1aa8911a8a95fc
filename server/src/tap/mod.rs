//! `streamgauge tap`: the pipeline alone behind a pipe. Reads stdin to its end and prints one line
//! of metrics each second. Stores and sends nothing.

/// Why `tap` stopped.
pub(crate) mod stop_reason;

/// Reads and reduces stdin.
pub(crate) mod input;

/// The statistics of a period.
pub(crate) mod stats;

/// Lines in no known format.
pub(crate) mod unmatched;

/// Prints the statistics.
pub(crate) mod printer;

/// Reads on one thread and prints on another.
pub(crate) mod gauge;

pub(crate) use self::{gauge::run, stop_reason::StopReason};
