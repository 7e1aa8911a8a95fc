//! Changes of alerts that a person makes: checked, saved, and told in words. Pages, the API and
//! commands use the same ones.

/// Rules of the user's own, and switches of built-in ones.
pub(crate) mod rules;

/// Channels and test messages.
pub(crate) mod channels;

/// Mutes and maintenance windows.
pub(crate) mod mutes;

/// Every change by its kind.
pub(crate) mod change;

/// An error of the store: its reason goes to the log.
#[expect(clippy::needless_pass_by_value, reason = "it is a function for map_err")]
fn failed(error: sqlx::Error) -> contract::Error {
    tracing::error!(%error, "a change of alerts could not be saved");
    contract::Error::Internal
}
