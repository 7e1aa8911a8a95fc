//! Which series there are, and their numbers.
//!
//! Numbers are given here, in memory, so that counting never waits for a disk; the store writes new series down together
//! with the first rows that name them.

use std::sync::Arc;

use pipeline::SeriesKey;
use rustc_hash::FxHashMap;

use super::role::Role;

/// Most series of one app; measurements of further ones are refused and counted.
pub const SERIES_PER_APP_MAX: usize = 5_000;

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
    pub role: Role,
}

/// Every series of every app.
#[derive(Debug, Default)]
pub struct Registry {
    by_app: FxHashMap<Arc<str>, FxHashMap<Arc<SeriesKey>, Series>>,
    newest: SeriesId,
    unwritten: Vec<(Arc<str>, Series)>,
}

impl Registry {
    /// Adds a series that the store already has.
    pub fn restore(&mut self, app: &Arc<str>, id: SeriesId, key: SeriesKey) {
        self.newest = self.newest.max(id);
        self.insert(app, id, key);
    }

    /// The series of that name, made when it is new; `None` when its app has too many.
    pub fn intern(&mut self, app: &Arc<str>, key: &SeriesKey) -> Option<Series> {
        let known = self.by_app.get(app);
        if let Some(series) = known.and_then(|it| it.get(key)) {
            return Some(series.clone());
        }
        if known.is_some_and(|it| it.len() >= SERIES_PER_APP_MAX) {
            return None;
        }
        self.newest += 1;
        let series = self.insert(app, self.newest, key.clone());
        self.unwritten.push((Arc::clone(app), series.clone()));
        Some(series)
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

    fn insert(&mut self, app: &Arc<str>, id: SeriesId, key: SeriesKey) -> Series {
        let key = Arc::new(key);
        let series = Series { id, role: Role::of(&key), key: Arc::clone(&key) };
        self.by_app.entry(Arc::clone(app)).or_default().insert(key, series.clone());
        series
    }
}
