//! Sends messages about incidents to channels.

/// Where messages go.
pub(crate) mod target;

/// Signatures of webhooks.
pub(crate) mod signature;

/// The parts of a URL.
pub(crate) mod url;

/// The forms of the URLs of each kind.
pub(crate) mod forms;
