//! A batch on its way to the store, a batch that has been committed, and the result that the sender
//! waits for. Everything that influences how a batch is counted is in [`BatchMetadata`].

use std::sync::Arc;

use pipeline::Delta;
use tokio::sync::oneshot;

pub(crate) use super::batch_metadata::BatchMetadata;
use super::reducer_pool::ReducerPool;

/// Most batches that wait for the writer.
pub(crate) const QUEUE_BATCHES_MAX: usize = 256;

/// A batch that waits for its commit.
#[derive(Debug)]
pub struct Batch {
    /// Where it came from.
    pub metadata: BatchMetadata,
    /// What it adds to the counts.
    pub delta: Delta,
    /// The pool that the delta's memory goes back to.
    pub reducers: Arc<ReducerPool>,
    /// The body, compressed (see [`crate::block`]).
    pub compressed: Vec<u8>,
    /// Length of the body before compression, bytes.
    pub body_bytes: usize,
    /// Receives the result of the commit.
    pub receipt: oneshot::Sender<CommitResult>,
}

/// Most compressed bytes that a committed batch carries in memory, because many may wait for a slow
/// subscriber. Larger bodies are read from the store.
pub(crate) const COMMITTED_BYTES_MAX: usize = 256 << 10;

/// A batch that was just committed, for subscribers of live tails.
#[derive(Clone, Debug)]
pub struct CommittedBatch {
    pub app: Arc<str>,
    /// The id of its block.
    pub block_id: i64,
    /// When it arrived, unix milliseconds.
    pub received_ms: i64,
    /// Whether logplex itself sent it.
    pub from_logplex: bool,
    pub lines: u64,
    /// The body, compressed; `None` when it is larger than [`COMMITTED_BYTES_MAX`].
    pub compressed: Option<Arc<[u8]>>,
}

/// The receipt that a sender waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Receipt {
    /// Committed and counted.
    Counted,
    /// Committed before, under the same batch id; not counted again.
    Duplicate,
    /// Not kept, because a person has paused the drain.
    Paused,
}

/// The result of a commit.
pub(crate) type CommitResult = Result<Receipt, StoreError>;

/// Why a batch was not stored. None of it is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The store could not commit; the same batch may be sent again.
    #[error("the store failed to commit")]
    StoreFailed,
    /// The batch of a shared drain named a new app, and the server has as many apps as it may have.
    #[error("the limit of apps is reached: make room with streamgauge app remove")]
    TooManyApps,
    /// The batch of a shared drain named a new app, and the drain has created as many as it may
    /// create.
    #[error("this drain has reached its limit of apps: create a separate drain with streamgauge drain add")]
    TooManyAppsOfDrain,
    /// The drain was removed a moment ago.
    #[error("the drain was removed")]
    NoDrain,
}
