//! Events: releases, crashes, notes that an app logged. They have a time and a text, and no value.
//!
//! Texts are for people. Secrets and mail addresses in them are masked, and they are cut to
//! [`EVENT_TEXT_BYTES_MAX`].

/// The most events that one batch may hold.
pub const EVENTS_PER_BATCH_MAX: usize = 500;

/// The longest text or link of an event, bytes.
pub const EVENT_TEXT_BYTES_MAX: usize = 300;

/// The kind of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EventKind {
    /// A release was made.
    Release,
    /// Code was deployed, or a build ended.
    Deploy,
    /// Config vars, add-ons or the stack changed.
    Config,
    /// Dynos were scaled.
    Scale,
    /// A dyno is starting.
    Start,
    /// A dyno is up.
    Up,
    /// A dyno is restarting: a release, a config change, the daily cycle.
    Restart,
    /// A dyno is stopping, or is down.
    Stop,
    /// A process ended.
    Exit,
    /// A dyno crashed.
    Crash,
    /// A dyno idles, or wakes from it.
    Idle,
    /// An app's own note: `event#title=…`.
    Note,
}

impl EventKind {
    /// Every kind.
    pub const ALL: [Self; 12] = [
        Self::Release,
        Self::Deploy,
        Self::Config,
        Self::Scale,
        Self::Start,
        Self::Up,
        Self::Restart,
        Self::Stop,
        Self::Exit,
        Self::Crash,
        Self::Idle,
        Self::Note,
    ];

    /// The kind as it is stored and shown.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::Deploy => "deploy",
            Self::Config => "config",
            Self::Scale => "scale",
            Self::Start => "start",
            Self::Up => "up",
            Self::Restart => "restart",
            Self::Stop => "stop",
            Self::Exit => "exit",
            Self::Crash => "crash",
            Self::Idle => "idle",
            Self::Note => "note",
        }
    }

    /// The kind with that name.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }
}

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
