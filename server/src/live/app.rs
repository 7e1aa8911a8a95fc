//! One app in memory: its windows, its head figures, and when it was last heard of.

use std::collections::VecDeque;

use pipeline::{Cell, Delta};
use rustc_hash::FxHashMap;

use super::{
    SeriesId, WINDOW_S,
    endpoints::Endpoints,
    headline::Second,
    registry::Series,
    role::{Role, megabytes},
    story::Story,
    window::{Window, place, trim},
};

/// How long a dyno counts as there after it was last heard of, seconds.
const DYNO_SEEN_S: i64 = 120;
/// How far back losses are remembered, minutes.
const LOST_MINUTES: i64 = 60;
/// Most dynos that are remembered of one app.
const DYNOS_MAX: usize = 2_000;

/// One app.
#[derive(Debug, Default)]
pub struct AppLive {
    /// Each series' seconds.
    pub windows: FxHashMap<SeriesId, Window>,
    /// The newest value of each series and its time, unix milliseconds.
    pub last: FxHashMap<SeriesId, (i64, f64)>,
    /// The head figures of the seconds that have data, in order of time.
    pub seconds: VecDeque<Second>,
    /// When the newest line arrived, unix milliseconds.
    pub last_line_ms: Option<i64>,
    /// Lines lost, by minute (unix seconds of its start), newest last.
    lost: VecDeque<(i64, u64)>,
    /// The busiest endpoints.
    pub endpoints: Endpoints,
    /// When measurements last shared a series, unix seconds, and how many have since that began.
    folded: (i64, u64),
    /// What happened lately, and samples of what was lost.
    pub story: Story,
    /// Largest memory quota that a dyno reported, MB.
    pub quota_mb: Option<f64>,
    /// When each dyno was last heard of, unix seconds.
    dynos: FxHashMap<Box<str>, i64>,
}

impl AppLive {
    /// Counts a delta whose series are known. `changed` is the position in the live stream that the next event will have.
    pub fn add(&mut self, delta: &Delta, series: &[Series], received_ms: i64, changed: u64) {
        let now_s = received_ms.div_euclid(1_000);
        self.last_line_ms = self.last_line_ms.max((delta.lines > 0).then_some(received_ms));
        self.story.add(delta, received_ms);
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
        let last = self.last.entry(series.id).or_insert((i64::MIN, 0.0));
        if cell.last_ms >= last.0 {
            *last = (cell.last_ms, cell.last);
        }
        if matches!(series.role, Role::Requests(_) | Role::Memory) && !series.key.source.is_empty() {
            self.heard(&series.key.source, at_s);
        }
        match series.role {
            Role::Other | Role::Endpoint => {}
            Role::Quota => {
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

    /// Remembers lines lost in a minute.
    pub fn lose(&mut self, at_s: i64, n: u64) {
        let minute_s = at_s - at_s.rem_euclid(60);
        match self.lost.binary_search_by_key(&minute_s, |it| it.0) {
            Ok(at) => self.lost[at].1 += n,
            Err(at) => self.lost.insert(at, (minute_s, n)),
        }
        if self.lost.len() as i64 > LOST_MINUTES + 1 {
            self.lost.pop_front();
        }
    }

    /// Remembers measurements that share a series with others.
    pub fn fold(&mut self, now_s: i64, n: u64) {
        if n > 0 {
            self.folded = (now_s, n + if self.folded.0 > now_s - 60 * LOST_MINUTES { self.folded.1 } else { 0 });
        }
    }

    /// How many measurements have shared a series lately, because the app has too many series.
    #[must_use]
    pub const fn folded_lately(&self, now_s: i64) -> u64 {
        if self.folded.0 > now_s - 60 * LOST_MINUTES { self.folded.1 } else { 0 }
    }

    /// Lines lost in the last hour.
    #[must_use]
    pub fn lost_lately(&self, now_s: i64) -> u64 {
        self.lost.iter().filter(|it| it.0 > now_s - 60 * LOST_MINUTES).map(|it| it.1).sum()
    }

    /// How many dynos have been heard of lately.
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
        let at = match place(&self.seconds, at_s, |it| it.at_s) {
            Ok(at) => at,
            Err(at) => {
                self.seconds.insert(at, Second { at_s, ..Second::default() });
                at
            }
        };
        &mut self.seconds[at]
    }

    fn heard(&mut self, dyno: &str, at_s: i64) {
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
