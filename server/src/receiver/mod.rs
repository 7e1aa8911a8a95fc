//! Receives batches: authenticates them by a token, reads them within limits, reduces them to a
//! delta, and passes them on with a receipt.
//!
//! A receiver answers 2xx only after the receipt says that the batch is committed. It stores
//! nothing and has no state beyond the queue, so several kinds of receiver can share one intake.

/// A batch, and the result of its commit.
pub mod batch;

/// Where a batch came from.
pub mod batch_metadata;

/// Reads a batch's body.
pub mod body;

/// Inflates gzip in small steps.
pub mod inflate;

/// Limits on batches in flight.
pub mod byte_budget;

/// `POST /logs`, the drain.
pub mod logs;

/// Syslog over TCP.
pub mod syslog;

/// Whether the store can accept batches.
pub mod availability;

/// The common path of all receivers.
pub mod intake;

/// Reuses reducers and deltas.
pub mod reducer_pool;

/// Why a batch was refused.
pub mod ingest_error;

pub use self::batch::{Batch, CommitResult, Receipt};
pub use self::batch_metadata::BatchMetadata;
pub use self::ingest_error::IngestError;
pub use self::intake::Intake;
