//! The registry of all series and their ids.
//!
//! Ids are assigned in memory, so that counting never waits for the disk. The store writes new
//! series together with the first rows that refer to them.

use std::{hash::BuildHasher, sync::Arc};

use pipeline::SeriesKey;
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};

use super::series_role::SeriesRole;

/// Most series of one app. Measurements of further series go to the series [`OTHER`] of their
/// metric.
pub(crate) const SERIES_PER_APP_MAX: usize = 5_000;

/// Most keys that are cached by their address.
const POINTERS_MAX: usize = 50_000;

/// The source of the series that takes measurements beyond the limit, and the name of the metric
/// that takes those of an unknown metric.
pub(crate) const OTHER: &str = "(other)";

/// The id of a series in the store.
pub(crate) type SeriesId = i64;

/// A series with the id that it has been given.
#[derive(Clone, Debug)]
pub struct Series {
    /// Its id in the store.
    pub id: SeriesId,
    /// Its metric and labels.
    pub key: Arc<SeriesKey>,
    /// What it means to the pages.
    pub role: SeriesRole,
}

/// All series of all apps.
#[derive(Debug, Default)]
pub struct Registry {
    by_app: FxHashMap<Arc<str>, FxHashMap<Arc<SeriesKey>, Series>>,
    /// Series by app and by the address of their key: reducers pass the same keys again and again.
    /// Each entry owns its key, so that no other key can get the same address.
    by_pointer: FxHashMap<(Arc<str>, usize), (Arc<SeriesKey>, Series)>,
    /// Hashes of app, metric, kind and unit of every series.
    metrics: FxHashSet<u64>,
    newest: SeriesId,
    unwritten: Vec<(Arc<str>, Series)>,
}

impl Registry {
    /// Adds a series that is in the store.
    pub fn restore(&mut self, app: &Arc<str>, id: SeriesId, key: SeriesKey) {
        self.newest = self.newest.max(id);
        self.insert(app, id, Arc::new(key));
    }

    /// Makes sure that ids up to `id` are never assigned.
    pub fn reserve(&mut self, id: SeriesId) {
        self.newest = self.newest.max(id);
    }

    /// Removes an app; returns the ids of its series.
    pub fn forget(&mut self, app: &str) -> FxHashSet<SeriesId> {
        self.by_pointer.clear();
        self.unwritten.retain(|it| *it.0 != *app);
        self.by_app.remove(app).unwrap_or_default().values().map(|it| it.id).collect()
    }

    /// Renames an app.
    pub fn rename(&mut self, from: &str, to: &Arc<str>) {
        self.by_pointer.clear();
        self.unwritten.iter_mut().filter(|it| *it.0 == *from).for_each(|it| it.0 = Arc::clone(to));
        if let Some(series) = self.by_app.remove(from) {
            self.metrics.extend(series.keys().map(|it| metric_hash(to, it)));
            self.by_app.insert(Arc::clone(to), series);
        }
    }

    /// The series of that key, created if it is new. `None` when its app has too many series.
    pub fn intern(&mut self, app: &Arc<str>, key: &Arc<SeriesKey>) -> Option<Series> {
        let pointer = (Arc::clone(app), Arc::as_ptr(key).addr());
        if let Some((_, series)) = self.by_pointer.get(&pointer) {
            return Some(series.clone());
        }
        let known = self.by_app.get(app);
        let series = match known.and_then(|it| it.get(key)) {
            Some(series) => series.clone(),
            // The server's own counters are few, and they report the limit.
            None if known.is_some_and(|it| it.len() >= SERIES_PER_APP_MAX) && !key.metric.starts_with("drain.") => {
                return None;
            }
            None => self.make(app, key),
        };
        if self.by_pointer.len() >= POINTERS_MAX {
            self.by_pointer.clear();
        }
        self.by_pointer.insert(pointer, (Arc::clone(key), series.clone()));
        Some(series)
    }

    /// Whether the series exists.
    #[must_use]
    pub fn contains(&self, app: &Arc<str>, key: &Arc<SeriesKey>) -> bool {
        self.by_pointer.contains_key(&(Arc::clone(app), Arc::as_ptr(key).addr()))
            || self.by_app.get(app).is_some_and(|it| it.contains_key(key))
    }

    /// The shared series for measurements of `key` beyond the limit: that of its metric, or that of
    /// all metrics.
    pub fn other(&mut self, app: &Arc<str>, key: &SeriesKey) -> Series {
        let labels = SeriesKey { source: OTHER.into(), status: 0, ..key.clone() };
        let of_metric = Arc::new(SeriesKey { method: "".into(), path: "".into(), code: "".into(), ..labels });
        let known = self.by_app.get(app);
        if let Some(series) = known.and_then(|it| it.get(&of_metric)) {
            return series.clone();
        }
        let is_known_metric =
            known.is_some_and(|it| it.len() < SERIES_PER_APP_MAX) || self.metrics.contains(&metric_hash(app, key));
        if is_known_metric {
            return self.make(app, &of_metric);
        }
        let of_any = Arc::new(SeriesKey { metric: OTHER.into(), unit: "".into(), ..(*of_metric).clone() });
        match self.by_app.get(app).and_then(|it| it.get(&of_any)) {
            Some(series) => series.clone(),
            None => self.make(app, &of_any),
        }
    }

    fn make(&mut self, app: &Arc<str>, key: &Arc<SeriesKey>) -> Series {
        self.newest += 1;
        let series = self.insert(app, self.newest, Arc::clone(key));
        self.unwritten.push((Arc::clone(app), series.clone()));
        series
    }

    /// All series of an app, in no particular order.
    pub fn of(&self, app: &str) -> impl Iterator<Item = &Series> {
        self.by_app.get(app).into_iter().flat_map(FxHashMap::values)
    }

    /// How many series an app has. They are only ever added, or all removed with it.
    #[must_use]
    pub fn count(&self, app: &str) -> usize {
        self.by_app.get(app).map_or(0, FxHashMap::len)
    }

    /// The series that are not in the store yet, with the names of their apps.
    #[must_use]
    pub fn unwritten(&self) -> Vec<(Arc<str>, Series)> {
        self.unwritten.clone()
    }

    /// Marks the first `n` of [`Self::unwritten`] as stored.
    pub fn written(&mut self, n: usize) {
        self.unwritten.drain(..n.min(self.unwritten.len()));
    }

    fn insert(&mut self, app: &Arc<str>, id: SeriesId, key: Arc<SeriesKey>) -> Series {
        self.metrics.insert(metric_hash(app, &key));
        let series = Series { id, role: SeriesRole::of(&key), key: Arc::clone(&key) };
        self.by_app.entry(Arc::clone(app)).or_default().insert(key, series.clone());
        series
    }
}

fn metric_hash(app: &str, key: &SeriesKey) -> u64 {
    FxBuildHasher.hash_one((app, &*key.metric, key.kind, &*key.unit))
}
