//! The series and cells of one batch, found by hash of borrowed parts.
//!
//! Series are remembered from batch to batch, since the lines of a drain name the same ones again and again; which of
//! them a batch touches, and every value, belongs to that batch alone. A line therefore allocates nothing once its
//! series is known, and cells come from those that were given back.
//!
//! # Limits
//! [`SERIES_PER_BATCH_MAX`] and [`CELLS_PER_BATCH_MAX`], for what lines name, counted anew for each batch so that a
//! batch gives the same delta whatever came before it. Our own counters are few for each second and are never refused,
//! since they are what reports a refusal. At most [`SERIES_KEPT_MAX`] series are carried into a batch.

use std::{hash::Hasher, sync::Arc};

use hashbrown::{HashTable, hash_table::Entry};
use rustc_hash::FxHasher;

use crate::{
    Cell, Delta, Kind, Loss, SeriesKey, Sketch,
    route::Routes,
    series::{SeriesRef, hash_of_second},
};

/// The most series that one batch may name.
pub const SERIES_PER_BATCH_MAX: usize = 10_000;

/// The most pairs of series and second that one batch may touch.
pub const CELLS_PER_BATCH_MAX: usize = 50_000;

/// The most series that are remembered for the next batch.
const SERIES_KEPT_MAX: usize = 10_000;

/// Values that are put into a sketch at once.
const PENDING_MAX: usize = 256;
/// Lists of pending values that are kept for the next batch.
const PENDING_KEPT_MAX: usize = 4_000;

/// The most empty sketches that are kept for the next batch.
const SKETCHES_KEPT_MAX: usize = 4_000;

/// Which limit applies to a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    /// A line names it.
    Line,
    /// We count it ourselves.
    Ourselves,
}

/// Of each pair of series and second: the series' place in the batch, the second, the values.
type Cells = Vec<(u32, i64, Cell)>;

#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// Everything known.
    series: Vec<Arc<SeriesKey>>,
    marks: Vec<Mark>,
    by_key: HashTable<u32>,
    /// What requests touch, found in one step.
    pub(crate) routes: Routes,
    /// The number of the present batch.
    batch: u32,
    /// The known series that it touches, in the order of the first touch.
    touched: Vec<Arc<SeriesKey>>,
    cells: Cells,
    by_second: HashTable<u32>,
    /// Of each cell, the places in its sketch of values that are not in it yet.
    pending: Vec<Vec<u16>>,
    sketches: Vec<Sketch>,
    by_endpoint: HashTable<u32>,
}

/// What is remembered of a known series.
#[derive(Clone, Copy, Debug)]
struct Mark {
    hash: u64,
    kind: Kind,
    /// The last batch that touched it, and its place there.
    batch: u32,
    place: u32,
    /// The second and cell that it was last asked for in that batch: consecutive lines mostly share the second.
    second: i64,
    cell: u32,
}

impl Tally {
    /// Begins a batch.
    pub(crate) fn begin(&mut self) {
        if self.series.len() > SERIES_KEPT_MAX || self.routes.len() > SERIES_KEPT_MAX {
            self.series.clear();
            self.marks.clear();
            self.by_key.clear();
            self.forget_routes();
        }
        self.batch = self.batch.wrapping_add(1);
        if self.batch == 0 {
            // Marks of 2^32 batches ago would look new.
            self.batch = 1;
            self.marks.iter_mut().for_each(|mark| mark.batch = 0);
        }
    }

    /// Forgets which series requests count in, as another prefix demands.
    pub(crate) fn forget_routes(&mut self) {
        self.routes.clear();
        self.by_endpoint.clear();
    }

    /// The index of a series, made where it is new.
    pub(crate) fn series(&mut self, wanted: &SeriesRef<'_>, owner: Owner) -> Result<u32, Loss> {
        let hash = wanted.hash_u64();
        let series = &self.series;
        if let Some(index) = self.by_key.find(hash, |index| wanted.is_of(&series[*index as usize])) {
            return Ok(*index);
        }
        if owner == Owner::Line && self.touched.len() >= SERIES_PER_BATCH_MAX {
            return Err(Loss::SeriesLimit);
        }
        // New, or one whose bytes are never equal to their kept form: too long, or not UTF-8.
        let key = wanted.to_key();
        let hash = key.borrow().hash_u64();
        let (series, marks) = (&mut self.series, &mut self.marks);
        let is_same = |index: &u32| key.borrow().is_of(&series[*index as usize]);
        match self.by_key.entry(hash, is_same, |index| marks[*index as usize].hash) {
            Entry::Occupied(found) => Ok(*found.get()),
            Entry::Vacant(place) => {
                let index = u32::try_from(series.len()).map_err(|_| Loss::SeriesLimit)?;
                place.insert(index);
                marks.push(Mark { hash, kind: key.kind, batch: 0, place: 0, second: 0, cell: 0 });
                series.push(Arc::new(key));
                Ok(index)
            }
        }
    }

    /// The series of an endpoint, where it is known; and where [`Self::set_endpoint`] is to put it.
    #[inline]
    pub(crate) fn endpoint(&self, wanted: &SeriesRef<'_>) -> (u64, Option<u32>) {
        let hash = hash_of_endpoint(wanted.path, wanted.method, wanted.kind);
        let is_same = |index: &u32| {
            let key = &self.series[*index as usize];
            key.path.as_bytes() == wanted.path && key.method.as_bytes() == wanted.method && key.kind == wanted.kind
        };
        (hash, self.by_endpoint.find(hash, is_same).copied())
    }

    /// Remembers the series of an endpoint.
    pub(crate) fn set_endpoint(&mut self, hash: u64, series: u32) {
        let known = &self.series;
        let rehash = |index: &u32| {
            let key = &known[*index as usize];
            hash_of_endpoint(key.path.as_bytes(), key.method.as_bytes(), key.kind)
        };
        self.by_endpoint.insert_unique(hash, series, rehash);
    }

    /// Takes in a finite value of a series.
    #[inline]
    pub(crate) fn record(&mut self, series: u32, second: i64, value: f64, at_ms: i64) -> Result<(), Loss> {
        let at = self.at(series, second, Owner::Line)?;
        self.cells[at].2.record_plain(value, at_ms);
        if self.marks[series as usize].kind == Kind::Distribution {
            let pending = &mut self.pending[at];
            pending.push(Sketch::place_of(value));
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
            self.cells[at].2.sketch.get_or_insert_default().record_places(pending);
            pending.clear();
        }
    }

    /// The cell of a series in a second, made where it is new.
    pub(crate) fn cell(&mut self, series: u32, second: i64, owner: Owner) -> Result<&mut Cell, Loss> {
        let at = self.at(series, second, owner)?;
        Ok(&mut self.cells[at].2)
    }

    #[inline]
    fn at(&mut self, series: u32, second: i64, owner: Owner) -> Result<usize, Loss> {
        let mark = &self.marks[series as usize];
        if mark.batch == self.batch && mark.second == second {
            return Ok(mark.cell as usize);
        }
        self.search(series, second, owner)
    }

    #[cold]
    fn search(&mut self, series: u32, second: i64, owner: Owner) -> Result<usize, Loss> {
        let mark = &mut self.marks[series as usize];
        if mark.batch != self.batch {
            if owner == Owner::Line && self.touched.len() >= SERIES_PER_BATCH_MAX {
                return Err(Loss::SeriesLimit);
            }
            mark.place = u32::try_from(self.touched.len()).map_err(|_| Loss::SeriesLimit)?;
            mark.batch = self.batch;
            self.touched.push(Arc::clone(&self.series[series as usize]));
        }
        let place = mark.place;
        // Until a cell is found, none is the last: a refusal must not leave the mark at another's.
        mark.second = i64::MIN;
        let cells = &mut self.cells;
        let is_same = |at: &u32| {
            let cell = &cells[*at as usize];
            (cell.0, cell.1) == (place, second)
        };
        let hash_of = |at: &u32| {
            let cell = &cells[*at as usize];
            hash_of_second(cell.0, cell.1)
        };
        let at = match self.by_second.entry(hash_of_second(place, second), is_same, hash_of) {
            Entry::Occupied(found) => *found.get(),
            Entry::Vacant(_) if owner == Owner::Line && cells.len() >= CELLS_PER_BATCH_MAX => {
                return Err(Loss::CellLimit);
            }
            Entry::Vacant(vacant) => {
                let at = u32::try_from(cells.len()).map_err(|_| Loss::CellLimit)?;
                vacant.insert(at);
                let sketch = if mark.kind == Kind::Distribution { self.sketches.pop() } else { None };
                cells.push((place, second, Cell { sketch, ..Cell::default() }));
                if self.pending.len() < cells.len() {
                    self.pending.push(Vec::new());
                }
                at
            }
        };
        (mark.second, mark.cell) = (second, at);
        Ok(at as usize)
    }

    /// Gives away the batch's series and cells.
    pub(crate) fn take(&mut self) -> (Vec<Arc<SeriesKey>>, Cells) {
        self.by_second.clear();
        (0..self.cells.len()).for_each(|at| self.settle(at));
        self.pending.truncate(PENDING_KEPT_MAX);
        (std::mem::take(&mut self.touched), std::mem::take(&mut self.cells))
    }

    /// Takes the room of a delta that has been counted.
    pub(crate) fn recycle(&mut self, delta: &mut Delta) {
        delta.series.clear();
        for (_, _, cell) in delta.cells.drain(..) {
            if let Some(mut sketch) = cell.sketch.filter(|_| self.sketches.len() < SKETCHES_KEPT_MAX) {
                sketch.clear();
                self.sketches.push(sketch);
            }
        }
        self.touched = std::mem::take(&mut delta.series);
        self.cells = std::mem::take(&mut delta.cells);
    }
}

/// Methods differ in length more often than not, and the comparison does the rest.
#[inline]
fn hash_of_endpoint(path: &[u8], method: &[u8], kind: Kind) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(path);
    hasher.write_usize(path.len() << 16 | method.len() << 2 | kind as usize);
    hasher.finish()
}
