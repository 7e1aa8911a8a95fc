//! Why a batch's body could not be read.

use crate::{block::BODY_BYTES_MAX, net::body::TooSlow};

/// Why a body could not be read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum BodyError {
    /// Longer than the limit, before or after inflating.
    #[error("expected a body of at most {BODY_BYTES_MAX} bytes, before and after decompression")]
    TooLarge,
    /// The gzip stream is damaged or cut off.
    #[error("expected a complete gzip stream, found {0}")]
    Gzip(String),
    /// The connection ended inside the body.
    #[error("expected a complete body, found a connection that closed early")]
    Cut,
    /// The body arrived too slowly.
    #[error(transparent)]
    Slow(#[from] TooSlow),
}
