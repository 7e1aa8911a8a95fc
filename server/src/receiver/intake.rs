//! The way in: a bounded queue to the writer, behind a bound on what is in flight.
//!
//! Overload slows the sender first (its reply is held), then sheds at the door.

use std::sync::Arc;

use tokio::sync::{Semaphore, mpsc, oneshot};

use super::{
    Batch, BatchMetadata, IngestError, Receipt,
    availability::Availability,
    batch::StoreError,
    byte_budget::{ByteBudget, InflightLimits},
    reducer_pool::ReducerPool,
};
use crate::{access::Tokens, block::compress, telemetry::Counters};

/// Batches that may wait for the writer.
pub const QUEUE_BATCHES_MAX: usize = 256;
/// Bodies longer than this are reduced where they don't hold up other requests.
const INLINE_BYTES_MAX: usize = 256 << 10;
/// Such bodies that are reduced at once; the others wait for their turn.
const LARGE_AT_ONCE_MAX: usize = 2;

/// The way in, shared by all receivers.
#[derive(Clone)]
pub struct Intake {
    /// Who may post.
    pub tokens: Arc<Tokens>,
    /// What was taken and what was refused.
    pub counters: Arc<Counters>,
    /// Whether the store can take anything.
    pub available: Arc<Availability>,
    queue: mpsc::Sender<Batch>,
    inflight: Arc<InflightLimits>,
    large: Arc<Semaphore>,
    reducers: Arc<ReducerPool>,
}

impl Intake {
    /// An intake, and the end of its queue that the writer reads.
    #[must_use]
    pub fn new(
        tokens: Arc<Tokens>,
        counters: Arc<Counters>,
        available: Arc<Availability>,
    ) -> (Self, mpsc::Receiver<Batch>) {
        let (queue, batches) = mpsc::channel(QUEUE_BATCHES_MAX);
        let large = Arc::new(Semaphore::new(LARGE_AT_ONCE_MAX));
        let inflight = Arc::default();
        (Self { tokens, counters, available, queue, inflight, large, reducers: Arc::default() }, batches)
    }

    /// Lets a batch of a drain begin.
    ///
    /// # Errors
    /// [`IngestError::Unavailable`] when nothing can be stored, [`IngestError::DrainLimit`] when the drain has too many in flight for too
    /// long.
    pub async fn begin(&self, drain_id: i64) -> Result<ByteBudget, IngestError> {
        if let Some(why) = self.available.closed() {
            return Err(IngestError::Unavailable(why));
        }
        self.inflight.begin(drain_id).await
    }

    /// Masks and counts a body, and waits for its commit; `room` is that of the body. Nothing behind this sees a secret.
    ///
    /// # Errors
    /// [`IngestError::Overloaded`] when the queue stays full, [`IngestError::Store`] when it was not committed.
    pub async fn take(
        &self,
        metadata: BatchMetadata,
        mut body: Vec<u8>,
        budget: &mut ByteBudget,
    ) -> Result<Receipt, IngestError> {
        let slot = budget.wait(self.queue.reserve()).await?.map_err(|_| IngestError::Overloaded)?;
        let (receipt, verdict) = oneshot::channel();
        let body_bytes = body.len();
        let mut work = || {
            pipeline::mask::body(&mut body);
            (self.reducers.reduce(&metadata, &body), compress(&body))
        };
        let (delta, compressed) = if body_bytes > INLINE_BYTES_MAX {
            let _turn = budget.wait(self.large.acquire()).await?;
            tokio::task::block_in_place(work)
        } else {
            work()
        };
        let reducers = Arc::clone(&self.reducers);
        slot.send(Batch { metadata, delta, reducers, compressed, body_bytes, receipt });
        drop(body);
        verdict.await.unwrap_or(Err(StoreError::StoreFailed)).map_err(IngestError::Store)
    }
}
