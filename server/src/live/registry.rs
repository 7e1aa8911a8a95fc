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
    by_app: FxHashMap<Arc<str>, AppSeries>,
    /// Keys that are cached by their address, over all apps.
    pointers: usize,
    newest: SeriesId,
    unwritten: Vec<(Arc<str>, Series)>,
}

/// The series of one app.
#[derive(Debug, Default)]
struct AppSeries {
    by_key: FxHashMap<Arc<SeriesKey>, Series>,
    /// Series by the address of their key: reducers pass the same keys again and again. Each entry
    /// owns its key, so that no other key can get the same address.
    by_pointer: FxHashMap<usize, (Arc<SeriesKey>, Series)>,
    /// Hashes of metric, kind and unit of every series.
    metrics: FxHashSet<u64>,
}

/// The registry of one app, for a batch: its name is looked up once.
#[derive(Debug)]
pub struct AppRegistry<'a> {
    app: &'a Arc<str>,
    series: &'a mut AppSeries,
    pointers: &'a mut usize,
    newest: &'a mut SeriesId,
    unwritten: &'a mut Vec<(Arc<str>, Series)>,
}

impl Registry {
    /// Adds a series that is in the store.
    pub fn restore(&mut self, app: &Arc<str>, id: SeriesId, key: SeriesKey) {
        self.newest = self.newest.max(id);
        self.by_app.entry(Arc::clone(app)).or_default().insert(id, Arc::new(key));
    }

    /// Makes sure that ids up to `id` are never assigned.
    pub fn reserve(&mut self, id: SeriesId) {
        self.newest = self.newest.max(id);
    }

    /// Removes an app; returns the ids of its series.
    pub fn forget(&mut self, app: &str) -> FxHashSet<SeriesId> {
        self.unwritten.retain(|it| *it.0 != *app);
        let ended = self.by_app.remove(app).unwrap_or_default();
        self.pointers = self.pointers.saturating_sub(ended.by_pointer.len());
        ended.by_key.values().map(|it| it.id).collect()
    }

    /// Renames an app.
    pub fn rename(&mut self, from: &str, to: &Arc<str>) {
        self.unwritten.iter_mut().filter(|it| *it.0 == *from).for_each(|it| it.0 = Arc::clone(to));
        if let Some(series) = self.by_app.remove(from) {
            self.by_app.insert(Arc::clone(to), series);
        }
    }

    /// The registry of an app, for one batch.
    pub fn of_app<'a>(&'a mut self, app: &'a Arc<str>) -> AppRegistry<'a> {
        if self.pointers >= POINTERS_MAX {
            self.by_app.values_mut().for_each(|it| it.by_pointer = FxHashMap::default());
            self.pointers = 0;
        }
        let Self { by_app, pointers, newest, unwritten } = self;
        let series = by_app.entry(Arc::clone(app)).or_default();
        AppRegistry { app, series, pointers, newest, unwritten }
    }

    /// All series of an app, in no particular order.
    pub fn of(&self, app: &str) -> impl Iterator<Item = &Series> {
        self.by_app.get(app).into_iter().flat_map(|it| it.by_key.values())
    }

    /// How many series an app has. They are only ever added, or all removed with it.
    #[must_use]
    pub fn count(&self, app: &str) -> usize {
        self.by_app.get(app).map_or(0, |it| it.by_key.len())
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
}

impl AppRegistry<'_> {
    /// The series of that key, created if it is new. `None` when the app has too many series.
    pub fn intern(&mut self, key: &Arc<SeriesKey>) -> Option<Series> {
        let pointer = Arc::as_ptr(key).addr();
        if let Some((_, series)) = self.series.by_pointer.get(&pointer) {
            return Some(series.clone());
        }
        let series = match self.series.by_key.get(key) {
            Some(series) => series.clone(),
            // The server's own counters are few, and they report the limit.
            None if self.series.by_key.len() >= SERIES_PER_APP_MAX && !key.metric.starts_with("drain.") => {
                return None;
            }
            None => self.make(key),
        };
        *self.pointers += 1;
        self.series.by_pointer.insert(pointer, (Arc::clone(key), series.clone()));
        Some(series)
    }

    /// Whether the series exists.
    #[must_use]
    pub fn contains(&self, key: &Arc<SeriesKey>) -> bool {
        self.series.by_pointer.contains_key(&Arc::as_ptr(key).addr()) || self.series.by_key.contains_key(key)
    }

    /// The shared series for measurements of `key` beyond the limit: that of its metric, or that of
    /// all metrics.
    pub fn other(&mut self, key: &SeriesKey) -> Series {
        let labels = SeriesKey { source: OTHER.into(), status: 0, ..key.clone() };
        let of_metric = Arc::new(SeriesKey { method: "".into(), path: "".into(), code: "".into(), ..labels });
        if let Some(series) = self.series.by_key.get(&of_metric) {
            return series.clone();
        }
        let has_room = self.series.by_key.len() < SERIES_PER_APP_MAX;
        if has_room || self.series.metrics.contains(&metric_hash(key)) {
            return self.make(&of_metric);
        }
        let of_any = Arc::new(SeriesKey { metric: OTHER.into(), unit: "".into(), ..(*of_metric).clone() });
        match self.series.by_key.get(&of_any) {
            Some(series) => series.clone(),
            None => self.make(&of_any),
        }
    }

    fn make(&mut self, key: &Arc<SeriesKey>) -> Series {
        *self.newest += 1;
        let series = self.series.insert(*self.newest, Arc::clone(key));
        self.unwritten.push((Arc::clone(self.app), series.clone()));
        series
    }
}

impl AppSeries {
    fn insert(&mut self, id: SeriesId, key: Arc<SeriesKey>) -> Series {
        self.metrics.insert(metric_hash(&key));
        let series = Series { id, role: SeriesRole::of(&key), key: Arc::clone(&key) };
        self.by_key.insert(key, series.clone());
        series
    }
}

fn metric_hash(key: &SeriesKey) -> u64 {
    FxBuildHasher.hash_one((&*key.metric, key.kind, &*key.unit))
}
