//! Who writes a log line, as one word: in addresses, in URLs of the API and in JSON. Which kind a
//! line has is the store's business.

use crate::as_text::word_in_json;

/// Who writes lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LogKind {
    /// The router: one line for each request.
    Router,
    /// The app's own processes and add-ons.
    App,
    /// The platform, apart from the router: starts, stops, errors, measurements.
    Platform,
}

impl LogKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Router, Self::App, Self::Platform];

    /// The kind as one lower-case word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Router => "router",
            Self::App => "app",
            Self::Platform => "platform",
        }
    }

    /// The kind that a word names.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }
}

word_in_json!(LogKind);
