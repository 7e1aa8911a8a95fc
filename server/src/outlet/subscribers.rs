//! Counts the open live streams, so that their number stays bounded.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::Relaxed},
};

/// Most live streams at once.
pub(crate) const SUBSCRIBERS_MAX: usize = 1_000;

/// How many live streams are open.
#[derive(Debug, Default)]
pub struct Subscribers(AtomicUsize);

/// One open stream; dropping it makes room for another.
pub(crate) struct Subscriber(Arc<Subscribers>);

impl Subscriber {
    /// Counts one more stream; `None` when [`SUBSCRIBERS_MAX`] are open.
    pub(crate) fn enter(all: &Arc<Subscribers>) -> Option<Self> {
        let entered = all.0.fetch_update(Relaxed, Relaxed, |n| (n < SUBSCRIBERS_MAX).then_some(n + 1));
        entered.ok().map(|_| Self(Arc::clone(all)))
    }
}

impl Drop for Subscriber {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Relaxed);
    }
}
