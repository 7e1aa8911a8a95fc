//! What the rules remember of one app: grains of ten seconds for as long as late lines may come,
//! then buckets of five minutes over six hours.
//!
//! Grains are replaced as often as they change. Merged service times are kept, so that a moment
//! costs a few merges and not hundreds. Knows neither the live windows nor the store.

use std::{collections::VecDeque, sync::Arc};

use contract::ErrorCode;
use pipeline::Cell;

use super::{
    memory_track::MemoryTracks,
    observed::{Counts, Observed},
};
use crate::live::compact_cell::CompactCell;

/// Width of a grain, seconds.
pub const GRAIN_S: i64 = 10;
/// Width of a bucket, seconds.
pub const BUCKET_S: i64 = 300;
/// How long a range may still change, seconds: the live window.
const LATE_S: i64 = 600;
/// How long is remembered, seconds.
pub const REACH_S: i64 = 21_600;
/// Service times of more than an hour ago are merged anew this often, seconds; those of 6 h reach
/// back so much longer at most. They are most of the work.
const FAR_S: i64 = 1_800;
/// Most requests of the last 15 min whose service times are merged: more than enough to judge, and
/// busier apps have as many in 5 min.
const QUARTER_REQUESTS_MAX: u64 = 2_000;
/// A code that doesn't occur for longer than this begins anew, seconds.
const PAUSE_S: i64 = 60;

/// What happened in ten seconds or five minutes.
#[derive(Clone, Debug)]
struct Slot {
    /// Start, unix seconds.
    at_s: i64,
    counts: Counts,
    /// Service times; `None` without any.
    service: Option<CompactCell>,
}

/// A merged cell, and the range for which it was made.
#[derive(Clone, Debug)]
struct Merged {
    /// Its end, unix seconds.
    to_s: i64,
    cell: Arc<Cell>,
}

impl Default for Merged {
    fn default() -> Self {
        Self { to_s: i64::MIN, cell: Arc::default() }
    }
}

/// What is remembered of one app.
#[derive(Clone, Debug, Default)]
pub struct History {
    grains: VecDeque<Slot>,
    buckets: VecDeque<Slot>,
    /// Sums of the buckets that are whole: of the last hour and 6 h.
    hour: Counts,
    six: Counts,
    /// Service times of five whole minutes, of 15 min for a quiet app, of an hour and of 6 h, and
    /// of the part of the 6 h that is older than an hour.
    five_cell: Merged,
    quarter_cell: Arc<Cell>,
    hour_cell: Merged,
    six_cell: Merged,
    far_cell: Merged,
    /// The memory of each dyno.
    pub memory: MemoryTracks,
}

impl History {
    /// Replaces the grain that begins at `at_s`.
    pub fn put(&mut self, at_s: i64, counts: Counts, service: &Cell) {
        let service = (!service.is_empty()).then(|| CompactCell::new(service));
        put(&mut self.grains, Slot { at_s, counts, service });
        if at_s < self.five_cell.to_s {
            self.five_cell.to_s = i64::MIN;
        }
    }

    /// Adds to a bucket of the past, as the store has it. The bucket that begins at `at_s` must be
    /// older than the grains.
    pub fn restore(&mut self, at_s: i64, counts: &Counts, service: &Cell) {
        let at_s = at_s - at_s.rem_euclid(BUCKET_S);
        match self.buckets.binary_search_by_key(&at_s, |it| it.at_s) {
            Ok(at) => {
                let slot = &mut self.buckets[at];
                slot.counts.add(counts);
                let mut cell = service.clone();
                merge(&mut cell, slot);
                slot.service = (!cell.is_empty()).then(|| CompactCell::new(&cell));
            }
            Err(at) => {
                let service = (!service.is_empty()).then(|| CompactCell::new(service));
                self.buckets.insert(at, Slot { at_s, counts: counts.clone(), service });
            }
        }
        self.hour_cell.to_s = i64::MIN;
        self.far_cell.to_s = i64::MIN;
    }

    /// The start of the oldest grain, unix seconds; what is older may be restored.
    #[must_use]
    pub fn oldest_grain_s(&self) -> Option<i64> {
        self.grains.front().map(|it| it.at_s)
    }

    /// What is measured at `now_s`, as far as it is remembered here.
    pub fn observe(&mut self, now_s: i64) -> Observed {
        self.age(now_s);
        let mut observed = Observed {
            now_s,
            hour: self.hour.clone(),
            six: self.six.clone(),
            service_hour: Arc::clone(&self.hour_cell.cell),
            service_six: Arc::clone(&self.six_cell.cell),
            ..Observed::default()
        };
        let (mut minute, mut five) = (Cell::default(), (*self.five(now_s)).clone());
        let five_to_s = self.five_cell.to_s;
        // A sender's clock may be ahead.
        for grain in self.grains.iter().filter(|it| it.at_s <= now_s) {
            let age_s = now_s - grain.at_s - GRAIN_S;
            observed.six.add(&grain.counts);
            observed.hour.add(&grain.counts);
            if age_s < 900 {
                observed.quarter.add(&grain.counts);
            }
            if age_s < 300 {
                observed.five.add(&grain.counts);
                if grain.at_s >= five_to_s {
                    merge(&mut five, grain);
                }
            }
            if age_s < 120 {
                observed.two.add(&grain.counts);
            }
            if age_s < 60 {
                observed.minute.add(&grain.counts);
                merge(&mut minute, grain);
            }
        }
        if let Some(bucket) = self.buckets.back().filter(|it| now_s - it.at_s - BUCKET_S < 900) {
            observed.quarter.add(&bucket.counts);
        }
        observed.code_since_s = observed.five.codes.keys().map(|it| (*it, self.run_start_s(*it))).collect();
        (observed.service_minute, observed.service_five) = (Arc::new(minute), Arc::new(five));
        observed.service_quarter = Arc::clone(&self.quarter_cell);
        observed.memory = self.memory.trends(now_s);
        observed
    }

    /// When the current run of a code began: the first grain with it after a pause.
    fn run_start_s(&self, code: ErrorCode) -> i64 {
        let mut since_s = i64::MAX;
        for grain in self.grains.iter().rev().filter(|it| it.counts.codes.contains_key(&code)) {
            if since_s != i64::MAX && grain.at_s < since_s - PAUSE_S {
                break;
            }
            since_s = grain.at_s;
        }
        since_s
    }

    /// Service times of the five whole minutes before this one; made once a minute.
    fn five(&mut self, now_s: i64) -> Arc<Cell> {
        let to_s = now_s - now_s.rem_euclid(60);
        if self.five_cell.to_s != to_s {
            let mut cell = Cell::default();
            self.grains.iter().filter(|it| (to_s - 300..to_s).contains(&it.at_s)).for_each(|it| merge(&mut cell, it));
            self.quarter_cell = Arc::new(self.quarter(to_s, &cell).unwrap_or_default());
            self.five_cell = Merged { to_s, cell: Arc::new(cell) };
        }
        Arc::clone(&self.five_cell.cell)
    }

    /// Service times of the 15 min before `to_s`, of which those of the last five are merged;
    /// `None` where they are many.
    fn quarter(&self, to_s: i64, five: &Cell) -> Option<Cell> {
        let is_older = |it: &&Slot, width_s: i64| it.at_s + width_s > to_s - 900 && it.at_s < to_s - 300;
        let buckets = || self.buckets.iter().filter(|it| is_older(it, BUCKET_S));
        let older = || buckets().chain(self.grains.iter().filter(|it| is_older(it, GRAIN_S)));
        let requests = five.count + older().map(|it| it.counts.total()).sum::<u64>();
        if requests > QUARTER_REQUESTS_MAX {
            return None;
        }
        let mut cell = five.clone();
        older().for_each(|it| merge(&mut cell, it));
        Some(cell)
    }

    /// Makes buckets of grains that no longer change, and forgets what is too old.
    fn age(&mut self, now_s: i64) {
        let closed_s = (now_s - LATE_S) - (now_s - LATE_S).rem_euclid(BUCKET_S);
        if self.hour_cell.to_s == closed_s {
            return;
        }
        while let Some(first_s) = self.grains.front().map(|it| it.at_s).filter(|it| *it < closed_s) {
            let at_s = first_s - first_s.rem_euclid(BUCKET_S);
            let (mut counts, mut cell) = (Counts::default(), Cell::default());
            while let Some(grain) = self.grains.pop_front_if(|it| it.at_s < at_s + BUCKET_S) {
                counts.add(&grain.counts);
                merge(&mut cell, &grain);
            }
            let service = (!cell.is_empty()).then(|| CompactCell::new(&cell));
            put(&mut self.buckets, Slot { at_s, counts, service });
        }
        while self.buckets.pop_front_if(|it| it.at_s + BUCKET_S <= now_s - REACH_S).is_some() {}
        (self.hour, self.six) = (Counts::default(), Counts::default());
        // The newest ten to fifteen minutes are still in grains; they belong to both.
        let mut hour = Cell::default();
        self.grains.iter().for_each(|it| merge(&mut hour, it));
        for bucket in &self.buckets {
            self.six.add(&bucket.counts);
            if bucket.at_s >= now_s - 3_600 {
                self.hour.add(&bucket.counts);
                merge(&mut hour, bucket);
            }
        }
        let mut six = hour.clone();
        let far_to_s = (now_s - 3_600) - (now_s - 3_600).rem_euclid(FAR_S);
        six.merge(&self.far(far_to_s));
        let between = self.buckets.iter().filter(|it| (far_to_s..now_s - 3_600).contains(&it.at_s));
        between.for_each(|it| merge(&mut six, it));
        self.hour_cell = Merged { to_s: closed_s, cell: Arc::new(hour) };
        self.six_cell = Merged { to_s: closed_s, cell: Arc::new(six) };
    }

    /// Service times of all that is remembered before `to_s`, and of what was when it was merged.
    fn far(&mut self, to_s: i64) -> Arc<Cell> {
        if self.far_cell.to_s != to_s {
            let mut cell = Cell::default();
            self.buckets.iter().filter(|it| it.at_s < to_s).for_each(|it| merge(&mut cell, it));
            self.far_cell = Merged { to_s, cell: Arc::new(cell) };
        }
        Arc::clone(&self.far_cell.cell)
    }
}

/// Replaces the slot of that time, or inserts it in order.
fn put(slots: &mut VecDeque<Slot>, slot: Slot) {
    match slots.binary_search_by_key(&slot.at_s, |it| it.at_s) {
        Ok(at) => slots[at] = slot,
        Err(at) => slots.insert(at, slot),
    }
}

fn merge(into: &mut Cell, slot: &Slot) {
    let Some(service) = &slot.service else { return };
    let mut cell = Cell::default();
    service.expand(&mut cell);
    into.merge(&cell);
}

#[cfg(test)]
mod tests {
    use contract::ByStatusClass;
    use pipeline::Kind;

    use super::*;

    /// A request in every grain, each as slow as it is late.
    fn played(history: &mut History, from_s: i64, to_s: i64) -> Observed {
        let mut observed = Observed::default();
        for at_s in (from_s..to_s).step_by(GRAIN_S as usize) {
            let mut service = Cell::default();
            service.record(Kind::Distribution, at_s as f64, at_s * 1_000);
            history.put(at_s, Counts { requests: ByStatusClass::new([1, 0, 0, 0]), ..Counts::default() }, &service);
            observed = history.observe(at_s + GRAIN_S);
        }
        observed
    }

    /// That a range has the newest requests, for as long as given and at most so much longer.
    #[track_caller]
    fn check(cell: &Cell, now_s: i64, length_s: i64, longer_s: i64) {
        let length = (now_s - cell.min as i64, cell.count as i64 * GRAIN_S);
        let expected = length_s..=length_s + longer_s;
        assert!(expected.contains(&length.0) && expected.contains(&length.1), "{length:?}, expected {expected:?}");
    }

    #[test]
    fn ok_ranges_have_the_newest_requests() {
        let mut history = History::default();
        let mut now_s = 1_000_000;
        for hours in [8_i64, 1, 2] {
            let to_s = now_s + hours * 3_600 + 170;
            let observed = played(&mut history, now_s, to_s);
            now_s = to_s;
            check(&observed.service_minute, now_s, 60, 0);
            check(&observed.service_five, now_s, 300, 60);
            check(&observed.service_quarter, now_s, 900, 60 + BUCKET_S);
            assert_eq!((observed.minute.total(), observed.two.total(), observed.five.total()), (6, 12, 30));
            check(&observed.service_hour, now_s, 3_600 - BUCKET_S, 2 * BUCKET_S);
            check(&observed.service_six, now_s, REACH_S - BUCKET_S, FAR_S + 2 * BUCKET_S);
            assert!((2_130..=2_220).contains(&observed.six.total()), "{}", observed.six.total());
        }
    }

    #[test]
    fn ok_busy_apps_have_no_15_min() {
        let mut history = History::default();
        let (mut service, requests) = (Cell::default(), ByStatusClass::new([100, 0, 0, 0]));
        (0..100).for_each(|_| service.record(Kind::Distribution, 5.0, 0));
        let counts = Counts { requests, ..Counts::default() };
        for at_s in (1_000_000..1_001_200).step_by(GRAIN_S as usize) {
            history.put(at_s, counts.clone(), &service);
        }
        let observed = history.observe(1_001_200);
        assert_eq!((observed.service_five.count >= 3_000, observed.service_quarter.count), (true, 0));
    }

    #[test]
    fn ok_the_store_fills_in_what_was_before() {
        let mut history = History::default();
        played(&mut history, 1_000_000, 1_000_600);
        let mut service = Cell::default();
        service.record(Kind::Distribution, 5.0, 0);
        let bucket = Counts { requests: ByStatusClass::new([7, 0, 0, 0]), ..Counts::default() };
        for at_s in [1_000_000 - 2 * BUCKET_S, 1_000_000 - 5 * 3_600] {
            history.restore(at_s, &bucket, &service);
        }
        let observed = history.observe(1_000_600);
        assert_eq!((observed.six.total(), observed.service_six.count), (60 + 14, 60 + 2));
        assert_eq!((observed.hour.total(), observed.service_hour.count), (60 + 7, 60 + 1));
    }
}
