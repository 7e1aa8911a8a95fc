//! The limits on batches in flight: bytes of all drains, and bytes and batches of each drain, so
//! that one drain can't use up the memory meant for all. Bytes are reserved as they arrive, never
//! for what a sender only announces.
//!
//! A body that waits keeps what it has reserved. No batch waits longer than [`HOLD_MAX`] in total;
//! then it is refused and its bytes are released, so bodies can't deadlock.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use rustc_hash::FxHashMap;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, TryAcquireError},
    time::{Instant, timeout},
};

use super::batch::QUEUE_BATCHES_MAX;

/// Bytes of all bodies that may be in flight at once.
pub(crate) const INFLIGHT_BYTES_MAX: usize = 48 << 20;
/// Bytes of one drain's bodies that may be in flight at once: one and a half of the largest, or 120
/// of the usual size.
pub(crate) const DRAIN_BYTES_MAX: usize = INFLIGHT_BYTES_MAX / 4;
/// Batches of one drain that may be in flight at once, from the head of the request to its reply.
/// Logplex sends one at a time. A quarter of the queue, so that three other drains could be as busy
/// and a fifth would still find room.
pub(crate) const DRAIN_BATCHES_MAX: usize = QUEUE_BATCHES_MAX / 4;
/// Batches of one drain that may wait for its earlier batches; further ones are refused at once.
/// Each occupies a connection that can't be evicted, so there must be far fewer of them than
/// connections of one address.
pub(crate) const DRAIN_WAITING_MAX: usize = DRAIN_BATCHES_MAX;
/// How long a reply is held under overload before the batch is refused; all waits of one batch
/// together. Senders give up after 5 s.
pub(crate) const HOLD_MAX: Duration = Duration::from_secs(3);
/// Most idle drains whose limits are kept.
const SHARES_IDLE_MAX: usize = 1_000;

/// Which limit was reached, for as long as a reply may be held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitReached {
    /// That of one drain.
    Drain,
    /// That of all drains together.
    Server,
}

/// The limits on everything in flight.
#[derive(Debug)]
pub(crate) struct InflightLimits {
    bytes: Arc<Semaphore>,
    shares: Mutex<FxHashMap<i64, Arc<DrainShare>>>,
}

/// The limits of one drain.
#[derive(Debug)]
struct DrainShare {
    bytes: Arc<Semaphore>,
    batches: Arc<Semaphore>,
    waiting: Semaphore,
}

impl Default for InflightLimits {
    fn default() -> Self {
        Self { bytes: Arc::new(Semaphore::new(INFLIGHT_BYTES_MAX)), shares: Mutex::default() }
    }
}

impl InflightLimits {
    /// Admits a batch of a drain, without any bytes yet.
    ///
    /// # Errors
    /// [`LimitReached::Drain`] when the drain has had too many batches in flight for too long.
    pub(crate) async fn admit(&self, drain_id: i64) -> Result<ByteBudget, LimitReached> {
        let share = self.share(drain_id);
        let mut time_left = HOLD_MAX;
        let batch = match Arc::clone(&share.batches).try_acquire_owned() {
            Ok(batch) => batch,
            Err(_) => {
                let _waiting = share.waiting.try_acquire().map_err(|_| LimitReached::Drain)?;
                acquire(&share.batches, 1, &mut time_left, LimitReached::Drain).await?
            }
        };
        Ok(ByteBudget { bytes: Arc::clone(&self.bytes), held: None, share, time_left, _batch: batch })
    }

    fn share(&self, drain_id: i64) -> Arc<DrainShare> {
        let mut shares = self.shares.lock().unwrap_or_else(PoisonError::into_inner);
        if shares.len() > SHARES_IDLE_MAX {
            shares.retain(|_, it| Arc::strong_count(it) > 1);
        }
        let share = shares.entry(drain_id).or_insert_with(|| {
            let of = |n| Arc::new(Semaphore::new(n));
            let waiting = Semaphore::new(DRAIN_WAITING_MAX);
            Arc::new(DrainShare { bytes: of(DRAIN_BYTES_MAX), batches: of(DRAIN_BATCHES_MAX), waiting })
        });
        Arc::clone(share)
    }
}

/// The bytes that one batch has reserved. Dropping it releases them.
#[derive(Debug)]
pub struct ByteBudget {
    bytes: Arc<Semaphore>,
    share: Arc<DrainShare>,
    held: Option<[OwnedSemaphorePermit; 2]>,
    time_left: Duration,
    _batch: OwnedSemaphorePermit,
}

impl ByteBudget {
    /// Reserves bytes that have arrived.
    ///
    /// # Errors
    /// [`LimitReached::Drain`] when the drain has had too many bytes in flight for too long,
    /// [`LimitReached::Server`] when all drains together have.
    pub async fn reserve(&mut self, bytes: usize) -> Result<(), LimitReached> {
        let permits = u32::try_from(bytes).unwrap_or(u32::MAX);
        let own = acquire(&self.share.bytes, permits, &mut self.time_left, LimitReached::Drain).await?;
        let all = acquire(&self.bytes, permits, &mut self.time_left, LimitReached::Server).await?;
        match &mut self.held {
            None => self.held = Some([own, all]),
            Some([held_own, held_all]) => {
                held_own.merge(own);
                held_all.merge(all);
            }
        }
        Ok(())
    }

    /// Releases what was reserved, and reserves bytes for what was made of it.
    ///
    /// # Errors
    /// As for [`Self::reserve`].
    pub(crate) async fn replace(&mut self, bytes: usize) -> Result<(), LimitReached> {
        self.held = None;
        self.reserve(bytes).await
    }

    /// Waits for something else that this batch needs, within the time that it has left.
    ///
    /// # Errors
    /// [`LimitReached::Server`] when no time is left.
    pub async fn wait<T>(&mut self, ready: impl Future<Output = T>) -> Result<T, LimitReached> {
        wait(&mut self.time_left, LimitReached::Server, ready).await
    }
}

async fn acquire(
    semaphore: &Arc<Semaphore>,
    permits: u32,
    time_left: &mut Duration,
    limit: LimitReached,
) -> Result<OwnedSemaphorePermit, LimitReached> {
    match Arc::clone(semaphore).try_acquire_many_owned(permits) {
        Ok(permit) => Ok(permit),
        Err(TryAcquireError::Closed) => Err(limit),
        Err(TryAcquireError::NoPermits) => {
            let acquired = wait(time_left, limit, Arc::clone(semaphore).acquire_many_owned(permits)).await?;
            acquired.map_err(|_| LimitReached::Server)
        }
    }
}

async fn wait<T>(
    time_left: &mut Duration,
    limit: LimitReached,
    ready: impl Future<Output = T>,
) -> Result<T, LimitReached> {
    let began = Instant::now();
    let result = timeout(*time_left, ready).await;
    *time_left = time_left.saturating_sub(began.elapsed());
    result.map_err(|_| limit)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]
mod tests {
    use super::*;

    const PIECE: usize = 64 << 10;

    #[tokio::test]
    async fn ok_one_drain_leaves_room_for_others() {
        let inflight = InflightLimits::default();
        let mut hostile = inflight.admit(1).await.unwrap();
        hostile.reserve(DRAIN_BYTES_MAX).await.unwrap();
        let mut second = inflight.admit(1).await.unwrap();
        assert_eq!(second.reserve(1).await, Err(LimitReached::Drain));
        let mut honest = inflight.admit(2).await.unwrap();
        assert_eq!((honest.reserve(DRAIN_BYTES_MAX).await, honest.time_left), (Ok(()), HOLD_MAX));
        // Released bytes can be reserved again.
        drop(hostile);
        assert_eq!(inflight.admit(1).await.unwrap().reserve(DRAIN_BYTES_MAX).await, Ok(()));
    }

    #[tokio::test]
    async fn err_too_many_batches_of_one_drain() {
        let inflight = InflightLimits::default();
        let mut open = vec![];
        for _ in 0..DRAIN_BATCHES_MAX {
            open.push(inflight.admit(1).await.unwrap());
        }
        let began = Instant::now();
        assert_eq!(inflight.admit(1).await.err(), Some(LimitReached::Drain));
        assert!(began.elapsed() >= HOLD_MAX);
        // When as many batches wait as may wait, the next is refused at once.
        let share = inflight.share(1);
        let waiting = share.waiting.try_acquire_many(u32::try_from(DRAIN_WAITING_MAX).unwrap()).unwrap();
        let began = Instant::now();
        assert_eq!(inflight.admit(1).await.err(), Some(LimitReached::Drain));
        assert!(began.elapsed() < HOLD_MAX / 2);
        drop(waiting);
        assert!(inflight.admit(2).await.is_ok());
        open.pop();
        assert!(inflight.admit(1).await.is_ok());
    }

    #[tokio::test]
    async fn ok_bodies_that_fill_all_room_go_on_without_each_other() {
        // Twice as many bytes as may be in flight, in pieces, all bodies at once.
        let inflight = Arc::new(InflightLimits::default());
        let bodies: Vec<_> = (0..16_i64)
            .map(|drain| {
                let inflight = Arc::clone(&inflight);
                tokio::spawn(async move {
                    let mut budget = inflight.admit(drain).await?;
                    for _ in 0..(8 << 20) / PIECE {
                        budget.reserve(PIECE).await?;
                        tokio::task::yield_now().await;
                    }
                    Ok::<_, LimitReached>(())
                })
            })
            .collect();
        let mut done = 0;
        for body in bodies {
            done += usize::from(body.await.unwrap().is_ok());
        }
        assert!(done >= 4, "only {done} of 16 bodies were read");
        assert_eq!(inflight.bytes.available_permits(), INFLIGHT_BYTES_MAX);
    }

    #[tokio::test]
    async fn ok_idle_shares_are_forgotten() {
        let inflight = InflightLimits::default();
        for drain_id in 0..10_000 {
            drop(inflight.admit(drain_id).await.unwrap());
        }
        assert!(inflight.shares.lock().unwrap().len() <= SHARES_IDLE_MAX + 1);
    }
}
