//! Open rollup cells: those that changed since the last checkpoint, or are likely to change again.
//!
//! A cell is `whole` when it holds the full bucket, so that its row can be replaced. Otherwise the
//! row, which may exist, must be merged in first. All cells are under one lock, beside a gate: a
//! reader that takes both its snapshot of the file and its copy of the cells inside the gate sees
//! each measurement exactly once.

use std::sync::{Mutex, MutexGuard, PoisonError};

use pipeline::Cell;
use rustc_hash::{FxHashMap, FxHashSet};
use tokio::sync::RwLock;

use crate::{live::SeriesId, store::resolution::Resolution};

/// A series and the start of a bucket, unix seconds.
pub(crate) type Key = (SeriesId, i64);

/// Dirty cells that trigger a checkpoint before its time: some 50 MB.
pub(crate) const DIRTY_CELLS_MAX: usize = 200_000;

/// A rollup cell in memory.
#[derive(Clone, Debug, Default)]
pub struct OpenCell {
    /// The measurements.
    pub cell: Cell,
    /// Whether it changed since it was last written.
    pub dirty: bool,
    /// Whether it holds the whole bucket; if not, a row may hold more of it.
    pub whole: bool,
    /// What its row takes, bytes; 0 while no row is known.
    pub row_bytes: i64,
}

/// The open cells of every resolution.
#[derive(Debug, Default)]
pub struct OpenCells {
    /// Held for writing while a checkpoint commits; held for reading while a query takes its
    /// snapshot.
    pub gate: RwLock<()>,
    inner: Mutex<Inner>,
}

/// The cells under the lock.
#[derive(Debug, Default)]
pub struct Inner {
    /// The cells of each resolution, by [`Resolution::index`].
    pub open: [FxHashMap<Key, OpenCell>; 3],
    /// The newest bucket that has a row, by [`Resolution::index`]. Cells of later buckets are whole
    /// from the start.
    pub newest_s: [i64; 3],
    dirty: usize,
    /// Measurements since the cells were last read, in buckets of ten seconds. Most buckets get
    /// several before the next read, and then go into the three resolutions only once.
    pending: FxHashMap<Key, Cell>,
    /// End of the last minute that is sealed, unix seconds; 0 while none is.
    sealed_to_s: i64,
    /// What came for sealed minutes since the last checkpoint, by series and minute. Its cells are
    /// dirty too, which limits how many there are.
    late: FxHashMap<Key, Cell>,
}

impl OpenCells {
    /// Takes the lock for reading: pending measurements are added to the cells first.
    pub fn lock(&self) -> MutexGuard<'_, Inner> {
        let mut inner = self.lock_to_add();
        inner.settle();
        inner
    }

    /// Takes the lock for adding; measurements may stay pending.
    pub fn lock_to_add(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// Adds what a series measured in the second `at_s`.
    pub fn add(&mut self, series: SeriesId, at_s: i64, cell: &Cell) {
        let bucket_s = Resolution::TenSeconds.bucket_s(at_s);
        self.pending.entry((series, bucket_s)).or_default().merge(cell);
        if at_s < self.sealed_to_s {
            self.late.entry((series, Resolution::Minute.bucket_s(at_s))).or_default().merge(cell);
        }
    }

    /// Seals minutes up to the one that begins at `minute_s`: what comes for them is late.
    pub fn seal(&mut self, minute_s: i64) {
        self.sealed_to_s = minute_s + Resolution::Minute.width_s();
    }

    /// What is late since the last checkpoint.
    #[must_use]
    pub fn late(&self) -> Vec<(Key, Cell)> {
        self.late.iter().map(|(key, cell)| (*key, cell.clone())).collect()
    }

    /// Adds everything pending to the cells of every resolution.
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

    /// Drops all cells of these series, written or not.
    pub fn remove_series(&mut self, series: &FxHashSet<SeriesId>) {
        self.pending.retain(|key, _| !series.contains(&key.0));
        self.late.retain(|key, _| !series.contains(&key.0));
        let mut dirty = 0;
        for open in &mut self.open {
            open.retain(|key, cell| {
                let stays = !series.contains(&key.0);
                dirty += usize::from(stays && cell.dirty);
                stays
            });
        }
        self.dirty = dirty;
    }

    /// Upper bound of the cells that the next checkpoint has to write.
    #[must_use]
    pub fn dirty(&self) -> usize {
        self.dirty + Resolution::ALL.len() * self.pending.len()
    }

    /// The dirty cells, in the order of their rows.
    #[must_use]
    pub fn dirty_keys(&self, resolution: Resolution) -> Vec<Key> {
        let open = &self.open[resolution.index()];
        let mut keys: Vec<Key> = open.iter().filter(|(_, it)| it.dirty).map(|(key, _)| *key).collect();
        keys.sort_unstable();
        keys
    }

    /// Marks every cell as written, and drops those whose bucket is over. Returns how many of those
    /// that had changed stay: they are likely to change again.
    pub fn mark_written(&mut self, now_s: i64) -> usize {
        self.late.clear();
        let mut n_open = 0;
        for resolution in Resolution::ALL {
            let index = resolution.index();
            let oldest_s = resolution.bucket_s(now_s) - resolution.width_s();
            let mut newest_s = self.newest_s[index];
            self.open[index].retain(|(_, bucket_s), open| {
                newest_s = newest_s.max(*bucket_s);
                let stays = *bucket_s >= oldest_s;
                n_open += usize::from(stays && open.dirty);
                open.dirty = false;
                open.whole = true;
                stays
            });
            self.newest_s[index] = newest_s;
        }
        self.dirty = 0;
        n_open
    }
}
