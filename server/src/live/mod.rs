//! Deltas become windows in memory: ten minutes of one-second steps for every series, and the head figures of every app.
//!
//! `Live` is a cheap handle over one mutex. It is held for the time of a copy or an addition, never across an await, and
//! never while a batch is parsed: a batch arrives as a finished delta.

/// Which series there are, and their numbers.
pub mod registry;

/// What a series means to the pages.
pub mod role;

/// A cell in less room.
pub mod packed;

/// One series, second by second.
pub mod window;

/// The figures that pages show of one app, second by second.
pub mod headline;

/// The endpoints of one app.
pub mod endpoints;

/// What happened, and what was lost.
pub mod story;

/// One app in memory.
pub mod app;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use pipeline::{Delta, Event, SeriesKey};

pub use app::AppLive;
use registry::Series;
pub use registry::{Registry, SeriesId};
use rustc_hash::FxHashSet;

/// Length of the live windows, seconds.
pub const WINDOW_S: i64 = 600;
/// Most apps.
pub const APPS_MAX: usize = 1_000;

/// Everything in memory.
#[derive(Clone, Debug)]
pub struct Live {
    inner: Arc<Mutex<Inner>>,
}

/// What the mutex holds.
#[derive(Debug)]
pub struct Inner {
    /// Position in the live stream that the next event will have. It begins at the clock, so that it grows across restarts.
    pub position: u64,
    /// Lines of all apps since the store was made.
    pub lines: u64,
    /// Every series of every app.
    pub registry: Registry,
    /// Every app, by name.
    pub apps: BTreeMap<Arc<str>, AppLive>,
    /// Events that the store has not been told of, with their apps.
    pub unwritten_events: Vec<(Arc<str>, Event)>,
}

impl Live {
    /// Empty windows, whose live stream begins at this clock, unix milliseconds.
    #[must_use]
    pub fn new(now_ms: i64) -> Self {
        let position = u64::try_from(now_ms).unwrap_or(0);
        let inner = Inner {
            position,
            lines: 0,
            registry: Registry::default(),
            apps: BTreeMap::new(),
            unwritten_events: vec![],
        };
        Self { inner: Arc::new(Mutex::new(inner)) }
    }

    /// Takes the lock. A panic elsewhere leaves the figures usable, so poisoning is passed over.
    pub fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// Takes the next position in the live stream; later changes belong to a later one.
    pub fn step(&mut self, now_ms: i64) -> u64 {
        let position = self.position;
        self.position = (position + 1).max(u64::try_from(now_ms).unwrap_or(0));
        position
    }

    /// The series of a delta, in its order, and how many measurements share a series with others because their app has
    /// too many. Endpoints are counted here, since their requests decide whether they get a series of their own.
    pub fn intern(&mut self, app: &Arc<str>, delta: &Delta, received_ms: i64) -> (Vec<Series>, u64) {
        let now_s = received_ms.div_euclid(1_000);
        let is_endpoint: Vec<bool> = delta.series.iter().map(|it| role::is_endpoint(it)).collect();
        let mut counts = vec![0; delta.series.len()];
        let live = self.apps.entry(Arc::clone(app)).or_default();
        for pipeline::DeltaCell { series: index, second: at_s, cell } in &delta.cells {
            let index = *index as usize;
            counts[index] += cell.count;
            if is_endpoint[index] {
                live.endpoints.add(&delta.series[index], *at_s, cell, now_s);
            }
        }
        let mut folded = 0;
        let (registry, endpoints) = (&mut self.registry, &live.endpoints);
        let mut series_of = |index: usize, key: &Arc<SeriesKey>| {
            if is_endpoint[index] && !endpoints.is_steady(key) && !registry.knows(app, key) {
                return registry.other(app, key);
            }
            registry.intern(app, key).unwrap_or_else(|| {
                folded += counts[index];
                registry.other(app, key)
            })
        };
        let series = delta.series.iter().enumerate().map(|(index, key)| series_of(index, key)).collect();
        (series, folded)
    }

    /// Keeps events until the store has them.
    pub fn keep_events(&mut self, app: &Arc<str>, events: &[Event]) {
        self.unwritten_events.extend(events.iter().map(|it| (Arc::clone(app), it.clone())));
    }

    /// Packs what nothing was added to lately.
    pub fn pack(&mut self, now_s: i64) {
        self.apps.values_mut().flat_map(|it| it.windows.values_mut()).for_each(|it| it.pack(now_s));
    }

    /// Forgets an app; the numbers that its series had.
    pub fn forget(&mut self, app: &str) -> FxHashSet<SeriesId> {
        self.apps.remove(app);
        self.unwritten_events.retain(|it| *it.0 != *app);
        self.registry.forget(app)
    }

    /// Gives an app another name.
    pub fn rename(&mut self, from: &str, to: &Arc<str>) {
        if let Some(app) = self.apps.remove(from) {
            self.apps.insert(Arc::clone(to), app);
        }
        self.unwritten_events.iter_mut().filter(|it| *it.0 == *from).for_each(|it| it.0 = Arc::clone(to));
        self.registry.rename(from, to);
    }

    /// The app of that name, made when it is new.
    pub fn app(&mut self, name: &Arc<str>) -> &mut AppLive {
        self.apps.entry(Arc::clone(name)).or_default()
    }
}
