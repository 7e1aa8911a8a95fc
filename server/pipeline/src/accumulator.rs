//! Adds up the values of one batch by series and second.
//!
//! Keys of series are kept from batch to batch, since the lines of a drain name the same series
//! again and again. Which series a batch touches, and all values, belong to that batch only. A line
//! therefore allocates nothing once its series is known, and sketches come from deltas that were
//! given back.
//!
//! # Limits
//! [`SERIES_PER_BATCH_MAX`] and [`CELLS_PER_BATCH_MAX`] apply to series of lines. They are counted
//! anew for each batch, so that a batch gives the same delta whatever came before it. Our own
//! counters are few for each second and are exempt, since they report what was refused. At most
//! [`SERIES_KEPT_MAX`] series are carried into a batch.

use std::{hash::Hasher, sync::Arc};

use hashbrown::{HashTable, hash_table::Entry};
use rustc_hash::FxHasher;

use crate::{
    Cell, Delta, DeltaCell, Kind, Loss, SeriesKey, Sketch,
    request_series::RequestSeries,
    series::{SeriesRef, hash_of_second},
};

/// The most series that one batch may name.
pub const SERIES_PER_BATCH_MAX: usize = 10_000;

/// The most pairs of series and second that one batch may touch.
pub const CELLS_PER_BATCH_MAX: usize = 50_000;

/// The most series that are kept for the next batch.
const SERIES_KEPT_MAX: usize = 10_000;

/// The most values of a cell that wait to be put into its sketch.
const PENDING_MAX: usize = 256;
/// The most lists of pending values that are kept for the next batch.
const PENDING_KEPT_MAX: usize = 4_000;

/// The most empty sketches that are kept for the next batch.
const SKETCHES_KEPT_MAX: usize = 4_000;

/// Whether the limits of a batch apply to a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quota {
    /// They apply: a line names the series.
    Limited,
    /// They do not: it is one of our own counters.
    Exempt,
}

/// Series with their values, for one batch at a time.
#[derive(Debug, Default)]
pub(crate) struct Accumulator {
    /// All known series.
    series: Vec<Arc<SeriesKey>>,
    states: Vec<SeriesState>,
    by_key: HashTable<u32>,
    /// The series that requests count in.
    pub(crate) request_series: RequestSeries,
    /// The number of the present batch.
    batch: u32,
    /// The series that it touches, in the order of the first touch.
    touched: Vec<Arc<SeriesKey>>,
    /// Their values. The series of a cell is its index in `touched`.
    cells: Vec<DeltaCell>,
    by_second: HashTable<u32>,
    /// For each cell, the bins of values that are not in its sketch yet.
    pending: Vec<Vec<u16>>,
    sketches: Vec<Sketch>,
    by_endpoint: HashTable<u32>,
}

/// What is kept about a known series.
#[derive(Clone, Copy, Debug)]
struct SeriesState {
    hash: u64,
    kind: Kind,
    /// The last batch that touched it.
    batch: u32,
    /// Its index in `touched` of that batch.
    place: u32,
    /// The second of the cell that was last used in that batch: consecutive lines mostly share the
    /// second.
    second: i64,
    /// The index of that cell.
    cell: u32,
}

impl Accumulator {
    /// Begins a batch.
    pub(crate) fn begin(&mut self) {
        if self.series.len() > SERIES_KEPT_MAX || self.request_series.len() > SERIES_KEPT_MAX {
            self.series.clear();
            self.states.clear();
            self.by_key.clear();
            self.forget_request_series();
        }
        self.batch = self.batch.wrapping_add(1);
        if self.batch == 0 {
            // States of 2^32 batches ago would look new.
            self.batch = 1;
            self.states.iter_mut().for_each(|state| state.batch = 0);
        }
    }

    /// Forgets which series requests count in. Needed when the prefix of names changes.
    pub(crate) fn forget_request_series(&mut self) {
        self.request_series.clear();
        self.by_endpoint.clear();
    }

    /// The index of a series, which is added if it is new.
    pub(crate) fn series(&mut self, wanted: &SeriesRef<'_>, quota: Quota) -> Result<u32, Loss> {
        let hash = wanted.hash_u64();
        let series = &self.series;
        if let Some(index) = self.by_key.find(hash, |index| wanted.is_of(&series[*index as usize])) {
            return Ok(*index);
        }
        if quota == Quota::Limited && self.touched.len() >= SERIES_PER_BATCH_MAX {
            return Err(Loss::SeriesLimit);
        }
        // The series is new, or its bytes differ from the kept form: it is too long or not UTF-8.
        let key = wanted.to_key();
        let hash = key.borrow().hash_u64();
        let (series, states) = (&mut self.series, &mut self.states);
        let is_same = |index: &u32| key.borrow().is_of(&series[*index as usize]);
        match self.by_key.entry(hash, is_same, |index| states[*index as usize].hash) {
            Entry::Occupied(found) => Ok(*found.get()),
            Entry::Vacant(place) => {
                let index = u32::try_from(series.len()).map_err(|_| Loss::SeriesLimit)?;
                place.insert(index);
                states.push(SeriesState { hash, kind: key.kind, batch: 0, place: 0, second: 0, cell: 0 });
                series.push(Arc::new(key));
                Ok(index)
            }
        }
    }

    /// The hash of an endpoint for [`Self::set_endpoint`], and its series if that is known.
    #[inline]
    pub(crate) fn endpoint(&self, wanted: &SeriesRef<'_>) -> (u64, Option<u32>) {
        let hash = hash_of_endpoint(wanted.path, wanted.method, wanted.kind);
        let is_same = |index: &u32| {
            let key = &self.series[*index as usize];
            key.path.as_bytes() == wanted.path && key.method.as_bytes() == wanted.method && key.kind == wanted.kind
        };
        (hash, self.by_endpoint.find(hash, is_same).copied())
    }

    /// Keeps the series of an endpoint.
    pub(crate) fn set_endpoint(&mut self, hash: u64, series: u32) {
        let known = &self.series;
        let rehash = |index: &u32| {
            let key = &known[*index as usize];
            hash_of_endpoint(key.path.as_bytes(), key.method.as_bytes(), key.kind)
        };
        self.by_endpoint.insert_unique(hash, series, rehash);
    }

    /// Adds a finite value to a series.
    #[inline]
    pub(crate) fn record(&mut self, series: u32, second: i64, value: f64, at_ms: i64) -> Result<(), Loss> {
        let at = self.at(series, second, Quota::Limited)?;
        self.cells[at].cell.record_plain(value, at_ms);
        if self.states[series as usize].kind == Kind::Distribution {
            let pending = &mut self.pending[at];
            pending.push(Sketch::bin_index(value));
            if pending.len() >= PENDING_MAX {
                self.settle(at);
            }
        }
        Ok(())
    }

    /// Puts a cell's pending values into its sketch.
    fn settle(&mut self, at: usize) {
        let pending = &mut self.pending[at];
        if !pending.is_empty() {
            self.cells[at].cell.sketch.get_or_insert_default().record_bins(pending);
            pending.clear();
        }
    }

    /// The cell of a series in a second, which is added if it is new.
    pub(crate) fn cell(&mut self, series: u32, second: i64, quota: Quota) -> Result<&mut Cell, Loss> {
        let at = self.at(series, second, quota)?;
        Ok(&mut self.cells[at].cell)
    }

    #[inline]
    fn at(&mut self, series: u32, second: i64, quota: Quota) -> Result<usize, Loss> {
        let state = &self.states[series as usize];
        if state.batch == self.batch && state.second == second {
            return Ok(state.cell as usize);
        }
        self.search(series, second, quota)
    }

    #[cold]
    fn search(&mut self, series: u32, second: i64, quota: Quota) -> Result<usize, Loss> {
        let state = &mut self.states[series as usize];
        if state.batch != self.batch {
            if quota == Quota::Limited && self.touched.len() >= SERIES_PER_BATCH_MAX {
                return Err(Loss::SeriesLimit);
            }
            state.place = u32::try_from(self.touched.len()).map_err(|_| Loss::SeriesLimit)?;
            state.batch = self.batch;
            self.touched.push(Arc::clone(&self.series[series as usize]));
        }
        let place = state.place;
        // No cell is the last one until one is found: after a refusal the state must not name
        // another cell.
        state.second = i64::MIN;
        let cells = &mut self.cells;
        let is_same = |at: &u32| {
            let cell = &cells[*at as usize];
            (cell.series, cell.second) == (place, second)
        };
        let hash_of = |at: &u32| {
            let cell = &cells[*at as usize];
            hash_of_second(cell.series, cell.second)
        };
        let at = match self.by_second.entry(hash_of_second(place, second), is_same, hash_of) {
            Entry::Occupied(found) => *found.get(),
            Entry::Vacant(_) if quota == Quota::Limited && cells.len() >= CELLS_PER_BATCH_MAX => {
                return Err(Loss::CellLimit);
            }
            Entry::Vacant(vacant) => {
                let at = u32::try_from(cells.len()).map_err(|_| Loss::CellLimit)?;
                vacant.insert(at);
                let sketch = if state.kind == Kind::Distribution { self.sketches.pop() } else { None };
                cells.push(DeltaCell { series: place, second, cell: Cell { sketch, ..Cell::default() } });
                if self.pending.len() < cells.len() {
                    self.pending.push(Vec::new());
                }
                at
            }
        };
        (state.second, state.cell) = (second, at);
        Ok(at as usize)
    }

    /// Moves the batch's series and cells out.
    pub(crate) fn take(&mut self) -> (Vec<Arc<SeriesKey>>, Vec<DeltaCell>) {
        self.by_second.clear();
        (0..self.cells.len()).for_each(|at| self.settle(at));
        self.pending.truncate(PENDING_KEPT_MAX);
        (std::mem::take(&mut self.touched), std::mem::take(&mut self.cells))
    }

    /// Takes the memory of a delta that is no longer needed.
    pub(crate) fn recycle(&mut self, delta: &mut Delta) {
        delta.series.clear();
        for DeltaCell { cell, .. } in delta.cells.drain(..) {
            if let Some(mut sketch) = cell.sketch.filter(|_| self.sketches.len() < SKETCHES_KEPT_MAX) {
                sketch.clear();
                self.sketches.push(sketch);
            }
        }
        self.touched = std::mem::take(&mut delta.series);
        self.cells = std::mem::take(&mut delta.cells);
    }
}

/// Hashes the length of the method only: most methods differ in length, and the comparison tells
/// the others apart.
#[inline]
fn hash_of_endpoint(path: &[u8], method: &[u8], kind: Kind) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(path);
    hasher.write_usize(path.len() << 16 | method.len() << 2 | kind as usize);
    hasher.finish()
}
