//! Whether the store can accept batches, and if not, why. The store sets this; the receiver reads
//! it before it reads a body, and `/readyz` reports it. Checks nothing itself.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

use tokio::sync::watch;

/// Least free disk space beside the database, bytes: SQLite's write-ahead log may grow this far
/// before it starts over.
pub(crate) const FREE_BYTES_MIN: u64 = 64 << 20;

/// Why no batch can be accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unavailable {
    /// There is no file at the database's path.
    #[error("the database file is missing from its path: move it back, or restart the server to create a new one")]
    Missing,
    /// A different file is at the database's path.
    #[error(
        "another file is at the database's path: move the database back, or restart the server to use the new file"
    )]
    Replaced,
    /// The newest data may be in a `-wal` file that only this process can still reach.
    #[error("the database's -wal or -shm file is missing or was replaced: move it back, or restart the server")]
    LogGone,
    /// Another process wrote to the file while it was at another path.
    #[error("the database file was changed while it was missing: restart the server")]
    Changed,
}

/// The state of the store, as the store last reported it.
#[derive(Debug)]
pub struct Availability {
    unavailable: watch::Sender<Option<Unavailable>>,
    commit_failed: AtomicBool,
    free_bytes: AtomicU64,
}

impl Default for Availability {
    fn default() -> Self {
        let unavailable = watch::Sender::new(None);
        Self { unavailable, commit_failed: AtomicBool::new(false), free_bytes: AtomicU64::new(u64::MAX) }
    }
}

impl Availability {
    /// Why no batch can be accepted; `None` when batches can be.
    #[must_use]
    pub fn unavailable(&self) -> Option<Unavailable> {
        *self.unavailable.borrow()
    }

    /// Sets why no batch can be accepted, or that batches can be. Returns whether that changed.
    pub fn set(&self, now: Option<Unavailable>) -> bool {
        self.unavailable.send_if_modified(|it| std::mem::replace(it, now) != now)
    }

    /// Waits until batches can be accepted.
    pub async fn wait_available(&self) {
        // The sender lives in this struct, so it can't be dropped while we wait.
        let mut unavailable = self.unavailable.subscribe();
        let _available = unavailable.wait_for(Option::is_none).await;
    }

    /// Sets whether the last commit failed.
    pub fn set_commit_failed(&self, failed: bool) {
        self.commit_failed.store(failed, Relaxed);
    }

    /// Whether the last commit failed.
    #[must_use]
    pub fn commit_failed(&self) -> bool {
        self.commit_failed.load(Relaxed)
    }

    /// Sets the free space beside the database, bytes.
    pub fn set_free_bytes(&self, bytes: u64) {
        self.free_bytes.store(bytes, Relaxed);
    }

    /// The free space beside the database, bytes; `None` before it was first measured.
    #[must_use]
    pub fn free_bytes(&self) -> Option<u64> {
        Some(self.free_bytes.load(Relaxed)).filter(|it| *it != u64::MAX)
    }

    /// The most serious fault, as a sentence; `None` when there is none.
    #[must_use]
    pub fn fault(&self) -> Option<String> {
        if let Some(reason) = self.unavailable() {
            return Some(reason.to_string());
        }
        let free_bytes = self.free_bytes.load(Relaxed);
        if free_bytes < FREE_BYTES_MIN {
            let (free, least) = (free_bytes >> 20, FREE_BYTES_MIN >> 20);
            return Some(format!("the database's disk is full: expected {least} MB of free space, found {free} MB"));
        }
        self.commit_failed()
            .then(|| "the last commit failed: the disk may be full; see the server's log for details".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_the_worst_is_told_first() {
        let it = Availability::default();
        assert_eq!(it.fault(), None);
        it.set_commit_failed(true);
        assert!(it.fault().is_some_and(|it| it.contains("last commit")));
        it.set_free_bytes(FREE_BYTES_MIN);
        assert!(it.fault().is_some_and(|it| it.contains("last commit")));
        it.set_free_bytes(FREE_BYTES_MIN - 1);
        assert!(it.fault().is_some_and(|it| it.contains("expected 64 MB of free space, found 63 MB")));
        assert!(it.set(Some(Unavailable::Missing)) && !it.set(Some(Unavailable::Missing)));
        assert!(it.fault().is_some_and(|it| it.contains("missing from its path")));
        assert!(it.set(None));
    }
}
