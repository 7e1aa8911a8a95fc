//! Small shared views.

/// Numbers for people.
pub mod number;

/// Times for people.
pub mod time;

/// A state as a shape and a word.
pub mod health;

/// The sign of Streamgauge.
pub mod brand;

/// A router's line as the parts of a request.
pub mod request;

/// Puts a text on the clipboard.
pub mod clipboard;

/// What every page of an app says of it.
pub mod head;

/// A command to copy.
pub mod command;

/// The page's address, without the router.
pub mod address;
