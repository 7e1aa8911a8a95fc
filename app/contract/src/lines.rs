//! Raw lines that were searched for.

use serde::{Deserialize, Serialize};

/// What is looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct LinesAsked {
    /// Words that all occur, `"two words"`, `-word` that does not.
    #[serde(default)]
    pub words: String,
    /// `web.1`, or `web` for all of them; empty for every source.
    #[serde(default)]
    pub source: String,
    /// How far back, such as `1h`, when no span is asked for.
    #[serde(default)]
    pub back: String,
    /// A span: its start and its end, exclusive, unix seconds.
    #[serde(default)]
    pub span_s: Option<(i64, i64)>,
    /// Where an answer before this one ended, unix milliseconds.
    #[serde(default)]
    pub before_ms: Option<i64>,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogLine {
    /// Its own time, unix milliseconds.
    pub at_ms: i64,
    /// `app` or `heroku`.
    pub app: String,
    /// Process that wrote it.
    pub source: String,
    /// The text, masked, perhaps cut.
    pub text: String,
    /// Bytes of the whole text.
    pub bytes: u64,
}

/// What a search came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinesFound {
    /// The app.
    pub app: String,
    /// Newest first.
    pub lines: Vec<LogLine>,
    /// Where a longer list goes on, unix milliseconds.
    pub before_ms: Option<i64>,
    /// Bytes of raw lines that were looked at.
    pub scanned_bytes: u64,
    /// How long that took, milliseconds.
    pub took_ms: u64,
}
