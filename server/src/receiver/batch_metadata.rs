//! Where a batch came from. This is stored beside the body: run through the pipeline again with the
//! same metadata, the body gives the same delta.

use std::sync::Arc;

use pipeline::Origin;

/// Everything about a batch but its body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchMetadata {
    /// The id of the drain that it was posted to.
    pub drain_id: i64,
    /// The name of the app that it belongs to.
    pub app: Arc<str>,
    /// `Logplex-Frame-Id`, or else `X-Request-Id`: the same in all retries of one batch.
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
