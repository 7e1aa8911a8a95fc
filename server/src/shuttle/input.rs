//! What the readers of inputs hand to the batcher.

use std::sync::Arc;

use super::{formatter::Identity, position::FileMark};

/// A message to the batcher.
#[derive(Debug)]
pub(crate) enum Input {
    /// The next bytes of stdin.
    Chunk {
        /// The bytes, in order.
        bytes: Vec<u8>,
        /// When they were read, unix microseconds.
        read_us: i64,
    },
    /// Stdin has ended; other inputs may go on.
    StdinEnd,
    /// Whole lines of another input.
    Lines(Lines),
    /// The end of all inputs.
    End,
}

/// Lines of one file or container.
#[derive(Debug)]
pub(crate) struct Lines {
    /// The header fields of raw lines.
    pub identity: Arc<Identity>,
    /// The file that they stand in; `None` if there is none to return to.
    pub file: Option<Arc<FileMark>>,
    pub lines: Vec<WholeLine>,
}

/// A line, joined if it came in parts.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct WholeLine {
    /// With its LF, unless that is missing.
    pub text: Vec<u8>,
    /// When it was written, or else read; unix microseconds.
    pub at_us: i64,
    /// Offset after the line. `None`: the next line belongs with it, since their parts are mixed in
    /// the file. Both get into one batch.
    pub end: Option<u64>,
}
