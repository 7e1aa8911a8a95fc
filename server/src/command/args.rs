//! Arguments that several commands share.

use std::time::Duration;

use crate::config::Store as Config;

/// Arguments of a `list`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct List {
    /// Print one JSON object per line.
    #[arg(long)]
    pub json: bool,
    /// The store.
    #[command(flatten)]
    pub store: Config,
}

/// Arguments of a `remove` by number.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Remove {
    /// Its number, as `list` shows it.
    pub id: i64,
    /// The store.
    #[command(flatten)]
    pub store: Config,
}

/// When something expires that is valid for a time from now, unix milliseconds; `None` for never.
pub(super) fn expiry(valid_for: Option<Duration>, now_ms: i64) -> Option<i64> {
    valid_for.map(|it| now_ms.saturating_add(i64::try_from(it.as_millis()).unwrap_or(i64::MAX)))
}

/// Finds the value of a word among all that there are.
///
/// # Errors
/// A sentence with every word.
pub(super) fn one_of<T: Copy>(all: &[T], word: impl Fn(T) -> &'static str, text: &str) -> Result<T, String> {
    let known = all.iter().copied().find(|it| word(*it) == text);
    known.ok_or_else(|| {
        let words: Vec<&str> = all.iter().map(|it| word(*it)).collect();
        format!("expected one of {}", words.join(", "))
    })
}
