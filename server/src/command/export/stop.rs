//! Why an export ends early. What it writes is not known here.

use crate::command::error::Error;

/// Why it ended early.
pub(super) enum Stop {
    /// Whoever reads has had enough.
    Closed,
    Failed(Error),
}

impl From<std::io::Error> for Stop {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::BrokenPipe => Self::Closed,
            _ => Self::Failed(Error::Failed(format!("could not print: {error}"))),
        }
    }
}
