//! Which series there are, and their numbers.
//!
//! Numbers are given here, in memory, so that counting never waits for a disk; the store writes new series down together
//! with the first rows that name them.

use std::{hash::BuildHasher, sync::Arc};

use pipeline::SeriesKey;
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};

use super::series_role::SeriesRole;

/// Most series of one app; measurements of further ones go to the series [`OTHER`] of their metric.
pub const SERIES_PER_APP_MAX: usize = 5_000;

/// Places that are remembered.
const POINTERS_MAX: usize = 50_000;

/// Source of the series that takes what has no series of its own, and name of the metric that takes what is not even of
/// a known metric.
pub const OTHER: &str = "(other)";

/// The number of a series, as in the store.
pub type SeriesId = i64;

/// A series that is known.
#[derive(Clone, Debug)]
pub struct Series {
    /// Its number.
    pub id: SeriesId,
    /// What it is called.
    pub key: Arc<SeriesKey>,
    /// What it means to the pages.
    pub role: SeriesRole,
}

/// Every series of every app.
#[derive(Debug, Default)]
pub struct Registry {
    by_app: FxHashMap<Arc<str>, FxHashMap<Arc<SeriesKey>, Series>>,
    /// Series by app and by where their key is in memory: reducers hand in the same keys again and again. Each keeps its key, so
    /// that its place is not given to another.
    by_pointer: FxHashMap<(Arc<str>, usize), (Arc<SeriesKey>, Series)>,
    /// Hashes of app, metric, kind and unit of every series.
    metrics: FxHashSet<u64>,
    newest: SeriesId,
    unwritten: Vec<(Arc<str>, Series)>,
}

impl Registry {
    /// Adds a series that the store already has.
    pub fn restore(&mut self, app: &Arc<str>, id: SeriesId, key: SeriesKey) {
        self.newest = self.newest.max(id);
        self.insert(app, id, Arc::new(key));
    }

    /// Gives no number up to this one.
    pub fn reserve(&mut self, id: SeriesId) {
        self.newest = self.newest.max(id);
    }

    /// Forgets an app; the numbers that its series had.
    pub fn forget(&mut self, app: &str) -> FxHashSet<SeriesId> {
        self.by_pointer.clear();
        self.unwritten.retain(|it| *it.0 != *app);
        self.by_app.remove(app).unwrap_or_default().values().map(|it| it.id).collect()
    }

    /// Gives an app another name.
    pub fn rename(&mut self, from: &str, to: &Arc<str>) {
        self.by_pointer.clear();
        self.unwritten.iter_mut().filter(|it| *it.0 == *from).for_each(|it| it.0 = Arc::clone(to));
        if let Some(series) = self.by_app.remove(from) {
            self.metrics.extend(series.keys().map(|it| metric_hash(to, it)));
            self.by_app.insert(Arc::clone(to), series);
        }
    }

    /// The series of that name, made when it is new; `None` when its app has too many.
    pub fn intern(&mut self, app: &Arc<str>, key: &Arc<SeriesKey>) -> Option<Series> {
        let pointer = (Arc::clone(app), Arc::as_ptr(key).addr());
        if let Some((_, series)) = self.by_pointer.get(&pointer) {
            return Some(series.clone());
        }
        let known = self.by_app.get(app);
        let series = match known.and_then(|it| it.get(key)) {
            Some(series) => series.clone(),
            // Our own counters are few, and are what tells of a limit.
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

    /// Whether there is a series of that name.
    #[must_use]
    pub fn contains(&self, app: &Arc<str>, key: &Arc<SeriesKey>) -> bool {
        self.by_pointer.contains_key(&(Arc::clone(app), Arc::as_ptr(key).addr()))
            || self.by_app.get(app).is_some_and(|it| it.contains_key(key))
    }

    /// The series that takes what `key` has no room for: of its metric, or of any.
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

    /// Every series of an app, in no order.
    pub fn of(&self, app: &str) -> impl Iterator<Item = &Series> {
        self.by_app.get(app).into_iter().flat_map(FxHashMap::values)
    }

    /// The series that the store has not been told of.
    #[must_use]
    pub fn unwritten(&self) -> Vec<(Arc<str>, Series)> {
        self.unwritten.clone()
    }

    /// Says that the first `n` of [`Self::unwritten`] are in the store now.
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
