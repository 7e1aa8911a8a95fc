//! Windows become judgements: each app's figures and health, twice a second, for every page and stream alike.
//!
//! Reads the live windows and writes nothing; alerts will stand here too.

/// The figures that health is judged by.
pub mod vitals;

/// The rules of health.
pub mod health;

/// Error codes in words.
pub mod code;

/// The present state of every app.
pub mod board;

pub use self::board::Board;
