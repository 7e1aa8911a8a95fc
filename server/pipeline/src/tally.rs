//! The series and cells of one batch, found by hash of borrowed parts, so that a line allocates nothing once its series
//! and second are known.
//!
//! # Limits
//! [`SERIES_PER_BATCH_MAX`] and [`CELLS_PER_BATCH_MAX`], for what lines name. Our own counters are few for each second
//! and are never refused, since they are what reports a refusal.

use hashbrown::{HashTable, hash_table::Entry};

use crate::{
    Cell, Loss, SeriesKey,
    series::{SeriesRef, hash_of_second},
};

/// The most series that one batch may name.
pub const SERIES_PER_BATCH_MAX: usize = 20_000;

/// The most pairs of series and second that one batch may touch.
pub const CELLS_PER_BATCH_MAX: usize = 100_000;

/// Which limit applies to a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    /// A line names it.
    Line,
    /// We count it ourselves.
    Ourselves,
}

#[derive(Debug, Default)]
pub(crate) struct Tally {
    series: Vec<SeriesKey>,
    /// Of each series: its hash, and the second and cell that it was last asked for.
    marks: Vec<Mark>,
    by_key: HashTable<u32>,
    cells: Vec<(u32, i64, Cell)>,
    by_second: HashTable<u32>,
}

#[derive(Clone, Copy, Debug)]
struct Mark {
    hash: u64,
    /// Consecutive lines mostly share the second, which spares the second search.
    recent: Option<(i64, u32)>,
    /// The series that lines of this one measure together with it, place by place, as far as they are known.
    together: [Option<u32>; TOGETHER_MAX],
}

/// How many other series of a lead are remembered.
const TOGETHER_MAX: usize = 4;

impl Tally {
    /// The index of a series, made where it is new.
    pub(crate) fn series(&mut self, wanted: &SeriesRef<'_>, owner: Owner) -> Result<u32, Loss> {
        let hash = wanted.hash_u64();
        let series = &self.series;
        if let Some(index) = self.by_key.find(hash, |index| wanted.is_of(&series[*index as usize])) {
            return Ok(*index);
        }
        // New, or one whose bytes are never equal to their kept form: too long, or not UTF-8.
        let key = wanted.to_key();
        let hash = key.borrow().hash_u64();
        let (series, marks) = (&mut self.series, &mut self.marks);
        let is_same = |index: &u32| key.borrow().is_of(&series[*index as usize]);
        match self.by_key.entry(hash, is_same, |index| marks[*index as usize].hash) {
            Entry::Occupied(found) => Ok(*found.get()),
            Entry::Vacant(_) if owner == Owner::Line && series.len() >= SERIES_PER_BATCH_MAX => Err(Loss::SeriesLimit),
            Entry::Vacant(place) => {
                let index = u32::try_from(series.len()).map_err(|_| Loss::SeriesLimit)?;
                place.insert(index);
                series.push(key);
                marks.push(Mark { hash, recent: None, together: [None; TOGETHER_MAX] });
                Ok(index)
            }
        }
    }

    /// The series at `place` of those measured together with `lead`, where it is known.
    pub(crate) fn together(&self, lead: u32, place: usize) -> Option<u32> {
        *self.marks[lead as usize].together.get(place)?
    }

    /// Remembers it.
    pub(crate) fn set_together(&mut self, lead: u32, place: usize, other: u32) {
        if let Some(slot) = self.marks[lead as usize].together.get_mut(place) {
            *slot = Some(other);
        }
    }

    /// The cell of a series in a second, made where it is new.
    pub(crate) fn cell(&mut self, series: u32, second: i64, owner: Owner) -> Result<&mut Cell, Loss> {
        let mark = &mut self.marks[series as usize];
        let at = match mark.recent {
            Some((recent, at)) if recent == second => at,
            _ => {
                let cells = &mut self.cells;
                let is_same = |at: &u32| {
                    let cell = &cells[*at as usize];
                    (cell.0, cell.1) == (series, second)
                };
                let hash_of = |at: &u32| {
                    let cell = &cells[*at as usize];
                    hash_of_second(cell.0, cell.1)
                };
                let at = match self.by_second.entry(hash_of_second(series, second), is_same, hash_of) {
                    Entry::Occupied(found) => *found.get(),
                    Entry::Vacant(_) if owner == Owner::Line && cells.len() >= CELLS_PER_BATCH_MAX => {
                        return Err(Loss::CellLimit);
                    }
                    Entry::Vacant(place) => {
                        let at = u32::try_from(cells.len()).map_err(|_| Loss::CellLimit)?;
                        place.insert(at);
                        cells.push((series, second, Cell::default()));
                        at
                    }
                };
                mark.recent = Some((second, at));
                at
            }
        };
        Ok(&mut self.cells[at as usize].2)
    }

    /// Gives away the series and cells; what remains is empty but keeps its room.
    pub(crate) fn take(&mut self) -> (Vec<SeriesKey>, Vec<(u32, i64, Cell)>) {
        self.by_key.clear();
        self.by_second.clear();
        self.marks.clear();
        // The next batch of the same drain is likely of the same size.
        let series = Vec::with_capacity(self.series.len());
        let cells = Vec::with_capacity(self.cells.len());
        (std::mem::replace(&mut self.series, series), std::mem::replace(&mut self.cells, cells))
    }
}
