//! One app in memory: its windows, its seconds, its endpoints and events, and when it was last
//! heard of. Knows nothing of other apps.

use std::collections::VecDeque;

use pipeline::{Cell, Delta};
use rustc_hash::FxHashMap;

use super::{
    endpoints::Endpoints,
    events::Events,
    limits::WINDOW_S,
    registry::{Series, SeriesId},
    second::Second,
    series_role::{SeriesRole, megabytes},
    window::{Window, find_second, trim},
};

/// A dyno counts as running for this long after it last reported, seconds.
const DYNO_SEEN_S: i64 = 120;
/// How long losses are remembered, minutes.
const LOST_MINUTES: i64 = 60;
/// Most dynos of one app that are remembered.
const DYNOS_MAX: usize = 2_000;

/// The newest value of a series.
#[derive(Clone, Copy, Debug)]
pub struct LastValue {
    /// When it was measured, unix milliseconds.
    pub at_ms: i64,
    pub value: f64,
}

/// Lines lost in one minute.
#[derive(Clone, Copy, Debug)]
struct MinuteLosses {
    /// Start, unix seconds.
    minute_s: i64,
    lines: u64,
}

/// Measurements that went to a shared series, until none have for an hour.
#[derive(Clone, Copy, Debug, Default)]
struct Overflow {
    /// When the last of them arrived, unix seconds.
    last_s: i64,
    measurements: u64,
}

/// One app in memory.
#[derive(Debug, Default)]
pub struct AppLive {
    /// The window of each series.
    pub windows: FxHashMap<SeriesId, Window>,
    /// The newest value of each series.
    pub last: FxHashMap<SeriesId, LastValue>,
    /// The seconds that have data, oldest first.
    pub seconds: VecDeque<Second>,
    /// When the newest line arrived, unix milliseconds.
    pub last_line_ms: Option<i64>,
    /// Lines lost in each minute, oldest first.
    lost: VecDeque<MinuteLosses>,
    pub endpoints: Endpoints,
    /// Measurements that went to a shared series.
    overflowed: Overflow,
    /// Recent events, and samples of losses.
    pub events: Events,
    /// The largest memory quota that a dyno reported, MB.
    pub quota_mb: Option<f64>,
    /// When each dyno last reported, unix seconds.
    dynos: FxHashMap<Box<str>, i64>,
}

impl AppLive {
    /// Counts a delta. `series` are the delta's series in its order; `changed` is the position that
    /// the next event of the live stream will have.
    pub fn add(&mut self, delta: &Delta, series: &[Series], received_ms: i64, changed: u64) {
        let now_s = received_ms.div_euclid(1_000);
        self.last_line_ms = self.last_line_ms.max((delta.lines > 0).then_some(received_ms));
        self.events.add_delta(delta, received_ms);
        for pipeline::DeltaCell { series: index, second: at_s, cell } in &delta.cells {
            let Some(series) = series.get(*index as usize) else { continue };
            self.add_cell(series, *at_s, cell, now_s, changed);
        }
        let oldest_s = now_s - WINDOW_S;
        trim(&mut self.seconds, |it| it.at_s < oldest_s);
    }

    fn add_cell(&mut self, series: &Series, at_s: i64, cell: &Cell, now_s: i64, changed: u64) {
        let window = self.windows.entry(series.id).or_insert_with(|| Window::new(series.key.kind));
        window.add(at_s, cell, now_s);
        let last = self.last.entry(series.id).or_insert(LastValue { at_ms: i64::MIN, value: 0.0 });
        if cell.last_ms >= last.at_ms {
            *last = LastValue { at_ms: cell.last_ms, value: cell.last };
        }
        if matches!(series.role, SeriesRole::Requests(_) | SeriesRole::Memory) && !series.key.source.is_empty() {
            self.touch_dyno(&series.key.source, at_s);
        }
        match series.role {
            SeriesRole::Other | SeriesRole::Endpoint | SeriesRole::EndpointErrors => {}
            SeriesRole::Quota => {
                let quota_mb = megabytes(cell.last, &series.key.unit);
                self.quota_mb = Some(self.quota_mb.map_or(quota_mb, |it| it.max(quota_mb)));
            }
            role if at_s >= now_s - WINDOW_S => {
                let second = self.second(at_s);
                second.add(role, &series.key, cell);
                second.changed = changed;
            }
            _ => {}
        }
    }

    /// Adds lines lost in the minute of `at_s` (unix seconds).
    pub fn add_loss(&mut self, at_s: i64, n: u64) {
        let minute_s = at_s - at_s.rem_euclid(60);
        match self.lost.binary_search_by_key(&minute_s, |it| it.minute_s) {
            Ok(at) => self.lost[at].lines += n,
            Err(at) => self.lost.insert(at, MinuteLosses { minute_s, lines: n }),
        }
        if self.lost.len() as i64 > LOST_MINUTES + 1 {
            self.lost.pop_front();
        }
    }

    /// Adds measurements that went to a shared series.
    pub fn add_overflow(&mut self, now_s: i64, n: u64) {
        if n > 0 {
            self.overflowed = Overflow { last_s: now_s, measurements: n + self.overflowed_lately(now_s) };
        }
    }

    /// Measurements that have gone to a shared series in the last hour, because the app has too
    /// many series.
    #[must_use]
    pub const fn overflowed_lately(&self, now_s: i64) -> u64 {
        if self.overflowed.last_s > now_s - 60 * LOST_MINUTES { self.overflowed.measurements } else { 0 }
    }

    /// Lines lost in the last hour.
    #[must_use]
    pub fn lost_lately(&self, now_s: i64) -> u64 {
        self.lost.iter().filter(|it| it.minute_s > now_s - 60 * LOST_MINUTES).map(|it| it.lines).sum()
    }

    /// How many dynos have reported lately.
    #[must_use]
    pub fn dynos(&self, now_s: i64) -> usize {
        self.dynos.values().filter(|it| **it >= now_s - DYNO_SEEN_S).count()
    }

    /// The seconds in `[from_s, to_s)` that have data.
    pub fn range(&self, from_s: i64, to_s: i64) -> impl DoubleEndedIterator<Item = &Second> {
        let start = self.seconds.partition_point(|it| it.at_s < from_s);
        let end = self.seconds.partition_point(|it| it.at_s < to_s).max(start);
        self.seconds.range(start..end)
    }

    fn second(&mut self, at_s: i64) -> &mut Second {
        let at = match find_second(&self.seconds, at_s, |it| it.at_s) {
            Ok(at) => at,
            Err(at) => {
                self.seconds.insert(at, Second { at_s, ..Second::default() });
                at
            }
        };
        &mut self.seconds[at]
    }

    fn touch_dyno(&mut self, dyno: &str, at_s: i64) {
        if let Some(seen_s) = self.dynos.get_mut(dyno) {
            *seen_s = at_s.max(*seen_s);
            return;
        }
        if self.dynos.len() >= DYNOS_MAX {
            self.dynos.retain(|_, seen_s| *seen_s >= at_s - DYNO_SEEN_S);
        }
        if self.dynos.len() < DYNOS_MAX {
            self.dynos.insert(dyno.into(), at_s);
        }
    }
}
