//! Turns of those who search raw lines: a few at once, on threads of their own, so that neither senders nor pages wait for them.
//!
//! Knows nothing of what is searched for. A search whose asker has left ends at the next look at its [`Stop`].

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
pub const SEARCHES_MAX: usize = 2;
/// Most that count lines at once: a long count keeps no one from a search.
pub const COUNTS_MAX: usize = 1;
/// Most that wait for their turn; what comes beside is sent away at once.
pub const SEARCHES_WAITING_MAX: usize = 32;
/// How long one waits for its turn, and never longer than it may take.
pub const SEARCH_WAIT_MAX: Duration = Duration::from_secs(3);

/// The turns.
#[derive(Clone, Debug)]
pub struct SearchSlots {
    turns: Arc<Semaphore>,
    places: Arc<Semaphore>,
}

/// Why a search came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// As many search as may.
    #[error("expected a turn to search within {} s, found none", SEARCH_WAIT_MAX.as_secs())]
    Busy,
    /// The store could not be read.
    #[error(transparent)]
    Store(#[from] sqlx::Error),
}

/// When a search has to end.
#[derive(Clone, Debug)]
pub struct Stop {
    at: Instant,
    is_left: Arc<AtomicBool>,
}

impl Stop {
    /// Not before so much time.
    #[must_use]
    pub fn after(time: Duration) -> Self {
        Self { at: Instant::now() + time, is_left: Arc::default() }
    }

    /// Whether its time is over, or nobody waits for it any more.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.is_left() || Instant::now() >= self.at
    }

    /// Whether nobody waits for it any more.
    #[must_use]
    pub fn is_left(&self) -> bool {
        self.is_left.load(Relaxed)
    }
}

/// Tells a search that its asker has left.
struct Asker(Arc<AtomicBool>);

impl Drop for Asker {
    fn drop(&mut self) {
        self.0.store(true, Relaxed);
    }
}

impl SearchSlots {
    /// So many turns at once.
    #[must_use]
    pub fn new(at_once: usize) -> Self {
        let semaphore = |n| Arc::new(Semaphore::new(n));
        Self { turns: semaphore(at_once), places: semaphore(at_once + SEARCHES_WAITING_MAX) }
    }

    /// Waits for a turn and searches for at most `time_max`, on a thread that may be kept busy. The turn lasts until the work has ended, even
    /// when its asker leaves before.
    ///
    /// # Errors
    /// [`Error::Busy`] without a turn, [`Error::Store`] as `work` says.
    pub async fn run<T, F, Fut>(&self, time_max: Duration, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(Stop) -> Fut + Send + 'static,
        Fut: Future<Output = Result<T, sqlx::Error>>,
    {
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| Error::Busy)?;
        let turn = timeout(SEARCH_WAIT_MAX.min(time_max), Arc::clone(&self.turns).acquire_owned()).await;
        let (Ok(turn), handle) = (turn.map_err(|_| Error::Busy)?, Handle::current()) else { return Err(Error::Busy) };
        let stop = Stop::after(time_max);
        let _asker = Asker(Arc::clone(&stop.is_left));
        let working = tokio::task::spawn_blocking(move || {
            let answer = handle.block_on(work(stop));
            drop((turn, place));
            answer
        });
        match working.await {
            Ok(answer) => Ok(answer?),
            // Whoever called is told as if it had panicked itself.
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
        while searches.places.available_permits() > 0 {
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
    async fn ok_a_search_that_was_left_ends() {
        let searches = SearchSlots::new(SEARCHES_MAX);
        let (ended, end) = oneshot::channel();
        let work = move |stop: Stop| async move {
            while !stop.is_over() {
                std::thread::yield_now();
            }
            let _waiting = ended.send(stop.is_left());
            Ok(())
        };
        let leaving = tokio::time::timeout(Duration::from_millis(20), searches.run(Duration::from_secs(60), work));
        assert!(leaving.await.is_err());
        assert_eq!(end.await, Ok(true));
    }
}
