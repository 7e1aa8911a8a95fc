//! Who may post (tokens of drains) and who may view (the password).
//!
//! Holds the valid tokens in memory, by their hashes; doesn't know where they are stored.

/// The token of a drain.
pub(crate) mod token;

/// The drains that may post, by token.
pub(crate) mod tokens;

/// Who asks, and what each may do.
pub(crate) mod principal;

/// Who of those that a provider vouches for comes in.
pub(crate) mod allow;

/// People, sessions and API tokens, in memory.
pub(crate) mod credentials;

/// A share link.
pub(crate) mod share;

/// Share links in memory, and their views.
pub(crate) mod shares;

/// Hashes and checks passwords of people.
pub(crate) mod password;

/// Takes changes down for the record.
pub(crate) mod audit;

/// The password of the dashboard and the API.
pub(crate) mod admin;

/// The key of channels' secrets and of links in messages.
pub(crate) mod alert_key;

/// Slows down password guessing.
pub(crate) mod password_throttle;

pub(crate) use self::token::{Token, TokenHash};
pub(crate) use self::tokens::{App, AuthError, Drain, Tokens};
