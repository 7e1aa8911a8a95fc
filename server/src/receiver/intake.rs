//! The way in: a bounded queue to the writer, and a bound on bytes in flight.
//!
//! Overload slows the sender first (its reply is held), then sheds at the door.

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot},
    time::{Instant, timeout_at},
};

use super::{
    Batch, Receipt, Refusal,
    availability::Availability,
    batch::{Source, Unkept, pack},
    body::BODY_BYTES_MAX,
    reducers::Reducers,
};
use crate::{access::Tokens, telemetry::Counters};

/// Batches that may wait for the writer.
pub const QUEUE_BATCHES_MAX: usize = 256;
/// Bytes of all bodies that may be in flight at once.
pub const INFLIGHT_BYTES_MAX: usize = 64 << 20;
/// How long a reply is held under overload before the sender is sent away. Senders give up at 5 s.
pub const HOLD_MAX: Duration = Duration::from_secs(3);
/// Bodies longer than this are reduced where they don't hold up other requests.
const INLINE_BYTES_MAX: usize = 256 << 10;

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
    inflight: Arc<Semaphore>,
    reducers: Arc<Reducers>,
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
        let inflight = Arc::new(Semaphore::new(INFLIGHT_BYTES_MAX));
        (Self { tokens, counters, available, queue, inflight, reducers: Arc::default() }, batches)
    }

    /// Room for a body; held until the reply is sent.
    ///
    /// # Errors
    /// [`Refusal::Overloaded`] when there is none for too long, [`Refusal::Unavailable`] when nothing can be stored.
    pub async fn room(&self, body_bytes: Option<usize>) -> Result<OwnedSemaphorePermit, Refusal> {
        if let Some(why) = self.available.closed() {
            return Err(Refusal::Unavailable(why));
        }
        let bytes = body_bytes.unwrap_or(BODY_BYTES_MAX).clamp(1, BODY_BYTES_MAX);
        let permits = u32::try_from(bytes).unwrap_or(u32::MAX);
        let wait = timeout_at(Instant::now() + HOLD_MAX, Arc::clone(&self.inflight).acquire_many_owned(permits));
        match wait.await {
            Ok(Ok(permit)) => Ok(permit),
            _ => Err(Refusal::Overloaded),
        }
    }

    /// Counts a body and waits for its commit.
    ///
    /// # Errors
    /// [`Refusal::Overloaded`] when the queue stays full, [`Refusal::Unkept`] when it was not committed.
    pub async fn take(&self, source: Source, body: Vec<u8>) -> Result<Receipt, Refusal> {
        let slot = match timeout_at(Instant::now() + HOLD_MAX, self.queue.reserve()).await {
            Ok(Ok(slot)) => slot,
            _ => return Err(Refusal::Overloaded),
        };
        let (receipt, verdict) = oneshot::channel();
        let work = || (self.reducers.reduce(&source, &body), pack(&body));
        let (delta, packed) = if body.len() > INLINE_BYTES_MAX { tokio::task::block_in_place(work) } else { work() };
        let home = Arc::clone(&self.reducers);
        slot.send(Batch { source, delta, home, packed, body_bytes: body.len(), receipt });
        drop(body);
        verdict.await.unwrap_or(Err(Unkept::StoreFailed)).map_err(Refusal::Unkept)
    }
}
