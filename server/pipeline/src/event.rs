//! Something that happened at a moment, rather than a value: a release, a crash, a note that somebody logged.
//!
//! Texts are for people: addresses of persons are masked, and they are cut to [`EVENT_TEXT_BYTES_MAX`].

pub use contract::EventKind;

/// The most events that one batch may hold.
pub const EVENTS_PER_BATCH_MAX: usize = 500;

/// The longest text or link of an event, bytes.
pub const EVENT_TEXT_BYTES_MAX: usize = 300;

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// When, unix milliseconds.
    pub at_ms: i64,
    /// When it ended, unix milliseconds, where a note says so.
    pub end_ms: Option<i64>,
    /// What.
    pub kind: EventKind,
    /// Where: the dyno, or a note's `source=`; empty for the whole app.
    pub source: Box<str>,
    /// In words.
    pub text: Box<str>,
    /// Where to read more: an `http` or `https` address; empty for none.
    pub link: Box<str>,
}
