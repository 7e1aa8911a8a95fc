//! Deltas become windows in memory: ten minutes of one-second steps for every series, and the head figures of every app.
//!
//! `Live` is a cheap handle over one mutex. It is held for the time of a copy or an addition, never across an await, and
//! never while a batch is parsed: a batch arrives as a finished delta.

/// Which series there are, and their numbers.
pub mod registry;

/// What a series means to the pages.
pub mod role;

/// One series, second by second.
pub mod window;

/// The figures that pages show of one app, second by second.
pub mod headline;

/// One app in memory.
pub mod app;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

pub use app::AppLive;
pub use registry::{Registry, SeriesId};

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
}

impl Live {
    /// Empty windows, whose live stream begins at this clock, unix milliseconds.
    #[must_use]
    pub fn new(now_ms: i64) -> Self {
        let position = u64::try_from(now_ms).unwrap_or(0);
        let inner = Inner { position, lines: 0, registry: Registry::default(), apps: BTreeMap::new() };
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

    /// The app of that name, made when it is new.
    pub fn app(&mut self, name: &Arc<str>) -> &mut AppLive {
        self.apps.entry(Arc::clone(name)).or_default()
    }
}
