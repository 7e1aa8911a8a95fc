//! The errors that a person may see: six words, each with a sentence. Internals never cross.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What went wrong, for the one who asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Error {
    /// The question does not make sense; the text names the part and what was expected.
    Invalid(String),
    /// There is no such thing; the text names it.
    NotFound(String),
    /// Who asks may not.
    Unauthorized,
    /// It clashes with what is there.
    Conflict(String),
    /// Too much is asked for at once; a moment later there may be an answer.
    Busy,
    /// It is our fault; details are in the server's log.
    Internal,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(text) | Self::NotFound(text) | Self::Conflict(text) => f.write_str(text),
            Self::Unauthorized => f.write_str("sign in first"),
            Self::Busy => f.write_str("too many searches are running; try again in a few seconds"),
            Self::Internal => f.write_str("the server failed to answer; see its log for details"),
        }
    }
}

impl std::error::Error for Error {}
