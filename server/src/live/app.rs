//! One app in memory: its windows, its seconds, its endpoints and events, and when it was last
//! heard of. Knows nothing of other apps.

use std::collections::VecDeque;

use contract::ChartBucket;
use pipeline::{Cell, Delta};
use rustc_hash::FxHashMap;

use super::{
    endpoints::Endpoints,
    events::Events,
    limits::WINDOW_S,
    registry::{Series, SeriesId},
    second::Second,
    series_role::{SeriesRole, megabytes},
    sliding,
    window::{Window, find_second, trim},
};

/// A dyno counts as running for this long after it last reported, seconds.
const DYNO_SEEN_S: i64 = 120;
/// How long losses are remembered, minutes.
const LOST_MINUTES: i64 = 60;
/// How often the window of percentiles is chosen, and from how much time, seconds.
const CHOOSE_EVERY_S: i64 = 10;
const CHOOSE_SPAN_S: i64 = 120;
/// Most dynos of one app that are remembered.
const DYNOS_MAX: usize = 2_000;

/// The newest value of a series.
#[derive(Clone, Copy, Debug)]
pub struct LastValue {
    /// When it was measured, unix milliseconds.
    pub at_ms: i64,
    pub value: f64,
}

/// What is kept of one series.
#[derive(Debug)]
pub struct SeriesLive {
    pub window: Window,
    pub last: LastValue,
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
    /// The window and the newest value of each series.
    pub series: FxHashMap<SeriesId, SeriesLive>,
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
    pub percentiles: PercentileWindow,
}

/// The window that percentiles of the live page are of.
#[derive(Clone, Copy, Debug, Default)]
pub struct PercentileWindow {
    /// Its length, seconds; 0 before the first lines.
    pub length_s: i64,
    /// Position in the live stream at which it last changed.
    pub changed: u64,
    /// When it was last chosen, unix seconds.
    chosen_s: i64,
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
        self.choose_window(now_s, changed);
    }

    /// Chooses the window of percentiles now and then, by the requests of the last minutes.
    fn choose_window(&mut self, now_s: i64, changed: u64) {
        if self.percentiles.length_s > 0 && now_s < self.percentiles.chosen_s + CHOOSE_EVERY_S {
            return;
        }
        let from_s = now_s - CHOOSE_SPAN_S;
        let requests = self.range(from_s, now_s).map(Second::requests_total).sum();
        let length_s = sliding::window_s(requests, CHOOSE_SPAN_S, self.percentiles.length_s);
        if length_s != self.percentiles.length_s {
            (self.percentiles.length_s, self.percentiles.changed) = (length_s, changed);
        }
        self.percentiles.chosen_s = now_s;
    }

    /// The chart buckets of the seconds in `[from_s, to_s)` (unix seconds) that have data.
    #[must_use]
    pub fn buckets(&self, from_s: i64, to_s: i64) -> Vec<ChartBucket> {
        let window_s = self.percentiles.length_s.max(1);
        sliding::buckets(self.range(from_s.saturating_sub(window_s), to_s), from_s, window_s)
    }

    /// The same of those that have changed since a position in the live stream: their own second,
    /// one within their window, or the window itself.
    #[must_use]
    pub fn changed_buckets(&self, from_s: i64, since: u64) -> Vec<ChartBucket> {
        if self.percentiles.changed > since {
            return self.buckets(from_s, i64::MAX);
        }
        let window_s = self.percentiles.length_s.max(1);
        let changed: Vec<i64> = self
            .range(from_s.saturating_sub(window_s), i64::MAX)
            .filter(|it| it.changed > since)
            .map(|it| it.at_s)
            .collect();
        let Some(first_s) = changed.first() else { return vec![] };
        let mut buckets = self.buckets(from_s.max(*first_s), i64::MAX);
        buckets.retain(|bucket| {
            let before = changed.partition_point(|at_s| *at_s <= bucket.at_s);
            before > 0 && bucket.at_s - changed[before - 1] < window_s
        });
        buckets
    }

    /// The newest value of a series; `None` where it has none.
    #[must_use]
    pub fn last(&self, series: SeriesId) -> Option<LastValue> {
        self.series.get(&series).map(|it| it.last)
    }

    fn add_cell(&mut self, series: &Series, at_s: i64, cell: &Cell, now_s: i64, changed: u64) {
        let kept = self.series.entry(series.id).or_insert_with(|| SeriesLive {
            window: Window::new(series.key.kind),
            last: LastValue { at_ms: i64::MIN, value: 0.0 },
        });
        kept.window.add(at_s, cell, now_s);
        if cell.last_ms >= kept.last.at_ms {
            kept.last = LastValue { at_ms: cell.last_ms, value: cell.last };
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

    /// Takes over what a replay of the blocks since `since_ms` (unix milliseconds) does not bring:
    /// older events, losses and the last line.
    pub(super) fn take_over(&mut self, other: &Self, since_ms: i64) {
        self.last_line_ms = self.last_line_ms.max(other.last_line_ms);
        other.lost.iter().for_each(|it| self.add_loss(it.minute_s, it.lines));
        let last_s = self.overflowed.last_s.max(other.overflowed.last_s);
        self.add_overflow(last_s, other.overflowed_lately(last_s));
        other.events.range(i64::MIN, since_ms).for_each(|it| self.events.add(it.clone()));
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
