//! The common path of all receivers: limits on batches in flight, masking and reducing, and the
//! bounded queue to the store's writer.
//!
//! Overload slows senders down first, by holding their replies; then batches are refused.

use std::sync::Arc;

use pipeline::Frames;
use tokio::sync::{Semaphore, mpsc, oneshot};

use super::{
    Batch, BatchMetadata, IngestError, Receipt,
    activity::Activity,
    availability::Availability,
    batch::{QUEUE_BATCHES_MAX, StoreError},
    byte_budget::{ByteBudget, InflightLimits, LimitReached},
    cumulative::Cumulative,
    reducer_pool::ReducerPool,
    request_sources::RequestSources,
    seen_requests::SeenRequests,
    turns::Turns,
};
use crate::{access::Tokens, block::compress, telemetry::Counters};

/// Bodies longer than this are reduced in a way that doesn't block other requests.
const INLINE_BYTES_MAX: usize = 256 << 10;
/// Long bodies that are reduced at once; others wait.
const LARGE_AT_ONCE_MAX: usize = 2;

/// What the frames of a body were made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Contents {
    /// Lines of logs, which may report requests.
    Lines,
    /// Spans, which may report requests that lines have reported already.
    Spans,
}

/// What all receivers share. Clones refer to the same limits and queue.
#[derive(Clone)]
pub struct Intake {
    /// The drains that may post.
    pub tokens: Arc<Tokens>,
    /// The server's own counters.
    pub counters: Arc<Counters>,
    /// Whether the store can accept batches.
    pub available: Arc<Availability>,
    /// What has arrived on each drain.
    pub activity: Arc<Activity>,
    /// Which source each app's requests are counted from.
    pub(crate) request_sources: Arc<RequestSources>,
    /// The last cumulative points of OTLP.
    pub(crate) cumulative: Arc<Cumulative>,
    /// The turns of drains whose requests depend on each other.
    pub(crate) turns: Arc<Turns>,
    /// The requests that platforms have reported lately.
    pub(crate) seen_requests: Arc<SeenRequests>,
    queue: mpsc::Sender<Batch>,
    inflight: Arc<InflightLimits>,
    large: Arc<Semaphore>,
    reducers: Arc<ReducerPool>,
}

/// Tells how many batches wait for the writer. It does not keep the queue open.
#[derive(Clone, Debug)]
pub(crate) struct QueueGauge(mpsc::WeakSender<Batch>);

impl QueueGauge {
    /// How many batches wait; 0 once the queue is closed.
    #[must_use]
    pub(crate) fn waiting(&self) -> usize {
        self.0.upgrade().map_or(0, |it| it.max_capacity() - it.capacity())
    }
}

impl Intake {
    /// An intake, and the receiver of its queue for the writer.
    #[must_use]
    pub fn new(
        tokens: Arc<Tokens>,
        counters: Arc<Counters>,
        available: Arc<Availability>,
        activity: Arc<Activity>,
    ) -> (Self, mpsc::Receiver<Batch>) {
        let (queue, batches) = mpsc::channel(QUEUE_BATCHES_MAX);
        let large = Arc::new(Semaphore::new(LARGE_AT_ONCE_MAX));
        let intake = Self {
            tokens,
            counters,
            available,
            activity,
            seen_requests: Arc::default(),
            request_sources: Arc::default(),
            cumulative: Arc::default(),
            turns: Arc::default(),
            queue,
            inflight: Arc::default(),
            large,
            reducers: Arc::default(),
        };
        (intake, batches)
    }

    /// A gauge of the queue to the writer.
    #[must_use]
    pub(crate) fn queue_gauge(&self) -> QueueGauge {
        QueueGauge(self.queue.downgrade())
    }

    /// Admits a batch of a drain.
    ///
    /// # Errors
    /// [`IngestError::Unavailable`] when nothing can be stored, [`IngestError::DrainLimit`] when
    /// the drain has had too many batches in flight for too long.
    pub async fn admit(&self, drain_id: i64) -> Result<ByteBudget, IngestError> {
        if let Some(reason) = self.available.unavailable() {
            return Err(IngestError::Unavailable(reason));
        }
        Ok(self.inflight.admit(drain_id).await?)
    }

    /// Does work whose time grows with a body of so many bytes. Long bodies don't block other
    /// requests, and few are worked on at once.
    ///
    /// # Errors
    /// [`LimitReached::Server`] when the batch has waited for too long.
    pub(crate) async fn convert<T>(
        &self,
        budget: &mut ByteBudget,
        body_bytes: usize,
        work: impl FnOnce() -> T,
    ) -> Result<T, LimitReached> {
        if body_bytes <= INLINE_BYTES_MAX {
            return Ok(work());
        }
        let _permit = budget.wait(self.large.acquire()).await?;
        Ok(tokio::task::block_in_place(work))
    }

    /// Masks and reduces a body, queues it, and waits for its commit. `budget` is that of the body.
    /// Whatever comes after this sees masked text only.
    ///
    /// # Errors
    /// [`IngestError::Overloaded`] when the queue stays full, [`IngestError::Store`] when the batch
    /// was not committed.
    pub async fn ingest(
        &self,
        metadata: BatchMetadata,
        body: Vec<u8>,
        budget: &mut ByteBudget,
    ) -> Result<Receipt, IngestError> {
        self.ingest_as(Contents::Lines, metadata, body, budget).await
    }

    /// Does the same as [`Self::ingest`] for a body that may hold spans instead of lines.
    pub(crate) async fn ingest_as(
        &self,
        contents: Contents,
        metadata: BatchMetadata,
        mut body: Vec<u8>,
        budget: &mut ByteBudget,
    ) -> Result<Receipt, IngestError> {
        if self.tokens.is_paused(metadata.drain_id) {
            // Taken and thrown away: a refusal would make platforms retry for an hour, put the
            // drain in quarantine or switch it off.
            let lines = Frames::new(&body).count() as u64;
            self.activity.pause(metadata.drain_id, lines, body.len() as u64, metadata.received_ms);
            self.counters.lines_paused.add(lines);
            return Ok(Receipt::Paused);
        }
        let slot = budget.wait(self.queue.reserve()).await?.map_err(|_| IngestError::Overloaded)?;
        let (receipt, verdict) = oneshot::channel();
        let body_bytes = body.len();
        let work = || {
            pipeline::mask::body(&mut body);
            (self.reducers.reduce(&metadata, &body), compress(&body))
        };
        let (delta, compressed) = self.convert(budget, body_bytes, work).await?;
        if contents == Contents::Lines {
            self.request_sources.note_lines(&metadata.app, &delta, metadata.received_ms);
        }
        let reducers = Arc::clone(&self.reducers);
        slot.send(Batch { metadata, delta, reducers, compressed, body_bytes, receipt });
        drop(body);
        verdict.await.unwrap_or(Err(StoreError::StoreFailed)).map_err(IngestError::Store)
    }
}
