//! Open rollup cells: what was measured since the last checkpoint, by app, series and bucket of ten
//! seconds. Minutes and hours are made of what a checkpoint has written.
//!
//! All cells are under one lock, beside a gate: a reader that takes both its snapshot of the file
//! and its copy of the cells inside the gate sees each measurement exactly once.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use pipeline::Cell;
use rustc_hash::{FxHashMap, FxHashSet};
use tokio::sync::RwLock;

use crate::{live::SeriesId, store::resolution::Resolution};

/// A series and the start of a bucket, unix seconds.
pub(crate) type Key = (SeriesId, i64);

/// Open cells that trigger a checkpoint before its time: some 50 MB.
pub(crate) const OPEN_CELLS_MAX: usize = 200_000;

/// The open cells of every app.
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
    by_app: FxHashMap<Arc<str>, FxHashMap<Key, Cell>>,
    /// How many there are.
    n_cells: usize,
    /// End of the last minute that is sealed, unix seconds; 0 while none is.
    sealed_to_s: i64,
    /// What came for sealed minutes since the last checkpoint, by series and minute. Its cells are
    /// open too, which limits how many there are.
    late: FxHashMap<Key, Cell>,
}

impl OpenCells {
    /// Takes the lock.
    pub fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Adds to the cells of one app.
#[derive(Debug)]
pub struct AppCells<'a> {
    cells: &'a mut FxHashMap<Key, Cell>,
    n_cells: &'a mut usize,
    sealed_to_s: i64,
    late: &'a mut FxHashMap<Key, Cell>,
}

impl AppCells<'_> {
    /// Adds what a series measured in the second `at_s`.
    pub fn add(&mut self, series: SeriesId, at_s: i64, cell: &Cell) {
        let bucket_s = Resolution::TenSeconds.bucket_s(at_s);
        let open = self.cells.entry((series, bucket_s)).or_default();
        *self.n_cells += usize::from(open.is_empty());
        open.merge(cell);
        if at_s < self.sealed_to_s {
            self.late.entry((series, Resolution::Minute.bucket_s(at_s))).or_default().merge(cell);
        }
    }
}

impl Inner {
    /// The cells of an app, to add to.
    pub fn of_app(&mut self, app: &Arc<str>) -> AppCells<'_> {
        let Self { by_app, n_cells, sealed_to_s, late } = self;
        AppCells { cells: by_app.entry(Arc::clone(app)).or_default(), n_cells, sealed_to_s: *sealed_to_s, late }
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

    /// How many cells are open.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.n_cells
    }

    /// The cells of every app that has any, sorted by key.
    pub fn sorted(&self) -> impl Iterator<Item = (&Arc<str>, Vec<(Key, &Cell)>)> {
        self.by_app.iter().filter(|it| !it.1.is_empty()).map(|(app, cells)| {
            let mut cells: Vec<(Key, &Cell)> = cells.iter().map(|(key, cell)| (*key, cell)).collect();
            cells.sort_unstable_by_key(|it| it.0);
            (app, cells)
        })
    }

    /// Copies the cells of some series in a span, by the buckets of a resolution.
    #[must_use]
    pub fn of_series(
        &self,
        is_wanted: impl Fn(SeriesId) -> bool,
        resolution: Resolution,
        (from_s, to_s): (i64, i64),
    ) -> BTreeMap<Key, Cell> {
        let mut copy: BTreeMap<Key, Cell> = BTreeMap::new();
        for ((series, at_s), cell) in self.by_app.values().flatten().filter(|it| is_wanted(it.0.0)) {
            let bucket_s = resolution.bucket_s(*at_s);
            if (from_s..to_s).contains(&bucket_s) {
                copy.entry((*series, bucket_s)).or_default().merge(cell);
            }
        }
        copy
    }

    /// Drops everything, which a checkpoint has written.
    pub fn written(&mut self) {
        self.by_app.clear();
        self.late.clear();
        self.n_cells = 0;
    }

    /// Renames an app.
    pub fn rename(&mut self, from: &str, to: &Arc<str>) {
        if let Some(cells) = self.by_app.remove(from) {
            self.by_app.insert(Arc::clone(to), cells);
        }
    }

    /// Drops all cells of an app and its series.
    pub fn forget(&mut self, app: &str, series: &FxHashSet<SeriesId>) {
        self.n_cells -= self.by_app.remove(app).map_or(0, |it| it.len());
        self.late.retain(|key, _| !series.contains(&key.0));
    }
}
