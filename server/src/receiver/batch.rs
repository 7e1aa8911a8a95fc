//! What a request's body becomes: the delta to count, the packed body to keep, and the receipt its sender waits on.
//!
//! Everything that influences the counting is in [`Source`], which is stored beside the body: run through the pipeline again,
//! it gives the same delta.

use std::sync::Arc;

use pipeline::Delta;
use tokio::sync::oneshot;

pub use super::batch_metadata::BatchMetadata;
use super::reducer_pool::ReducerPool;

/// A batch on its way to the commit.
#[derive(Debug)]
pub struct Batch {
    /// Where it came from.
    pub metadata: BatchMetadata,
    /// What it counts.
    pub delta: Delta,
    /// Where the delta's room goes back to.
    pub reducers: Arc<ReducerPool>,
    /// The body, packed.
    pub compressed: Vec<u8>,
    /// Length of the body before packing, bytes.
    pub body_bytes: usize,
    /// Where the verdict goes.
    pub receipt: oneshot::Sender<CommitResult>,
}

/// Most packed bytes that a fresh batch carries along: many may wait for one who is slow. Larger ones are read from the store.
pub const COMMITTED_BYTES_MAX: usize = 256 << 10;

/// A batch that was just committed, for those who watch lines come.
#[derive(Clone, Debug)]
pub struct CommittedBatch {
    /// Its app.
    pub app: Arc<str>,
    /// Its block.
    pub block_id: i64,
    /// When it arrived, unix milliseconds.
    pub received_ms: i64,
    /// Whether logplex itself sent it.
    pub from_logplex: bool,
    /// How many lines it has.
    pub lines: u64,
    /// Its body, packed; `None` of one that is larger than [`COMMITTED_BYTES_MAX`].
    pub compressed: Option<Arc<[u8]>>,
}

/// The promise that a sender waits on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Receipt {
    /// Committed and counted.
    Counted,
    /// Committed before, under the same batch id; not counted again.
    Duplicate,
}

/// What became of a batch.
pub type CommitResult = Result<Receipt, StoreError>;

/// Why a batch was not kept; none of it is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The store could not commit; the same batch may be sent again.
    #[error("the store could not commit")]
    StoreFailed,
    /// A shared drain named a new app, and there is no room for one.
    #[error("there are as many apps as there can be: streamgauge app remove makes room")]
    TooManyApps,
    /// A shared drain named one app too many.
    #[error("this drain has made as many apps as one may: give the app a drain of its own with streamgauge drain add")]
    TooManyAppsOfDrain,
    /// The drain was removed a moment ago.
    #[error("the drain was removed")]
    NoDrain,
}
