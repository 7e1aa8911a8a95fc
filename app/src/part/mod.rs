//! Small shared views.

/// Views with their types forgotten.
pub mod type_erasure;

/// The first few of a list.
pub mod top_k;

/// Numbers for people.
pub mod number;

/// Times for people.
pub mod time;

/// Whether a row is on the screen.
pub mod visibility;

/// What happened, in words.
pub mod event;

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

/// What the keys do.
pub mod help;

/// Fields of forms.
pub mod field;

/// A span by its two ends.
pub mod span;

/// The page's address, without the router.
pub mod address;

/// Log lines beside a chart.
pub mod log_card;
