//! Bytes arrive: read with limits, proven by a token, reduced to a delta, and handed on with a receipt.
//!
//! A receiver answers 2xx only when the receipt says that the batch is committed. It stores nothing and keeps no state
//! beyond the queue, so several can stand side by side.

/// What a request's body becomes.
pub mod batch;

/// META
pub mod batch_metadata;

/// Reading a body: limits and gzip.
pub mod body;

/// Gzip, piece by piece.
pub mod inflate;

/// Room for what is in flight, and each drain's share of it.
pub mod byte_budget;

/// `POST /logs`.
pub mod logs;

/// Syslog over TCP.
pub mod syslog;

/// Whether batches can be taken in.
pub mod availability;

/// The way in: queue and limits.
pub mod intake;

/// ReducerPool at rest.
pub mod reducer_pool;

/// What a refused sender is told.
pub mod ingest_error;

pub use self::batch::{Batch, CommitResult, Receipt};
pub use self::batch_metadata::BatchMetadata;
pub use self::ingest_error::IngestError;
pub use self::intake::Intake;
