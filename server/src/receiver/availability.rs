//! Whether batches can be taken in, and if not, why: told by the store, asked before a body is read and by `/readyz`.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

use tokio::sync::watch;

/// Free space that is wanted beside the database, bytes: its log may become so long before it begins anew.
pub const FREE_BYTES_MIN: u64 = 64 << 20;

/// Why nothing can be taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unavailable {
    /// There is nothing at its path.
    #[error("the database file is missing from its path: move it back, or restart the server to create a new one")]
    Missing,
    /// Another file is.
    #[error(
        "another file is at the database's path: move the database back, or restart the server to use the new file"
    )]
    Replaced,
    /// The newest data may be in a file that only this process still reaches.
    #[error("the database's -wal or -shm file is missing or was replaced: move it back, or restart the server")]
    LogGone,
    /// Somebody has written to it elsewhere.
    #[error("the database file was changed while it was missing: restart the server")]
    Changed,
}

/// What the store says of itself.
#[derive(Debug)]
pub struct Availability {
    closed: watch::Sender<Option<Unavailable>>,
    commit_failed: AtomicBool,
    free_bytes: AtomicU64,
}

impl Default for Availability {
    fn default() -> Self {
        let closed = watch::Sender::new(None);
        Self { closed, commit_failed: AtomicBool::new(false), free_bytes: AtomicU64::new(u64::MAX) }
    }
}

impl Availability {
    /// Why nothing can be taken in, if so.
    #[must_use]
    pub fn closed(&self) -> Option<Unavailable> {
        *self.closed.borrow()
    }

    /// Says why nothing can be taken in, or that it can again. Whether that is new.
    pub fn set(&self, now: Option<Unavailable>) -> bool {
        self.closed.send_if_modified(|it| std::mem::replace(it, now) != now)
    }

    /// Waits until batches can be taken in.
    pub async fn opened(&self) {
        // The sender is in this very struct, so there is always somebody to wait for.
        let mut closed = self.closed.subscribe();
        let _open = closed.wait_for(Option::is_none).await;
    }

    /// Says whether the last commit failed.
    pub fn set_commit_failed(&self, failed: bool) {
        self.commit_failed.store(failed, Relaxed);
    }

    /// Whether the last commit failed.
    #[must_use]
    pub fn commit_failed(&self) -> bool {
        self.commit_failed.load(Relaxed)
    }

    /// Says how much space is left beside the database, bytes.
    pub fn set_free_bytes(&self, bytes: u64) {
        self.free_bytes.store(bytes, Relaxed);
    }

    /// What is wrong, in a sentence; `None` when nothing is.
    #[must_use]
    pub fn trouble(&self) -> Option<String> {
        if let Some(why) = self.closed() {
            return Some(why.to_string());
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
        assert_eq!(it.trouble(), None);
        it.set_commit_failed(true);
        assert!(it.trouble().is_some_and(|it| it.contains("last commit")));
        it.set_free_bytes(FREE_BYTES_MIN);
        assert!(it.trouble().is_some_and(|it| it.contains("last commit")));
        it.set_free_bytes(FREE_BYTES_MIN - 1);
        assert!(it.trouble().is_some_and(|it| it.contains("expected 64 MB of free space, found 63 MB")));
        assert!(it.set(Some(Unavailable::Missing)) && !it.set(Some(Unavailable::Missing)));
        assert!(it.trouble().is_some_and(|it| it.contains("missing from its path")));
        assert!(it.set(None));
    }
}
