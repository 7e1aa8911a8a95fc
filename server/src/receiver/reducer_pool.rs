//! A pool of reducers and deltas, so that a busy server doesn't allocate both for each batch.
//!
//! A reducer remembers the series of the drains it has read lately. Any reducer gives the same
//! result for the same body.

use std::sync::{Mutex, MutexGuard, PoisonError};

use pipeline::{Delta, Reducer};

use super::BatchMetadata;

/// Most idle reducers that are kept.
const REDUCERS_MAX: usize = 4;
/// Most idle deltas that are kept.
const DELTAS_MAX: usize = 16;
/// Deltas with more cells than this are dropped: such large ones are rarely needed.
const CELLS_KEPT_MAX: usize = 5_000;

/// Idle reducers and deltas.
#[derive(Debug, Default)]
pub struct ReducerPool {
    reducers: Mutex<Vec<Reducer>>,
    deltas: Mutex<Vec<Delta>>,
}

impl ReducerPool {
    /// Reduces a body with an idle reducer, or a new one.
    pub fn reduce(&self, metadata: &BatchMetadata, body: &[u8]) -> Delta {
        let mut reducer = lock(&self.reducers).pop().unwrap_or_default();
        if let Some(delta) = lock(&self.deltas).pop() {
            reducer.recycle(delta);
        }
        let delta = reducer.reduce(body, &metadata.origin());
        let mut reducers = lock(&self.reducers);
        if reducers.len() < REDUCERS_MAX {
            reducers.push(reducer);
        }
        delta
    }

    /// Takes back a delta that has been counted, to use its memory again.
    pub fn recycle(&self, delta: Delta) {
        let mut deltas = lock(&self.deltas);
        if deltas.len() < DELTAS_MAX && delta.cells.len() <= CELLS_KEPT_MAX {
            deltas.push(delta);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
