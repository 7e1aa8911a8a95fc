//! Events: what happened to an app at a moment, such as a release or a crash.
//!
//! How events are found in lines is the pipeline's business.

use serde::{Deserialize, Serialize};

use crate::as_text::word_in_json;

/// What happened. In JSON, in the store and in addresses one lower-case word.
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
    /// A note that the app itself logged: `event#title=…`.
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

    /// The kind of that word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }

    /// Whether it is about one dyno's start or end, which is most often part of a release, a
    /// scaling or a crash.
    #[must_use]
    pub const fn is_dyno_lifecycle(self) -> bool {
        matches!(self, Self::Start | Self::Up | Self::Stop | Self::Exit)
    }
}

word_in_json!(EventKind);

/// One event, as pages show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Event {
    /// When, unix seconds.
    pub at_s: i64,
    /// What happened.
    pub kind: EventKind,
    /// The dyno or source it happened to, such as `web.1`; empty for the whole app.
    pub source: String,
    /// A sentence for people, with the addresses of persons masked.
    pub text: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_words_come_back() {
        for kind in EventKind::ALL {
            assert_eq!(EventKind::from_word(kind.word()), Some(kind));
        }
        assert_eq!(EventKind::from_word("Release"), None);
    }
}
