//! Sign-in by an OIDC provider: asks it who somebody is, and proves the answer. The crate
//! `openidconnect` has the protocol; who may come in, sessions and pages are decided elsewhere.

/// Requests to the provider.
mod http;

/// Why somebody could not be proved.
pub(crate) mod trouble;

/// What a browser keeps while somebody is at the provider.
pub(crate) mod ticket;

/// What the provider says of itself.
pub(crate) mod provider;

/// What the provider says of somebody.
pub(crate) mod proof;
