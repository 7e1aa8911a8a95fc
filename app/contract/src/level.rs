//! How serious a log line says it is. How that is read from a line is the pipeline's business.

use crate::as_text::word_in_json;

/// How serious a log line is, most serious first. In JSON it is `error`, `warning`, or an empty
/// text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Something failed.
    Error,
    /// Something may fail.
    Warning,
    /// Any other line, also one without a level.
    #[default]
    Other,
}

impl Level {
    /// Every level, most serious first.
    pub const ALL: [Self; 3] = [Self::Error, Self::Warning, Self::Other];

    /// `error` or `warning`; empty for [`Level::Other`].
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Other => "",
        }
    }

    /// The level that can be searched for by this word: `error` or `warning`.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Error, Self::Warning].into_iter().find(|it| it.word() == word)
    }
}

word_in_json!(Level);
