//! What has arrived on each drain, in memory. The receiver and the writer note it, pages show it,
//! and a part of it is remembered in the store across restarts.

use std::sync::{Mutex, MutexGuard, PoisonError};

use contract::drain::{Drain, DrainId, DrainMemory, TokenAge};
use pipeline::Delta;
use rustc_hash::FxHashMap;

use super::{BatchMetadata, drain_activity::DrainActivity};

/// Most drains that are noted; more than there may be stored.
const DRAINS_MAX: usize = 10_000;
/// Most memories that are taken at once, to be written in one commit.
pub(crate) const MEMORIES_MAX: usize = 500;

/// What has arrived on each drain.
#[derive(Debug, Default)]
pub struct Activity {
    drains: Mutex<FxHashMap<DrainId, DrainActivity>>,
}

impl Activity {
    /// Takes over what was remembered before a restart.
    pub(crate) fn restore(&self, id: DrainId, memory: DrainMemory) {
        self.note(id, |drain| drain.memory = memory);
    }

    /// A batch was committed as the block `block`.
    pub(crate) fn count(&self, metadata: &BatchMetadata, delta: &Delta, bytes: u64, block: i64) {
        self.note(metadata.drain_id, |drain| {
            drain.count(&metadata.app, delta, bytes, metadata.received_ms);
            drain.memory.last_block = drain.memory.last_block.max(Some(block));
        });
    }

    /// A batch arrived while its drain was paused.
    pub(crate) fn pause(&self, id: DrainId, lines: u64, bytes: u64, now_ms: i64) {
        self.note(id, |drain| drain.pause(lines, bytes, now_ms));
    }

    /// A batch with a valid token was refused.
    pub(crate) fn refuse(&self, id: DrainId, why: String) {
        self.note(id, |drain| drain.refuse(why));
    }

    /// Somebody sent a batch.
    pub(crate) fn send(&self, id: DrainId, address: String, agent: &str, token: TokenAge, now_ms: i64) {
        self.note(id, |drain| drain.send(address, agent, token, now_ms));
    }

    /// Fills in what has arrived on a stored drain. Numbers of removed drains are given away again,
    /// so what was noted before the drain was made belongs to another.
    pub(crate) fn fill(&self, drain: &mut Drain, now_ms: i64) {
        let drains = self.lock();
        if let Some(noted) = drains.get(&drain.id).filter(|it| it.is_of(drain.created_ms)) {
            drain.memory = noted.memory.clone();
            drain.hour = noted.hour(now_ms);
        } else {
            drain.hour.per_minute = vec![0; contract::drain::DrainHour::MINUTES];
        }
    }

    /// Forgets drains that are no longer stored. `created_ms`: when each that is was made.
    pub(crate) fn retain(&self, created_ms: &FxHashMap<DrainId, i64>) {
        self.lock().retain(|id, drain| created_ms.get(id).is_some_and(|it| drain.is_of(*it)));
    }

    /// What has changed since the last call, to be remembered.
    pub(crate) fn take_changed(&self) -> Vec<(DrainId, DrainMemory)> {
        let mut drains = self.lock();
        let changed = drains.iter_mut().filter(|it| it.1.is_changed).take(MEMORIES_MAX);
        let taken = changed.map(|(id, drain)| {
            drain.is_changed = false;
            (*id, drain.memory.clone())
        });
        taken.collect()
    }

    fn note(&self, id: DrainId, note: impl FnOnce(&mut DrainActivity)) {
        let mut drains = self.lock();
        if drains.len() < DRAINS_MAX || drains.contains_key(&id) {
            note(drains.entry(id).or_default());
        }
    }

    fn lock(&self) -> MutexGuard<'_, FxHashMap<DrainId, DrainActivity>> {
        self.drains.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl DrainActivity {
    /// Whether all of it can be of a drain that was made then.
    fn is_of(&self, created_ms: i64) -> bool {
        let first_ms = self.memory.first_ms.or(self.noted_ms);
        first_ms.is_none_or(|it| it >= created_ms)
    }
}
