//! What is usual of a simulated app: the product's calculation, fed with the app's own hours.

use std::collections::{BTreeMap, VecDeque};

use contract::ErrorCode;
use pipeline::Cell;

use server::watch::{
    rule,
    usual::{AppUsual, Counts, History, at_hours},
};

const HOUR_S: i64 = 3_600;
const DAY_S: i64 = 86_400;

/// Hours that are remembered: the seven weeks that the calculation looks at, and a day.
const KEPT_S: i64 = 50 * DAY_S;
/// Minutes with lines are looked at for a week and the hours around.
const MINUTES_S: i64 = 7 * DAY_S + 2 * HOUR_S;

/// One hour of the app.
#[derive(Default)]
struct Hour {
    counts: rule::observed::Counts,
    service: Cell,
}

/// The hours of the app so far.
#[derive(Default)]
pub struct Hours {
    first_s: Option<i64>,
    hours: BTreeMap<i64, Hour>,
    minutes: VecDeque<i64>,
}

impl Hours {
    /// Adds what was counted in the ten seconds from `at_s` on.
    pub fn add(&mut self, at_s: i64, counts: &rule::observed::Counts, service: &Cell) {
        let hour_s = at_s - at_s.rem_euclid(HOUR_S);
        let hour = self.hours.entry(hour_s).or_default();
        hour.counts.add(counts);
        hour.service.merge(service);
        let minute_s = at_s - at_s.rem_euclid(60);
        if counts.lines > 0 && self.minutes.back() != Some(&minute_s) {
            self.minutes.push_back(minute_s);
        }
        self.first_s.get_or_insert(hour_s);
        while self.hours.pop_first_if(|it| it < hour_s - KEPT_S) {}
        while self.minutes.pop_front_if(|it| *it < at_s - MINUTES_S).is_some() {}
    }

    /// What is usual in the hour that begins at `hour_s`.
    pub fn usual(&self, hour_s: i64) -> Option<AppUsual> {
        let range = (hour_s - KEPT_S, hour_s);
        let counts = |of: &dyn Fn(&Hour) -> u64| {
            let rows: Vec<(i64, f64)> = self.hours.iter().map(|(at_s, it)| (*at_s, of(it) as f64)).collect();
            Counts::new(self.first_s, range, &rows)
        };
        let mut codes: BTreeMap<ErrorCode, BTreeMap<i64, f64>> = BTreeMap::new();
        for (at_s, hour) in &self.hours {
            for (code, n) in &hour.counts.codes {
                codes.entry(*code).or_default().insert(*at_s, *n as f64);
            }
        }
        let history = History {
            requests: counts(&|it| it.counts.total()),
            errors: counts(&|it| it.counts.errors()),
            lines: counts(&|it| it.counts.lines),
            // Copies of what is looked at: the hours around the same hour of weeks and days before.
            service: self
                .hours
                .iter()
                .filter(|it| is_near(*it.0, hour_s))
                .map(|(at_s, it)| (*at_s, it.service.clone()))
                .collect(),
            codes,
            minutes: Some(self.minutes.iter().copied().collect()),
        };
        at_hours(&history, &[hour_s]).pop()
    }
}

/// Whether an hour may be compared with another: at about the same time of day, or just before.
fn is_near(at_s: i64, hour_s: i64) -> bool {
    let off_s = (hour_s - at_s).rem_euclid(DAY_S);
    off_s <= 2 * HOUR_S || off_s >= DAY_S - 2 * HOUR_S || hour_s - at_s < 2 * DAY_S
}

/// A map that gives up its oldest entry.
trait PopFirstIf {
    fn pop_first_if(&mut self, is_old: impl Fn(i64) -> bool) -> bool;
}

impl PopFirstIf for BTreeMap<i64, Hour> {
    fn pop_first_if(&mut self, is_old: impl Fn(i64) -> bool) -> bool {
        let is_found = self.first_key_value().is_some_and(|it| is_old(*it.0));
        if is_found {
            self.pop_first();
        }
        is_found
    }
}
