//! One request of a drain after the other, where each depends on the one before it.

use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;
use tokio::sync::Mutex as Turn;

/// Most idle drains whose turns are kept.
const IDLE_MAX: usize = 1_000;

/// The turns of all drains.
#[derive(Debug, Default)]
pub(crate) struct Turns(Mutex<FxHashMap<i64, Arc<Turn<()>>>>);

impl Turns {
    /// The turn of a drain.
    pub(crate) fn of(&self, drain_id: i64) -> Arc<Turn<()>> {
        let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if turns.len() > IDLE_MAX {
            turns.retain(|_, it| Arc::strong_count(it) > 1);
        }
        Arc::clone(turns.entry(drain_id).or_default())
    }
}
