//! How sending to a Prometheus-compatible store goes, for pages and `/metrics`. Where it goes is
//! said by its host alone: the rest of a URL may be secret.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicI64, Ordering::Relaxed},
};

use crate::telemetry::Count;

/// How sending goes.
#[derive(Debug, Default)]
pub(crate) struct RemoteStatus {
    /// Scheme and host of the store; empty where nothing is sent.
    pub origin: String,
    /// Samples that were accepted.
    pub samples: Count,
    /// Samples that the store refused for good.
    pub refused: Count,
    /// Requests that are made again.
    pub retries: Count,
    /// Minutes of series that were left out because too many others are sent.
    pub overflowed: Count,
    /// Start of the last minute that was accepted whole, unix seconds; 0 before the first.
    sent_s: AtomicI64,
    /// What went wrong last; empty while all goes well.
    problem: Mutex<String>,
}

impl RemoteStatus {
    /// A status before anything was sent.
    pub(crate) fn new(origin: String) -> Self {
        Self { origin, ..Self::default() }
    }

    /// Whether anything is sent.
    pub(crate) const fn is_on(&self) -> bool {
        !self.origin.is_empty()
    }

    /// The end of the last minute that was accepted whole, unix seconds.
    pub(crate) fn sent_to_s(&self) -> Option<i64> {
        Some(self.sent_s.load(Relaxed)).filter(|it| *it > 0).map(|it| it + 60)
    }

    /// Remembers that a minute was accepted.
    pub(crate) fn sent(&self, minute_s: i64) {
        self.sent_s.store(minute_s, Relaxed);
    }

    /// What went wrong last, while it does.
    pub(crate) fn problem(&self) -> Option<String> {
        Some(self.problem.lock().unwrap_or_else(PoisonError::into_inner).clone()).filter(|it| !it.is_empty())
    }

    /// Remembers what went wrong, or with an empty text that nothing does. Whether it is new.
    pub(crate) fn tell(&self, problem: &str) -> bool {
        let mut told = self.problem.lock().unwrap_or_else(PoisonError::into_inner);
        let is_new = *told != problem;
        if is_new {
            problem.clone_into(&mut told);
        }
        is_new
    }
}
