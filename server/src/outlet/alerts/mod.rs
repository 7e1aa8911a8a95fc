//! What a person asks of alerts and changes about them: checked, saved, and told in words. Pages,
//! the API and commands use the same functions.

/// Rules of the user's own, and switches of built-in ones.
pub(crate) mod rules;

/// What a rule would have done.
pub(crate) mod preview;

/// Channels and test messages.
pub(crate) mod channels;

/// Mutes and maintenance windows.
pub(crate) mod mutes;

/// Every change by its kind.
pub(crate) mod change;

use super::state::hidden;

/// The error where alerts can't be read: its reason goes to the log.
pub(crate) fn unreadable(error: sqlx::Error) -> contract::Error {
    hidden("alerts could not be read")(error)
}

/// The error where a change can't be saved: its reason goes to the log.
fn failed(error: sqlx::Error) -> contract::Error {
    hidden("a change of alerts could not be saved")(error)
}
