//! Who may post (tokens of drains) and who may view (the password).
//!
//! Holds the valid tokens in memory, by their hashes; doesn't know where they are stored.

/// The token of a drain.
pub mod token;

/// The drains that may post, by token.
pub mod tokens;

/// The password of the dashboard and the API.
pub mod admin;

/// Slows down password guessing.
pub mod password_throttle;

pub use self::token::{Token, TokenHash};
pub use self::tokens::{App, AuthError, Drain, Tokens};
