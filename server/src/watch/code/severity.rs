//! How serious a code is. What each code means is not decided here.

/// How serious a code is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Severity {
    /// Requests or dynos are lost.
    Critical,
    /// Somebody should look into it.
    Warning,
    /// Part of a normal day.
    Info,
}

impl Severity {
    /// The severity as one lower-case word.
    #[must_use]
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}
