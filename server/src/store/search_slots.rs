//! Limits how many searches run at once. They run on threads of their own, so that neither senders
//! nor pages wait for them.
//!
//! Does not know what is searched for. A search ends when it next checks its [`Cancel`] after its
//! caller is gone.

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use tokio::{runtime::Handle, sync::Semaphore, time::timeout};

/// Most searches at once.
pub(crate) const SEARCHES_MAX: usize = 2;
/// Most counts for histograms at once. They have slots of their own, so that a long count delays no
/// search.
pub(crate) const COUNTS_MAX: usize = 1;
/// Most exports at once: one may keep a core busy for as long as an export takes.
pub(crate) const EXPORTS_MAX: usize = 1;
/// Most rules that look at log lines at once.
pub(crate) const RULES_MAX: usize = 1;
/// Most searches that wait for a slot; more are refused at once.
pub(crate) const SEARCHES_WAITING_MAX: usize = 32;
/// Longest wait for a slot; a search waits no longer than it may take.
pub(crate) const SEARCH_WAIT_MAX: Duration = Duration::from_secs(3);

/// Slots for searches.
#[derive(Clone, Debug)]
pub struct SearchSlots {
    running: Arc<Semaphore>,
    running_or_waiting: Arc<Semaphore>,
}

/// Why a search has no result.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Too many searches run or wait.
    #[error("expected a slot for a search within {} s, found none", SEARCH_WAIT_MAX.as_secs())]
    Busy,
    /// The store could not be read.
    #[error(transparent)]
    Store(#[from] sqlx::Error),
}

/// Tells a search when to end: at a deadline, or when its caller is gone.
#[derive(Clone, Debug)]
pub struct Cancel {
    deadline: Instant,
    is_abandoned: Arc<AtomicBool>,
}

impl Cancel {
    /// A deadline this long from now.
    #[must_use]
    pub fn after(time: Duration) -> Self {
        Self { deadline: Instant::now() + time, is_abandoned: Arc::default() }
    }

    /// Whether the search has to end, for either reason.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.is_abandoned() || Instant::now() >= self.deadline
    }

    /// The time until the deadline.
    #[must_use]
    pub fn left(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }

    /// Whether the caller is gone.
    #[must_use]
    pub fn is_abandoned(&self) -> bool {
        self.is_abandoned.load(Relaxed)
    }
}

/// Marks a search as abandoned when its caller is dropped.
struct CallerGuard {
    is_abandoned: Arc<AtomicBool>,
}

impl Drop for CallerGuard {
    fn drop(&mut self) {
        self.is_abandoned.store(true, Relaxed);
    }
}

impl SearchSlots {
    /// Slots for `at_once` searches at once.
    #[must_use]
    pub fn new(at_once: usize) -> Self {
        let semaphore = |n| Arc::new(Semaphore::new(n));
        Self { running: semaphore(at_once), running_or_waiting: semaphore(at_once + SEARCHES_WAITING_MAX) }
    }

    /// Waits for a slot and runs `work` for at most `time_max` on a thread that may block. The slot
    /// is taken until the work has ended, even if the caller is dropped before.
    ///
    /// # Errors
    /// [`Error::Busy`] without a slot, [`Error::Store`] if the work fails.
    pub async fn run<T, F, Fut>(&self, time_max: Duration, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(Cancel) -> Fut + Send + 'static,
        Fut: Future<Output = Result<T, sqlx::Error>>,
    {
        let place = Arc::clone(&self.running_or_waiting).try_acquire_owned().map_err(|_| Error::Busy)?;
        let slot = timeout(SEARCH_WAIT_MAX.min(time_max), Arc::clone(&self.running).acquire_owned()).await;
        let (Ok(slot), handle) = (slot.map_err(|_| Error::Busy)?, Handle::current()) else { return Err(Error::Busy) };
        let cancel = Cancel::after(time_max);
        let _caller = CallerGuard { is_abandoned: Arc::clone(&cancel.is_abandoned) };
        let working = tokio::task::spawn_blocking(move || {
            let result = handle.block_on(work(cancel));
            drop((slot, place));
            result
        });
        match working.await {
            Ok(result) => Ok(result?),
            // The caller panics as if it had done the work itself.
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(_stopping) => Err(Error::Busy),
            },
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]
mod tests {
    use tokio::sync::oneshot;

    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn err_more_than_may_search_or_wait() {
        let searches = SearchSlots::new(SEARCHES_MAX);
        let (ends, mut running) = (Arc::new(Semaphore::new(0)), vec![]);
        for _ in 0..SEARCHES_MAX + SEARCHES_WAITING_MAX {
            let (searches, ends) = (searches.clone(), Arc::clone(&ends));
            let (began, beginning) = oneshot::channel();
            running.push((
                tokio::spawn(async move {
                    let _began = began.send(());
                    let work = |_| async move {
                        drop(ends.acquire().await);
                        Ok(())
                    };
                    searches.run(Duration::from_secs(9), work).await
                }),
                beginning,
            ));
        }
        for (_, beginning) in &mut running {
            beginning.await.unwrap();
        }
        while searches.running_or_waiting.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        let beyond = searches.run(Duration::from_secs(9), |_| async { Ok(()) }).await;
        assert!(matches!(beyond, Err(Error::Busy)));
        ends.add_permits(1_000);
        for (running, _) in running {
            assert!(running.await.unwrap().is_ok());
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn ok_an_abandoned_search_ends() {
        let searches = SearchSlots::new(SEARCHES_MAX);
        let (ended, end) = oneshot::channel();
        let work = move |cancel: Cancel| async move {
            while !cancel.is_over() {
                std::thread::yield_now();
            }
            let _waiting = ended.send(cancel.is_abandoned());
            Ok(())
        };
        let leaving = tokio::time::timeout(Duration::from_millis(20), searches.run(Duration::from_secs(60), work));
        assert!(leaving.await.is_err());
        assert_eq!(end.await, Ok(true));
    }
}
