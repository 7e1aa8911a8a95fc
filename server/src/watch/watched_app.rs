//! One app as the built-in rules watch it: what is read of its live windows, as far as they have
//! changed, and what is remembered of the hours before. Judges nothing.

use std::{collections::BTreeSet, sync::Arc};

use contract::EventKind;
use pipeline::{Cell, Kind};

use super::{
    past::Past,
    rule::{
        history::{GRAIN_S, History},
        observed::{AddonRoom, Counts, Crash, Observed},
    },
};
use crate::live::{AppLive, WINDOW_S, state::Inner};

/// Crashes are looked at for this long, seconds.
const CRASHES_S: i64 = 900;
/// Most crashes that are looked at.
const CRASHES_MAX: usize = 200;
/// Databases are read this often, seconds: they report once a minute, and an app may have thousands
/// of series.
const ADDONS_EVERY_S: i64 = 30;
/// A database that has not reported for this long is gone, seconds.
const ADDON_GONE_S: i64 = 3_600;
/// Most databases of one app that are judged.
const ADDONS_MAX: usize = 12;

/// What is remembered of one app.
#[derive(Default)]
pub(super) struct WatchedApp {
    history: History,
    /// The position of the live stream up to which it was read.
    position: u64,
    heard_ms: Option<i64>,
    quota_mb: Option<f64>,
    crashes: Vec<Crash>,
    addons: Arc<[AddonRoom]>,
    addons_read_s: i64,
}

impl WatchedApp {
    /// Reads what has changed in the live windows; whether anything has.
    pub(super) fn read(&mut self, live: &Inner, name: &str, app: &AppLive, now_s: i64) -> bool {
        let is_new = |it: &&crate::live::second::Second| it.changed >= self.position;
        let changed: BTreeSet<i64> =
            app.range(now_s - WINDOW_S, i64::MAX).filter(is_new).map(|it| it.at_s.div_euclid(GRAIN_S)).collect();
        for grain in &changed {
            self.read_grain(app, grain * GRAIN_S);
        }
        let crashes = app.events.range((now_s - CRASHES_S) * 1_000, i64::MAX).filter(|it| it.kind == EventKind::Crash);
        let crash = |it: &pipeline::Event| Crash { at_s: it.at_ms.div_euclid(1_000), dyno: it.source.clone() };
        let crashes: Vec<Crash> = crashes.map(crash).take(CRASHES_MAX).collect();
        if now_s - self.addons_read_s >= ADDONS_EVERY_S {
            (self.addons, self.addons_read_s) = (addons(live, name, app, now_s), now_s);
        }
        let has_changed = !changed.is_empty() || self.heard_ms != app.last_line_ms || self.crashes != crashes;
        (self.position, self.heard_ms, self.quota_mb) = (live.position, app.last_line_ms, app.quota_mb);
        self.crashes = crashes;
        has_changed
    }

    /// Reads the ten seconds from `at_s` on anew: a late line may have changed any of them.
    fn read_grain(&mut self, app: &AppLive, at_s: i64) {
        let (mut counts, mut service) = (Counts::default(), Cell::default());
        for second in app.range(at_s, at_s + GRAIN_S) {
            counts.requests += second.requests;
            counts.lines += second.lines;
            counts.lost += second.lost;
            for (code, n) in &second.errors {
                *counts.codes.entry(*code).or_default() += n;
            }
            service.merge(&second.service);
            for (dyno, sample) in &second.memory {
                self.history.memory.add(dyno, second.at_s, sample.value);
            }
        }
        self.history.put(at_s, counts, &service);
    }

    /// Takes up what the store has of the hours before the live windows.
    pub(super) fn restore(&mut self, past: &Past) {
        let oldest_s = self.history.oldest_grain_s().unwrap_or(i64::MAX);
        for (at_s, (counts, service)) in past.buckets.iter().filter(|it| *it.0 < oldest_s) {
            self.history.restore(*at_s, counts, service);
        }
        for ((dyno, at_s), mb) in &past.memory {
            self.history.memory.add(dyno, *at_s, *mb);
        }
    }

    /// Everything that the rules look at.
    pub(super) fn observe(&mut self, now_s: i64, listening_s: i64) -> Observed {
        Observed {
            listening_s,
            heard_s: self.heard_ms.map(|it| it.div_euclid(1_000)),
            crashes: self.crashes.clone(),
            quota_mb: self.quota_mb,
            addons: Arc::clone(&self.addons),
            ..self.history.observe(now_s)
        }
    }
}

/// The room that databases last reported, by their names.
fn addons(live: &Inner, name: &str, app: &AppLive, now_s: i64) -> Arc<[AddonRoom]> {
    let mut gauges: std::collections::BTreeMap<&str, Gauges> = std::collections::BTreeMap::new();
    for series in live.registry.of(name).filter(|it| it.key.kind == Kind::Gauge && !it.key.source.is_empty()) {
        let Some(place) = GAUGES.iter().position(|it| **it == *series.key.metric) else { continue };
        let Some(last) = app.last(series.id).filter(|it| it.at_ms >= (now_s - ADDON_GONE_S) * 1_000) else {
            continue;
        };
        gauges.entry(&series.key.source).or_default()[place] =
            Some(last.value).filter(|it| it.is_finite() && *it >= 0.0);
    }
    gauges.into_iter().map(|(name, it)| room(name, it)).take(ADDONS_MAX).collect()
}

/// Gauges of Heroku's databases. Disks and logs: `tmp-disk-used` and `tmp-disk-available` in bytes,
/// `wal-percentage-used` from 0 to 1; connections likewise.
const GAUGES: [&str; 6] = [
    "tmp-disk-used",
    "tmp-disk-available",
    "wal-percentage-used",
    "active-connections",
    "max-connections",
    "connections-percentage-used",
];
type Gauges = [Option<f64>; GAUGES.len()];

fn room(name: &str, [used, available, wal, connections, limit, share]: Gauges) -> AddonRoom {
    let of_disk = used.zip(available).filter(|it| it.0 + it.1 > 0.0).map(|(used, free)| used / (used + free));
    let disk = [of_disk, wal].into_iter().flatten().reduce(f64::max);
    let of_limit = connections.zip(limit).filter(|it| it.1 > 0.0).map(|(connections, limit)| connections / limit);
    AddonRoom { name: name.into(), disk, connections, connections_share: share.or(of_limit) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_rooms() {
        let check = |gauges: Gauges, disk: Option<f64>, connections_share: Option<f64>| {
            let found = room("DATABASE", gauges);
            assert_eq!((found.disk, found.connections_share), (disk, connections_share));
        };
        check([None; 6], None, None);
        check([Some(3.0), Some(1.0), Some(0.1), Some(12.0), Some(120.0), None], Some(0.75), Some(0.1));
        check([Some(3.0), Some(1.0), Some(0.9), None, None, Some(0.7)], Some(0.9), Some(0.7));
        check([Some(0.0), Some(0.0), None, Some(12.0), Some(0.0), None], None, None);
    }
}
