//! Who may post and who may look. Tokens are known by their hash only.
//!
//! Holds what is valid in memory; it does not know where that is stored.

/// What a drain proves itself with.
pub mod token;

/// The drains that may post.
pub mod tokens;

/// The password of the dashboard and API.
pub mod admin;

/// How fast it may be guessed.
pub mod password_throttle;

pub use self::token::{Token, TokenHash};
pub use self::tokens::{App, AuthError, Drain, Tokens};
