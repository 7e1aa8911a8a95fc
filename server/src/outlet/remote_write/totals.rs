//! The totals of all series that are sent, as of the last sealed minute. What is sent for that
//! minute follows from them alone, so that it can be sent again without a difference.

use std::{
    collections::BTreeMap,
    hash::{BuildHasher, RandomState},
    sync::Arc,
};

use pipeline::{Cell, Kind, SeriesKey};
use rustc_hash::FxHashMap;

use super::total::Total;
use crate::{
    live::{Live, SeriesId, registry::Series},
    outlet::prometheus::name,
    store::remote::totals::TotalRow,
};

/// Most series that are sent. Measurements of further ones are left out and counted. A total takes
/// some 250 bytes, so that all of them take 25 MB.
pub(super) const SERIES_MAX: usize = 100_000;
/// A series that was not measured for so long has ended; it is that of the live windows, after
/// which `/metrics` leaves a gauge out.
pub(super) const QUIET_S: i64 = 600;

/// The app and key of every series.
pub(super) type Names = FxHashMap<SeriesId, (Arc<str>, Arc<SeriesKey>)>;

/// The names that series have now.
pub(super) fn names(live: &Live) -> Names {
    let live = live.lock();
    let of_app = |app: &Arc<str>| {
        let named = |it: &Series| (it.id, (Arc::clone(app), Arc::clone(&it.key)));
        live.registry.of(app).map(named).collect::<Vec<_>>()
    };
    live.apps.keys().flat_map(of_app).collect()
}

/// The total of a series, and when it changed last.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Entry {
    pub total: Total,
    /// The last minute in which it was measured, unix seconds.
    pub active_s: i64,
    /// The total before that minute, where the series begins with it or goes on after a pause.
    pub before: Option<Total>,
}

/// The totals of all series.
#[derive(Debug, Default)]
pub(super) struct Totals {
    pub entries: BTreeMap<SeriesId, Entry>,
    /// The series that has each name and labels there, by their hash. Labels come from outside: its
    /// keys are random.
    owners: FxHashMap<u64, SeriesId>,
    hasher: RandomState,
    /// Series whose names differ only in what Prometheus can't write, and what they are added to.
    aliases: FxHashMap<SeriesId, SeriesId>,
    /// Series that were measured in the minute that is being read.
    touched: Vec<SeriesId>,
    newest_s: i64,
    /// Measurements that found no room since this was last asked for.
    overflowed: u64,
}

impl Totals {
    /// The totals that the file has. Damaged ones begin anew.
    pub(super) fn restore(rows: Vec<TotalRow>) -> Self {
        let mut totals = Self::default();
        for row in rows {
            let Some(total) = Total::decode(&row.total) else { continue };
            let before = row.before.and_then(|it| Total::decode(&it));
            totals.newest_s = totals.newest_s.max(row.active_s);
            totals.entries.insert(row.series_id, Entry { total, active_s: row.active_s, before });
        }
        totals
    }

    /// Takes up the names that series have now; series that are gone are forgotten.
    pub(super) fn name(&mut self, names: &Names) {
        self.entries.retain(|id, _| names.contains_key(id));
        (self.owners, self.aliases) = Default::default();
        for id in self.entries.keys() {
            if let Some((app, key)) = names.get(id) {
                let owner = *self.owners.entry(hash(&self.hasher, app, key)).or_insert(*id);
                if owner != *id {
                    self.aliases.insert(*id, owner);
                }
            }
        }
    }

    /// Whether a series is added to another one.
    pub(super) fn is_alias(&self, id: SeriesId) -> bool {
        self.aliases.contains_key(&id)
    }

    /// Whether no series is sent any more at a minute.
    pub(super) const fn is_quiet_at(&self, minute_s: i64) -> bool {
        self.newest_s + QUIET_S < minute_s
    }

    /// Adds what a series has measured in a minute.
    pub(super) fn add(&mut self, names: &Names, minute_s: i64, id: SeriesId, cell: &Cell) {
        let Some((app, key)) = names.get(&id) else { return };
        let owner = match self.aliases.get(&id) {
            Some(owner) => *owner,
            None if self.entries.contains_key(&id) => id,
            None => *self.owners.entry(hash(&self.hasher, app, key)).or_insert(id),
        };
        if owner != id {
            self.aliases.insert(id, owner);
        }
        if !self.entries.contains_key(&owner) && self.entries.len() >= SERIES_MAX {
            self.overflowed += 1;
            return;
        }
        let none = || Total::none(key.kind, &key.unit);
        let new = || Entry { total: none(), active_s: 0, before: None };
        let entry = self.entries.entry(owner).or_insert_with(new);
        if entry.total.below.len() != none().below.len() {
            // Another version had other bounds: it begins anew, which readers take for a restart.
            *entry = new();
        }
        if entry.active_s != minute_s {
            let begins = entry.active_s + QUIET_S < minute_s && key.kind != Kind::Gauge;
            entry.before = begins.then(|| entry.total.clone());
            entry.active_s = minute_s;
            self.touched.push(owner);
        }
        entry.total.add(key.kind, &key.unit, cell);
        self.newest_s = self.newest_s.max(minute_s);
    }

    /// The totals that changed since this was last asked for, as rows of the file.
    pub(super) fn changed(&mut self) -> Vec<TotalRow> {
        let row = |id: SeriesId| {
            let Entry { total, active_s, before } = self.entries.get(&id)?;
            let before = before.as_ref().map(Total::encode);
            Some(TotalRow { series_id: id, active_s: *active_s, total: total.encode(), before })
        };
        std::mem::take(&mut self.touched).into_iter().filter_map(row).collect()
    }

    /// How many measurements found no room since this was last asked for.
    pub(super) fn take_overflowed(&mut self) -> u64 {
        std::mem::take(&mut self.overflowed)
    }
}

/// What tells series apart there: name and labels, and the type, which the names of samples end
/// with.
fn hash(hasher: &RandomState, app: &str, key: &SeriesKey) -> u64 {
    hasher.hash_one((name::of(key).family, key.kind, name::labels(app, key)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(metric: &str, kind: Kind, unit: &str) -> SeriesKey {
        let (source, method, path, code) = Default::default();
        SeriesKey { metric: metric.into(), kind, unit: unit.into(), source, status: 0, method, path, code }
    }

    fn names_of(all: &[(SeriesId, &str, Kind, &str)]) -> Names {
        let named = |(id, metric, kind, unit): &(SeriesId, &str, Kind, &str)| {
            (*id, (Arc::from("app"), Arc::new(key(metric, *kind, unit))))
        };
        all.iter().map(named).collect()
    }

    fn one(kind: Kind, value: f64) -> Cell {
        let mut cell = Cell::default();
        cell.record(kind, value, 1);
        cell
    }

    #[test]
    fn ok_a_series_begins_and_goes_on_with_what_it_had() {
        let names = names_of(&[(1, "a", Kind::Counter, "")]);
        let mut totals = Totals::default();
        let mut before = |minute_s| {
            totals.add(&names, minute_s, 1, &one(Kind::Counter, 2.0));
            totals.add(&names, minute_s, 1, &one(Kind::Counter, 1.0));
            assert_eq!(totals.changed().len(), 1);
            let entry = &totals.entries[&1];
            (entry.before.as_ref().map(|it| it.sum), entry.total.sum)
        };
        assert_eq!(before(6_000), (Some(0.0), 3.0));
        assert_eq!(before(6_060), (None, 6.0));
        assert_eq!(before(6_660), (None, 9.0));
        assert_eq!(before(7_320), (Some(9.0), 12.0));
        assert!(!totals.is_quiet_at(7_920) && totals.is_quiet_at(7_980));
        let rows: Vec<TotalRow> = {
            totals.add(&names, 7_380, 1, &one(Kind::Counter, 1.0));
            totals.changed()
        };
        assert_eq!(Totals::restore(rows).entries, totals.entries);
    }

    #[test]
    fn ok_one_name_is_sent_once() {
        let mut names =
            names_of(&[(1, "a.b", Kind::Counter, ""), (2, "a_b", Kind::Counter, ""), (3, "a.b", Kind::Gauge, "")]);
        let mut totals = Totals::default();
        for id in [1, 2, 3] {
            totals.add(&names, 60, id, &one(Kind::Counter, 2.0));
        }
        let found = |totals: &Totals| totals.entries.iter().map(|it| (*it.0, it.1.total.sum)).collect::<Vec<_>>();
        assert_eq!(found(&totals), [(1, 4.0), (3, 2.0)]);
        names.remove(&1);
        totals.name(&names);
        assert_eq!(found(&totals), [(3, 2.0)]);
    }

    #[test]
    fn err_more_series_than_are_sent() {
        let names = names_of(&[(1, "a", Kind::Counter, ""), (-1, "b", Kind::Counter, "")]);
        let entry = Entry { total: Total::default(), active_s: 0, before: None };
        let entries = (1..=SERIES_MAX as SeriesId).map(|it| (it, entry.clone())).collect();
        let mut totals = Totals { entries, ..Totals::default() };
        totals.add(&names, 60, 1, &one(Kind::Counter, 2.0));
        totals.add(&names, 60, -1, &one(Kind::Counter, 2.0));
        assert_eq!((totals.changed().len(), totals.take_overflowed(), totals.take_overflowed()), (1, 1, 0));
    }
}
