//! How urgent an incident is.

use crate::as_text::word_in_json;

/// How urgent something is, the most urgent first. In JSON one lower-case word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Requests or dynos are lost: somebody should get up.
    Critical,
    /// Somebody should look into it today.
    Warning,
    /// Part of a normal day.
    Info,
}

impl Severity {
    /// Every severity, the most urgent first.
    pub const ALL: [Self; 3] = [Self::Critical, Self::Warning, Self::Info];

    /// The severity as one lower-case word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}

word_in_json!(Severity);
