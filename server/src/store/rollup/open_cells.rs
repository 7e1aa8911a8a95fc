//! Rollup cells that are open: counted since the last checkpoint, or likely to be counted into again.
//!
//! A cell is `whole` when it stands for the full bucket, so that its row can be replaced; otherwise the row that may exist has to
//! be merged in first. Everything lives under one lock with a gate: a reader that takes its snapshot of the file and its
//! copy of the cells inside the gate sees each measurement exactly once.

use std::sync::{Mutex, MutexGuard, PoisonError};

use pipeline::Cell;
use rustc_hash::{FxHashMap, FxHashSet};
use tokio::sync::RwLock;

use super::resolution::Resolution;
use crate::live::SeriesId;

/// A bucket of a series.
pub type Key = (SeriesId, i64);

/// OpenCell cells that trigger a checkpoint before its time.
pub const DIRTY_CELLS_MAX: usize = 50_000;

/// A cell in memory.
#[derive(Clone, Debug, Default)]
pub struct OpenCell {
    /// What was counted.
    pub cell: Cell,
    /// Whether it was counted into since it was written.
    pub dirty: bool,
    /// Whether it stands for the whole bucket; if not, a row may hold more of it.
    pub whole: bool,
    /// What its row takes, bytes; 0 as long as it has none that is known of.
    pub row_bytes: i64,
}

/// The open cells of every resolution.
#[derive(Debug, Default)]
pub struct OpenCells {
    /// Held for writing while a checkpoint commits, for reading while a query takes its snapshot.
    pub gate: RwLock<()>,
    inner: Mutex<Inner>,
}

/// What the lock holds.
#[derive(Debug, Default)]
pub struct Inner {
    /// By [`Resolution::index`].
    pub open: [FxHashMap<Key, OpenCell>; 3],
    /// Newest bucket that has a row, by resolution: cells of later buckets are whole from the start.
    pub newest_s: [i64; 3],
    dirty: usize,
    /// What was counted since somebody last looked, in buckets of ten seconds: most of it is counted into again before
    /// that, and then goes into the three resolutions only once.
    pending: FxHashMap<Key, Cell>,
}

impl OpenCells {
    /// Takes the lock for looking: everything counted is in the open cells.
    pub fn lock(&self) -> MutexGuard<'_, Inner> {
        let mut inner = self.lock_to_add();
        inner.settle();
        inner
    }

    /// Takes the lock for counting.
    pub fn lock_to_add(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// Counts what a series measured in a second.
    pub fn add(&mut self, series: SeriesId, at_s: i64, cell: &Cell) {
        let bucket_s = Resolution::TenSeconds.bucket_s(at_s);
        self.pending.entry((series, bucket_s)).or_default().merge(cell);
    }

    /// Counts what is pending at every resolution.
    fn settle(&mut self) {
        for ((series, bucket_s), cell) in std::mem::take(&mut self.pending) {
            self.add_to_open(series, bucket_s, &cell);
        }
    }

    fn add_to_open(&mut self, series: SeriesId, at_s: i64, cell: &Cell) {
        for resolution in Resolution::ALL {
            let index = resolution.index();
            let bucket_s = resolution.bucket_s(at_s);
            let whole = bucket_s > self.newest_s[index];
            let open =
                self.open[index].entry((series, bucket_s)).or_insert_with(|| OpenCell { whole, ..OpenCell::default() });
            open.cell.merge(cell);
            self.dirty += usize::from(!open.dirty);
            open.dirty = true;
        }
    }

    /// Forgets what is not written of some series.
    pub fn remove_series(&mut self, series: &FxHashSet<SeriesId>) {
        self.pending.retain(|key, _| !series.contains(&key.0));
        let mut dirty = 0;
        for open in &mut self.open {
            open.retain(|key, it| {
                let stays = !series.contains(&key.0);
                dirty += usize::from(stays && it.dirty);
                stays
            });
        }
        self.dirty = dirty;
    }

    /// How many cells the next checkpoint has to write, at most.
    #[must_use]
    pub fn dirty(&self) -> usize {
        self.dirty + Resolution::ALL.len() * self.pending.len()
    }

    /// The cells to write, in the order of their rows.
    #[must_use]
    pub fn dirty_keys(&self, resolution: Resolution) -> Vec<Key> {
        let open = &self.open[resolution.index()];
        let mut keys: Vec<Key> = open.iter().filter(|(_, it)| it.dirty).map(|(key, _)| *key).collect();
        keys.sort_unstable();
        keys
    }

    /// Marks every cell as written, and forgets those whose bucket is over.
    pub fn mark_written(&mut self, now_s: i64) {
        for resolution in Resolution::ALL {
            let index = resolution.index();
            let oldest_s = resolution.bucket_s(now_s) - resolution.width_s();
            let mut newest_s = self.newest_s[index];
            self.open[index].retain(|(_, bucket_s), open| {
                newest_s = newest_s.max(*bucket_s);
                open.dirty = false;
                open.whole = true;
                *bucket_s >= oldest_s
            });
            self.newest_s[index] = newest_s;
        }
        self.dirty = 0;
    }
}
