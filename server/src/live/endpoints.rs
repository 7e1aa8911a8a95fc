//! The endpoints of one app over the last ten minutes: the busiest ones, bounded, with a stated error.
//!
//! Space-Saving over (method, endpoint), by the minute: an endpoint that finds no room takes the place of the least busy
//! one, and that one's count becomes the most that the new one may have missed_max. With [`ENDPOINTS_MAX`] places, whatever had
//! more than one request in that many is here, and `missed_max` is never more than that share of all requests. What an
//! endpoint itself took is exact since it has its place.

use std::{collections::VecDeque, sync::Arc};

use pipeline::{Cell, SeriesKey};
use rustc_hash::FxHashMap;

use super::WINDOW_S;

/// Places.
pub const ENDPOINTS_MAX: usize = 200;
/// Requests that an endpoint must have for certain before it gets a stored series: a scanner's single hits never do.
pub const STEADY_REQUESTS: u64 = 20;

/// One endpoint.
#[derive(Clone, Debug)]
struct Counter {
    /// Requests by minute (unix seconds of its start), in order of time.
    minutes: VecDeque<(i64, Cell)>,
    /// The most requests that it may have had before it got its place, and the minute of that.
    missed_max: (i64, u64),
}

impl Counter {
    fn count_min(&self) -> u64 {
        self.minutes.iter().map(|it| it.1.count).sum()
    }

    fn count_max(&self) -> u64 {
        self.count_min() + self.missed_max.1
    }
}

/// The endpoints of one app.
#[derive(Clone, Debug, Default)]
pub struct Endpoints {
    counters: FxHashMap<Arc<SeriesKey>, Counter>,
    /// All requests by minute.
    all: VecDeque<(i64, u64)>,
    /// The minute that was last tidied.
    expired_s: i64,
}

/// The figures of one endpoint.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// Its method and path.
    pub key: Arc<SeriesKey>,
    /// Its requests; of those whose time was told, their distribution.
    pub cell: Cell,
    /// The most requests that may be missing from it.
    pub missed_max: u64,
}

impl Endpoints {
    /// Counts the requests of an endpoint in a minute.
    pub fn add(&mut self, key: &Arc<SeriesKey>, minute_s: i64, cell: &Cell, now_s: i64) {
        self.expire(now_s);
        if minute_s < oldest_minute_s(now_s) {
            return;
        }
        match self.all.binary_search_by_key(&minute_s, |it| it.0) {
            Ok(at) => self.all[at].1 += cell.count,
            Err(at) => self.all.insert(at, (minute_s, cell.count)),
        }
        if let Some(counter) = self.counters.get_mut(key) {
            match counter.minutes.binary_search_by_key(&minute_s, |it| it.0) {
                Ok(at) => counter.minutes[at].1.merge(cell),
                Err(at) => counter.minutes.insert(at, (minute_s, cell.clone())),
            }
            return;
        }
        let mut missed_max = (minute_s, 0);
        if self.counters.len() >= ENDPOINTS_MAX {
            let least =
                self.counters.iter().min_by_key(|it| it.1.count_max()).map(|it| (Arc::clone(it.0), it.1.count_max()));
            if let Some((least, count_max)) = least {
                self.counters.remove(&least);
                missed_max.1 = count_max;
            }
        }
        let counter = Counter { minutes: VecDeque::from([(minute_s, cell.clone())]), missed_max };
        self.counters.insert(Arc::clone(key), counter);
    }

    /// Whether an endpoint has had so many requests for certain that it deserves a series in the store.
    #[must_use]
    pub fn is_steady(&self, key: &Arc<SeriesKey>) -> bool {
        self.counters.get(key).is_some_and(|it| it.count_min() >= STEADY_REQUESTS)
    }

    /// All requests of the last ten minutes.
    #[must_use]
    pub fn total(&self, now_s: i64) -> u64 {
        self.all.iter().filter(|it| it.0 >= oldest_minute_s(now_s)).map(|it| it.1).sum()
    }

    /// The endpoints that have a place, in no order.
    #[must_use]
    pub fn list(&self, now_s: i64) -> Vec<Endpoint> {
        let oldest_s = oldest_minute_s(now_s);
        let figures = |(key, counter): (&Arc<SeriesKey>, &Counter)| {
            let mut cell = Cell::default();
            counter.minutes.iter().filter(|it| it.0 >= oldest_s).for_each(|it| cell.merge(&it.1));
            let missed_max = if counter.missed_max.0 >= oldest_s { counter.missed_max.1 } else { 0 };
            (cell.count > 0).then(|| Endpoint { key: Arc::clone(key), cell, missed_max })
        };
        self.counters.iter().filter_map(figures).collect()
    }

    /// Forgets minutes that are over, once a minute.
    fn expire(&mut self, now_s: i64) {
        let oldest_s = oldest_minute_s(now_s);
        if oldest_s <= self.expired_s {
            return;
        }
        self.expired_s = oldest_s;
        self.all.retain(|it| it.0 >= oldest_s);
        self.counters.retain(|_, counter| {
            counter.minutes.retain(|it| it.0 >= oldest_s);
            if counter.missed_max.0 < oldest_s {
                counter.missed_max.1 = 0;
            }
            !counter.minutes.is_empty()
        });
    }
}

/// The first minute that counts.
const fn oldest_minute_s(now_s: i64) -> i64 {
    let from_s = now_s - WINDOW_S;
    from_s - from_s.rem_euclid(60)
}

#[cfg(test)]
mod tests {
    use pipeline::Kind;

    use super::*;

    const NOW_S: i64 = 1_800_000_000;

    fn key(path: &str) -> Arc<SeriesKey> {
        Arc::new(SeriesKey {
            metric: "router.endpoints".into(),
            kind: Kind::Distribution,
            unit: "ms".into(),
            source: "".into(),
            status: 0,
            method: "GET".into(),
            path: path.into(),
            code: "".into(),
        })
    }

    fn cell(count: u64) -> Cell {
        let mut cell = Cell::default();
        (0..count).for_each(|_| cell.record(Kind::Distribution, 5.0, NOW_S * 1_000));
        cell
    }

    #[test]
    fn ok_the_busiest_survive_a_scan() {
        let mut endpoints = Endpoints::default();
        let mut truth: Vec<(String, u64)> = vec![];
        // Busy ones first and last, with a thousand single hits between them.
        for (name, count) in [("/a", 500), ("/b", 100)] {
            endpoints.add(&key(name), NOW_S, &cell(count), NOW_S);
            truth.push((name.into(), count));
        }
        for n in 0..1_000 {
            endpoints.add(&key(&format!("/scan{n}")), NOW_S, &cell(1), NOW_S);
        }
        endpoints.add(&key("/c"), NOW_S, &cell(300), NOW_S);
        truth.push(("/c".into(), 300));
        let list = endpoints.list(NOW_S);
        assert_eq!(list.len(), ENDPOINTS_MAX);
        let total = endpoints.total(NOW_S);
        assert_eq!(total, 1_900);
        for (name, count) in truth {
            let found = list.iter().find(|it| *it.key.path == name).map(|it| (it.cell.count, it.missed_max));
            let (counted, missed_max) = found.unwrap_or_default();
            assert!(counted <= count && count <= counted + missed_max, "{name}: {counted} + {missed_max}");
            assert!(missed_max <= total / ENDPOINTS_MAX as u64 + 1, "{name}: {missed_max}");
        }
        assert!(endpoints.is_steady(&key("/a")) && !endpoints.is_steady(&key("/scan999")));
    }

    #[test]
    fn ok_minutes_leave() {
        let mut endpoints = Endpoints::default();
        endpoints.add(&key("/a"), NOW_S, &cell(30), NOW_S);
        endpoints.add(&key("/b"), NOW_S + 700, &cell(1), NOW_S + 700);
        assert_eq!((endpoints.total(NOW_S + 700), endpoints.list(NOW_S + 700).len()), (1, 1));
        assert!(!endpoints.is_steady(&key("/a")));
    }
}
