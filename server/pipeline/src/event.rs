//! Events: releases, crashes, notes that an app logged. They have a time and a text, and no value.
//!
//! Texts are for people. Secrets and mail addresses in them are masked, and they are cut to
//! [`EVENT_TEXT_BYTES_MAX`].

pub use contract::EventKind;

/// The most events that one batch may hold.
pub const EVENTS_PER_BATCH_MAX: usize = 500;

/// The longest text or link of an event, bytes.
pub const EVENT_TEXT_BYTES_MAX: usize = 300;

/// One event of an app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// When it happened, unix milliseconds.
    pub at_ms: i64,
    /// When it ended, unix milliseconds, if a note has an end.
    pub end_ms: Option<i64>,
    /// What happened.
    pub kind: EventKind,
    /// The dyno, or a note's `source=`; empty for the whole app.
    pub source: Box<str>,
    /// Description, masked.
    pub text: Box<str>,
    /// An `http` or `https` address with details; empty for none.
    pub link: Box<str>,
}
