//! ReducerPool at rest, and the room of counted deltas, so that a busy server allocates neither anew for each batch.
//!
//! A reducer knows the series of the drains that it read last; whichever is taken, the result is the same.

use std::sync::{Mutex, MutexGuard, PoisonError};

use pipeline::{Delta, Reducer};

use super::BatchMetadata;

/// ReducerPool kept for the next batch.
const REDUCERS_MAX: usize = 4;
/// Deltas kept for their room.
const DELTAS_MAX: usize = 16;
/// Deltas with more cells than this are let go: their like is rare.
const CELLS_KEPT_MAX: usize = 5_000;

/// What is at rest.
#[derive(Debug, Default)]
pub struct ReducerPool {
    reducers: Mutex<Vec<Reducer>>,
    deltas: Mutex<Vec<Delta>>,
}

impl ReducerPool {
    /// Reads a body.
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

    /// Takes back a delta that has been counted.
    pub fn give_back(&self, delta: Delta) {
        let mut deltas = lock(&self.deltas);
        if deltas.len() < DELTAS_MAX && delta.cells.len() <= CELLS_KEPT_MAX {
            deltas.push(delta);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
