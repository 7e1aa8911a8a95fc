//! The busiest endpoints of one app in the last ten minutes, in bounded memory and with a known
//! error.
//!
//! This is the Space-Saving algorithm over (method, endpoint), by the minute. A new endpoint that
//! finds all counters taken replaces the endpoint with the lowest count; that count is the most
//! requests the new one may have missed. With [`ENDPOINTS_MAX`] counters, every endpoint with more
//! than one in [`ENDPOINTS_MAX`] requests has one, and `missed_max` never exceeds that share of all
//! requests. From the moment an endpoint has a counter, its count is exact.

use std::{collections::VecDeque, sync::Arc};

use pipeline::{Cell, Kind, SeriesKey};
use rustc_hash::FxHashMap;

use super::{limits::WINDOW_S, series_role::ENDPOINTS};

/// Number of counters, and so of endpoints that are known at once.
pub(crate) const ENDPOINTS_MAX: usize = 200;
/// An endpoint must have at least this many requests for certain before it gets a stored series:
/// single hits of a scanner never do.
pub(crate) const STEADY_REQUESTS: u64 = 20;

/// An endpoint's requests in one minute.
#[derive(Clone, Debug)]
struct Minute {
    /// Start, unix seconds.
    start_s: i64,
    cell: Cell,
    /// Those of its requests that the server failed.
    errors: u64,
}

/// Requests that an endpoint may have had before it got its counter.
#[derive(Clone, Copy, Debug)]
struct Missed {
    /// The minute in which it got the counter, unix seconds.
    minute_s: i64,
    requests_max: u64,
}

/// All requests of an app in one minute.
#[derive(Clone, Copy, Debug)]
struct MinuteTotal {
    /// Start, unix seconds.
    start_s: i64,
    requests: u64,
}

/// The counter of one endpoint.
#[derive(Clone, Debug)]
struct Counter {
    /// Requests by minute, oldest first.
    minutes: VecDeque<Minute>,
    /// The requests of all minutes: a new endpoint asks every counter for them.
    requests: u64,
    missed: Missed,
}

impl Counter {
    const fn count_min(&self) -> u64 {
        self.requests
    }

    const fn count_max(&self) -> u64 {
        self.requests + self.missed.requests_max
    }
}

/// The busiest endpoints of one app.
#[derive(Clone, Debug, Default)]
pub struct Endpoints {
    counters: FxHashMap<Arc<SeriesKey>, Counter>,
    /// All requests by minute, oldest first.
    all: VecDeque<MinuteTotal>,
    /// The oldest minute that counted when minutes were last expired.
    expired_s: i64,
}

/// The count and latency of one endpoint.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// Its method and path.
    pub key: Arc<SeriesKey>,
    /// Its requests; its distribution covers those whose service time is known.
    pub cell: Cell,
    /// Requests that the server failed: 5xx, or no response. They may be counted here while a part
    /// of the endpoint's requests is counted without a service time.
    pub errors: u64,
    /// The most requests that may be missing from the count.
    pub missed_max: u64,
}

impl Endpoints {
    /// Counts requests of an endpoint in the minute that starts at `minute_s`.
    pub fn add(&mut self, key: &Arc<SeriesKey>, minute_s: i64, cell: &Cell, now_s: i64) {
        self.expire(now_s);
        if minute_s < oldest_minute_s(now_s) {
            return;
        }
        match self.all.binary_search_by_key(&minute_s, |it| it.start_s) {
            Ok(at) => self.all[at].requests += cell.count,
            Err(at) => self.all.insert(at, MinuteTotal { start_s: minute_s, requests: cell.count }),
        }
        if let Some(counter) = self.counters.get_mut(key) {
            counter.requests += cell.count;
            match counter.minutes.binary_search_by_key(&minute_s, |it| it.start_s) {
                Ok(at) => counter.minutes[at].cell.merge(cell),
                Err(at) => counter.minutes.insert(at, Minute { start_s: minute_s, cell: cell.clone(), errors: 0 }),
            }
            return;
        }
        let mut missed = Missed { minute_s, requests_max: 0 };
        if self.counters.len() >= ENDPOINTS_MAX {
            let counts = self.counters.iter().map(|(key, counter)| (key, counter.count_max()));
            if let Some((least, count_max)) = counts.min_by_key(|(_, count_max)| *count_max) {
                missed.requests_max = count_max;
                let least = Arc::clone(least);
                self.counters.remove(&least);
            }
        }
        let first = Minute { start_s: minute_s, cell: cell.clone(), errors: 0 };
        let counter = Counter { minutes: VecDeque::from([first]), requests: cell.count, missed };
        self.counters.insert(Arc::clone(key), counter);
    }

    /// Counts failed requests of an endpoint in a minute in which its requests were counted before.
    /// Those of an endpoint without a counter are dropped.
    pub fn add_errors(&mut self, failed: &SeriesKey, minute_s: i64, errors: u64) {
        for key in keys_of(failed) {
            let Some(counter) = self.counters.get_mut(&key) else { continue };
            if let Some(minute) = counter.minutes.iter_mut().find(|it| it.start_s == minute_s) {
                minute.errors += errors;
                return;
            }
        }
    }

    /// Whether the endpoint of failed requests gets stored series: by the rule of
    /// [`Self::is_steady`].
    #[must_use]
    pub fn is_failing_steady(&self, failed: &SeriesKey) -> bool {
        let counts = keys_of(failed).into_iter().filter_map(|it| self.counters.get(&it));
        counts.map(Counter::count_min).sum::<u64>() >= STEADY_REQUESTS
    }

    /// Whether an endpoint has had [`STEADY_REQUESTS`] for certain, and so gets a stored series.
    #[must_use]
    pub fn is_steady(&self, key: &Arc<SeriesKey>) -> bool {
        self.counters.get(key).is_some_and(|it| it.count_min() >= STEADY_REQUESTS)
    }

    /// All requests of the last ten minutes, with or without a counter.
    #[must_use]
    pub fn total(&self, now_s: i64) -> u64 {
        self.all.iter().filter(|it| it.start_s >= oldest_minute_s(now_s)).map(|it| it.requests).sum()
    }

    /// The endpoints that have a counter, in no particular order.
    #[must_use]
    pub fn list(&self, now_s: i64) -> Vec<Endpoint> {
        let oldest_s = oldest_minute_s(now_s);
        let endpoint = |(key, counter): (&Arc<SeriesKey>, &Counter)| {
            let (mut cell, mut errors) = (Cell::default(), 0);
            for minute in counter.minutes.iter().filter(|it| it.start_s >= oldest_s) {
                cell.merge(&minute.cell);
                errors += minute.errors;
            }
            let missed_max = if counter.missed.minute_s >= oldest_s { counter.missed.requests_max } else { 0 };
            (cell.count > 0).then(|| Endpoint { key: Arc::clone(key), cell, errors, missed_max })
        };
        self.counters.iter().filter_map(endpoint).collect()
    }

    /// Drops minutes that are over; does work once a minute.
    fn expire(&mut self, now_s: i64) {
        let oldest_s = oldest_minute_s(now_s);
        if oldest_s <= self.expired_s {
            return;
        }
        self.expired_s = oldest_s;
        self.all.retain(|it| it.start_s >= oldest_s);
        self.counters.retain(|_, counter| {
            counter.minutes.retain(|it| it.start_s >= oldest_s);
            counter.requests = counter.minutes.iter().map(|it| it.cell.count).sum();
            if counter.missed.minute_s < oldest_s {
                counter.missed.requests_max = 0;
            }
            !counter.minutes.is_empty()
        });
    }
}

/// The series of the endpoint whose failed requests a series counts: with service times, and
/// without.
fn keys_of(failed: &SeriesKey) -> [SeriesKey; 2] {
    let of = |kind, unit: &str| SeriesKey {
        metric: ENDPOINTS.into(),
        kind,
        unit: unit.into(),
        source: Box::default(),
        status: 0,
        method: failed.method.clone(),
        path: failed.path.clone(),
        code: Box::default(),
    };
    [of(Kind::Distribution, "ms"), of(Kind::Counter, "")]
}

/// The start of the oldest minute that still counts.
const fn oldest_minute_s(now_s: i64) -> i64 {
    let from_s = now_s - WINDOW_S;
    from_s - from_s.rem_euclid(60)
}

#[cfg(test)]
mod tests {
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
        // Busy endpoints first and last, with a thousand single hits between them.
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
    fn ok_errors_are_those_of_their_endpoint() {
        let mut endpoints = Endpoints::default();
        let failed = |path: &str| SeriesKey {
            metric: "router.endpoint_errors".into(),
            kind: Kind::Counter,
            unit: "".into(),
            status: 503,
            code: "H12".into(),
            ..SeriesKey::clone(&key(path))
        };
        endpoints.add(&key("/a"), NOW_S, &cell(30), NOW_S);
        endpoints.add(&key("/b"), NOW_S, &cell(3), NOW_S);
        for (path, errors) in [("/a", 4), ("/b", 2), ("/unknown", 9)] {
            endpoints.add_errors(&failed(path), NOW_S, errors);
        }
        let mut found: Vec<_> = endpoints.list(NOW_S).iter().map(|it| (it.key.path.to_string(), it.errors)).collect();
        found.sort();
        assert_eq!(found, [("/a".to_owned(), 4), ("/b".to_owned(), 2)]);
        assert_eq!(["/a", "/b", "/unknown"].map(|it| endpoints.is_failing_steady(&failed(it))), [true, false, false]);
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
