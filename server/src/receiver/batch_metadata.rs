//! META

use std::sync::Arc;

use pipeline::Origin;

/// Where a batch came from, and all that the pipeline wants to know of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchMetadata {
    /// The drain that it was posted to.
    pub drain_id: i64,
    /// The name of the app that it feeds.
    pub app: Arc<str>,
    /// `Logplex-Frame-Id`, or else `X-Request-Id`: the same over all retries of one batch.
    pub batch_id: Option<String>,
    /// When it arrived, unix milliseconds.
    pub received_ms: i64,
    /// Whether logplex itself sent it.
    pub from_logplex: bool,
    /// The drain URL's `prefix=`.
    pub prefix: String,
    /// The drain URL's `source-prefix=`.
    pub source_prefix: String,
}

impl BatchMetadata {
    /// The part that the pipeline reads.
    #[must_use]
    pub fn origin(&self) -> Origin<'_> {
        Origin {
            received_ms: self.received_ms,
            from_logplex: self.from_logplex,
            prefix: &self.prefix,
            source_prefix: &self.source_prefix,
        }
    }
}
