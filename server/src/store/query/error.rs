//! Why a query has no answer.

use std::time::Duration;

/// Longest time that an answer takes.
pub(crate) const ASK_MAX: Duration = Duration::from_secs(15);

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such app or metric.
    #[error("{0}")]
    NotFound(String),
    /// The query does not make sense.
    #[error("{0}")]
    Invalid(String),
    /// It took too long.
    #[error("the answer took longer than {} s: ask for a wider step= or a shorter range", ASK_MAX.as_secs())]
    TooLong,
    /// The store could not be read.
    #[error("the store could not be read: {0}")]
    Store(#[from] sqlx::Error),
}
