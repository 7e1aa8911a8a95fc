//! The ids of requests that were counted lately, for platforms that report a request several times.
//! An id is noted only after the commit of the batch that reported it, so that a retry of a batch
//! which failed counts.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

use rustc_hash::FxHashSet;

/// Most ids that are kept, of all drains; the oldest is forgotten. 2 MB.
const SEEN_MAX: usize = 100_000;

/// Ids by a hash of drain and id.
#[derive(Debug, Default)]
pub(crate) struct SeenRequests(Mutex<Seen>);

#[derive(Debug, Default)]
struct Seen {
    ids: FxHashSet<u64>,
    in_order: VecDeque<u64>,
}

impl SeenRequests {
    /// Whether a request was counted.
    pub(crate) fn contains(&self, id: u64) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).ids.contains(&id)
    }

    /// Notes requests that were counted.
    pub(crate) fn add(&self, ids: impl IntoIterator<Item = u64>) {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for id in ids {
            if seen.ids.insert(id) {
                seen.in_order.push_back(id);
            }
            if seen.in_order.len() > SEEN_MAX
                && let Some(oldest) = seen.in_order.pop_front()
            {
                seen.ids.remove(&oldest);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_the_oldest_is_forgotten() {
        let seen = SeenRequests::default();
        seen.add(0..SEEN_MAX as u64);
        seen.add([1, SEEN_MAX as u64]);
        assert!(!seen.contains(0) && seen.contains(1) && seen.contains(SEEN_MAX as u64));
    }
}
