//! Receives batches: authenticates them by a token, reads them within limits, reduces them to a
//! delta, and passes them on with a receipt.
//!
//! A receiver answers 2xx only after the receipt says that the batch is committed. It stores
//! nothing and has no state beyond the queue, so several kinds of receiver can share one intake.

/// A batch, and the result of its commit.
pub(crate) mod batch;

/// Where a batch came from.
pub(crate) mod batch_metadata;

/// Reads a batch's body.
pub(crate) mod body;

/// Why a body could not be read.
pub(crate) mod body_error;

/// Inflates gzip in small steps.
pub(crate) mod inflate;

/// Limits on batches in flight.
pub(crate) mod byte_budget;

/// `POST /logs`, the drain.
pub(crate) mod logs;

/// What every receiver over HTTP does first.
pub(crate) mod post;

/// Writes records of other formats as frames.
pub(crate) mod frames;

/// The frames of one request by app.
pub(crate) mod app_frames;
/// What cumulative points add.
pub(crate) mod cumulative;

/// Which source an app's requests are counted from.
pub(crate) mod request_sources;

/// One request of a drain after the other.
pub(crate) mod turns;

/// The wire format of protobuf.
pub(crate) mod protobuf;

/// Receives OTLP over HTTP.
pub(crate) mod otlp;

/// Bodies of plain text.
pub(crate) mod text_lines;

/// Receives JSON.
pub(crate) mod json;

/// Receives `_bulk` of Elasticsearch.
pub(crate) mod elastic;

/// Receives pushes of Loki.
pub(crate) mod loki;

/// Requests that were counted lately.
pub(crate) mod seen_requests;

/// Receives drains of Vercel.
pub(crate) mod vercel;

/// Datagrams that the kernel dropped.
pub(crate) mod kernel_drops;

/// Receives statsd.
pub(crate) mod statsd;

/// Receives syslog over TCP.
pub(crate) mod syslog;

/// Whether the store can accept batches.
pub(crate) mod availability;

/// The common path of all receivers.
pub(crate) mod intake;

/// What has arrived on each drain.
pub(crate) mod activity;

/// What has arrived on one drain.
pub(crate) mod drain_activity;

/// Reuses reducers and deltas.
pub(crate) mod reducer_pool;

/// Why a batch was refused.
pub(crate) mod ingest_error;

/// What holds for any bytes.
#[cfg(any(test, feature = "fuzz"))]
pub mod invariants;

#[cfg(test)]
mod properties;

pub(crate) use batch::{Batch, CommitResult, Receipt};
pub(crate) use batch_metadata::BatchMetadata;
pub(crate) use body_error::BodyError;
pub(crate) use ingest_error::IngestError;
pub(crate) use intake::Intake;
