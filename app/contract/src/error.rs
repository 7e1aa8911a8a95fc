//! The errors that a person may see: six words, each with a sentence. Internals never cross.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Why there is no answer, for the person who reads the page or the reply.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Error {
    /// The query does not make sense; the text names the part and what was expected.
    Invalid(String),
    /// There is no such app, metric or line; the text names it.
    NotFound(String),
    /// The client has not signed in.
    Unauthorized,
    /// It conflicts with the present state; the text says with what.
    Conflict(String),
    /// Too many searches run at once; a moment later there may be an answer.
    Busy,
    /// The server failed; details are in its log.
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

/// The beginning of a text from outside, short enough to be repeated in a sentence about what was
/// expected.
#[must_use]
pub fn excerpt(text: &str) -> &str {
    const EXCERPT_BYTES_MAX: usize = 80;
    &text[..text.floor_char_boundary(EXCERPT_BYTES_MAX)]
}

/// The beginning of a text from outside in quotes, for a sentence about what was expected. The
/// server escapes what does not print. A browser does not: it would need the tables of Unicode for
/// it, and its pages escape whatever they show.
#[must_use]
pub fn quoted(text: &str) -> String {
    let text = excerpt(text);
    if cfg!(target_arch = "wasm32") { ["\"", text, "\""].concat() } else { format!("{text:?}") }
}
