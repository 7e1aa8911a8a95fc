//! Logs errors of the writer, at most one in some seconds: a store that fails would fill the log.

use std::time::{Duration, Instant};

/// Least time between two log lines.
const EVERY: Duration = Duration::from_secs(5);

/// Remembers when an error was last logged.
#[derive(Debug, Default)]
pub(crate) struct ErrorLog(Option<Instant>);

impl ErrorLog {
    /// Logs an error of the step `at`, unless another was logged a moment ago.
    pub(crate) fn log(&mut self, at: &'static str, error: &sqlx::Error) {
        if self.0.is_none_or(|it| it.elapsed() >= EVERY) {
            self.0 = Some(Instant::now());
            tracing::error!(at, %error, "the store failed; senders are told to try again");
        }
    }
}
