//! All apps and series in memory. `Live` is a cheap handle to one mutex.
//!
//! The mutex is held while something is copied or added, never across an await, and never while a
//! batch is parsed.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use contract::StatusClass;
use pipeline::{Delta, Event, SeriesKey};
use rustc_hash::FxHashSet;

use super::{
    app::AppLive,
    registry::{Registry, Series, SeriesId},
    series_role,
    totals::Totals,
};

/// A handle to everything in memory.
#[derive(Clone, Debug)]
pub struct Live {
    inner: Arc<Mutex<Inner>>,
}

/// What the mutex protects.
#[derive(Debug)]
pub struct Inner {
    /// The position that the next event of the live stream will have. It starts at the clock (unix
    /// milliseconds), so that it grows across restarts.
    pub position: u64,
    /// Lines of all apps since the store was created.
    pub lines: u64,
    /// All series of all apps.
    pub registry: Registry,
    /// All apps, by name.
    pub apps: BTreeMap<Arc<str>, AppLive>,
    /// What counters and distributions add up to since the process started.
    pub totals: Totals,
    /// Events that are not in the store yet, with the names of their apps.
    pub unwritten_events: Vec<(Arc<str>, Event)>,
}

impl Live {
    /// Empty windows, with a live stream that starts at `now_ms` (unix milliseconds).
    #[must_use]
    pub fn new(now_ms: i64) -> Self {
        let position = u64::try_from(now_ms).unwrap_or(0);
        let inner = Inner {
            position,
            lines: 0,
            registry: Registry::default(),
            apps: BTreeMap::new(),
            totals: Totals::default(),
            unwritten_events: vec![],
        };
        Self { inner: Arc::new(Mutex::new(inner)) }
    }

    /// Takes the lock. Ignores poisoning: a panic elsewhere leaves the metrics usable.
    pub fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// Takes the next position of the live stream; later changes get a later position.
    pub fn next_position(&mut self, now_ms: i64) -> u64 {
        let position = self.position;
        self.position = (position + 1).max(u64::try_from(now_ms).unwrap_or(0));
        position
    }

    /// The series of a delta, in its order, and how many measurements go to a shared series because
    /// the app has too many. Counts endpoints as well, since their number of requests decides
    /// whether they get a series of their own.
    pub fn intern(&mut self, app: &Arc<str>, delta: &Delta, received_ms: i64) -> (Vec<Series>, u64) {
        let now_s = received_ms.div_euclid(1_000);
        let is_endpoint: Vec<bool> = delta.series.iter().map(|it| series_role::is_endpoint(it)).collect();
        let is_failed: Vec<bool> = delta.series.iter().map(|it| series_role::is_endpoint_errors(it)).collect();
        let mut counts = vec![0; delta.series.len()];
        let live = self.apps.entry(Arc::clone(app)).or_default();
        for pipeline::DeltaCell { series: index, second: at_s, cell } in &delta.cells {
            let index = *index as usize;
            counts[index] += cell.count;
            if is_endpoint[index] {
                live.endpoints.add(&delta.series[index], *at_s, cell, now_s);
            }
        }
        // Behind all requests of the batch, so that the endpoint has its counter.
        for pipeline::DeltaCell { series: index, second: at_s, cell } in &delta.cells {
            let key = &delta.series[*index as usize];
            if is_failed[*index as usize] && StatusClass::of(key.status) == StatusClass::ServerError {
                live.endpoints.add_errors(key, *at_s, cell.count);
            }
        }
        let mut overflowed = 0;
        let (mut registry, endpoints) = (self.registry.of_app(app), &live.endpoints);
        let mut series_of = |index: usize, key: &Arc<SeriesKey>| {
            let is_brief = (is_endpoint[index] && !endpoints.is_steady(key))
                || (is_failed[index] && !endpoints.is_failing_steady(key));
            if is_brief && !registry.contains(key) {
                return registry.other(key);
            }
            registry.intern(key).unwrap_or_else(|| {
                overflowed += counts[index];
                registry.other(key)
            })
        };
        let series = delta.series.iter().enumerate().map(|(index, key)| series_of(index, key)).collect();
        (series, overflowed)
    }

    /// Keeps events until they are in the store.
    pub fn add_unwritten_events(&mut self, app: &Arc<str>, events: &[Event]) {
        self.unwritten_events.extend(events.iter().map(|it| (Arc::clone(app), it.clone())));
    }

    /// Compacts the seconds that nothing was added to lately.
    pub fn compact(&mut self, now_s: i64) {
        self.apps.values_mut().flat_map(|it| it.series.values_mut()).for_each(|it| it.window.compact(now_s));
    }

    /// Removes an app; returns the ids of its series.
    pub fn forget(&mut self, app: &str) -> FxHashSet<SeriesId> {
        self.apps.remove(app);
        self.unwritten_events.retain(|it| *it.0 != *app);
        let series = self.registry.forget(app);
        self.totals.forget(app, &series);
        series
    }

    /// Renames an app.
    pub fn rename(&mut self, from: &str, to: &Arc<str>) {
        if let Some(app) = self.apps.remove(from) {
            self.apps.insert(Arc::clone(to), app);
        }
        self.unwritten_events.iter_mut().filter(|it| *it.0 == *from).for_each(|it| it.0 = Arc::clone(to));
        self.registry.rename(from, to);
        self.totals.rename(from, to);
    }

    /// Lets an app go on in another one. What is not in the store yet waits under the name
    /// `waiting`, which no app can have, until [`Self::forget`]. What arrived since `since_ms`
    /// (unix milliseconds) is left to a replay.
    pub fn merge(&mut self, from: &str, into: &Arc<str>, waiting: &Arc<str>, since_ms: i64) {
        let ended = self.apps.remove(from);
        self.unwritten_events.iter_mut().filter(|it| *it.0 == *from).for_each(|it| it.0 = Arc::clone(waiting));
        self.registry.rename(from, waiting);
        if let Some(ended) = ended {
            self.app(into).take_over(&ended, since_ms);
        }
    }

    /// The app of that name, created if it is new.
    pub fn app(&mut self, name: &Arc<str>) -> &mut AppLive {
        self.apps.entry(Arc::clone(name)).or_default()
    }
}
