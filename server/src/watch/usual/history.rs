//! What an app has measured so far, by hours, and how its level has grown. No judgement of what is
//! usual, no clock and no store.

use std::collections::BTreeMap;

use contract::ErrorCode;
use pipeline::Cell;

use super::robust::median;

/// An hour, a day and a week, seconds.
pub(super) const HOUR_S: i64 = 3_600;
pub(super) const DAY_S: i64 = 86_400;
pub(super) const WEEK_S: i64 = 7 * DAY_S;

/// Days that a level is compared over.
const LEVEL_DAYS: i64 = 7;
/// Fewest days that a growth is worked out from.
const LEVEL_DAYS_MIN: usize = 3;
/// Least counts of a day that a growth is worked out from: below, chance is greater than growth.
const DAY_MIN: f64 = 20.0;
/// A greater change of level than this, either way, is not growth but another app: its weeks are
/// scaled no further.
const GROWTH_MAX: f64 = 2.0;

/// Counts by hour: an hour without a row is zero from the first row on.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    /// Start of the first hour that was read, unix seconds.
    from_s: i64,
    /// Sums of everything before each hour, and before the end of the last.
    before: Vec<f64>,
    /// The hour in which counting began, unix seconds; that hour is not whole. `None` where nothing
    /// was ever counted.
    first_s: Option<i64>,
}

impl Counts {
    /// Counts of the hours in `[from_s, to_s)`; those without a row are left out of `rows`.
    pub fn new(first_s: Option<i64>, (from_s, to_s): (i64, i64), rows: &[(i64, f64)]) -> Self {
        let hours = usize::try_from((to_s - from_s) / HOUR_S).unwrap_or(0);
        let mut of_hours = vec![0.0; hours];
        for (at_s, count) in rows {
            let hour = usize::try_from((at_s - from_s).div_euclid(HOUR_S)).ok();
            if let Some(of_hour) = hour.and_then(|it| of_hours.get_mut(it)) {
                *of_hour += count.max(0.0);
            }
        }
        let mut sum = 0.0;
        let mut before = vec![0.0];
        before.extend(of_hours.into_iter().map(|count| {
            sum += count;
            sum
        }));
        Self { from_s, before, first_s }
    }

    /// Whether anything was ever counted.
    pub(super) const fn is_any(&self) -> bool {
        self.first_s.is_some()
    }

    /// The hour in which counting began, unix seconds.
    pub(super) const fn first_s(&self) -> Option<i64> {
        self.first_s
    }

    /// The end of the last whole hour, unix seconds.
    pub(super) fn to_s(&self) -> i64 {
        self.from_s + (self.before.len() as i64 - 1).max(0) * HOUR_S
    }

    /// Whether a whole hour is known: in what was read, and after the counting began.
    pub(super) fn knows(&self, hour_s: i64) -> bool {
        self.first_s.is_some_and(|it| hour_s > it) && hour_s >= self.from_s && hour_s < self.to_s()
    }

    /// The count of an hour; 0 where it isn't known.
    pub(super) fn of(&self, hour_s: i64) -> f64 {
        self.between(hour_s, hour_s + HOUR_S)
    }

    fn between(&self, from_s: i64, to_s: i64) -> f64 {
        let before = |at_s: i64| {
            let hours = usize::try_from((at_s - self.from_s).div_euclid(HOUR_S)).unwrap_or(0);
            self.before.get(hours).or(self.before.last()).copied().unwrap_or(0.0)
        };
        before(to_s) - before(from_s)
    }

    /// The hours with counts, unix seconds.
    pub(super) fn marks(&self) -> Vec<i64> {
        let is_counted = |it: &(usize, &[f64])| it.1[1] > it.1[0];
        let counted = self.before.windows(2).enumerate().filter(is_counted);
        counted.map(|it| self.from_s + it.0 as i64 * HOUR_S).collect()
    }

    /// By how much the level has changed from 1, 2, … `weeks` weeks before `hour_s` to the last
    /// seven days before it: the median of the ratios of each day to the same day of then. A bad
    /// day in either week therefore changes nothing, and a decline needs four days to count.
    /// Bounded to 0.5..2.
    pub(super) fn growth(&self, hour_s: i64, weeks: i64) -> Vec<f64> {
        let end_s = hour_s.min(self.to_s());
        let mut known = 1.0;
        let of_week = |week: i64| {
            let ratio = |day: i64| {
                let from_s = end_s - day * DAY_S;
                let then_s = from_s - week * WEEK_S;
                let then = self.between(then_s, then_s + DAY_S);
                (self.knows(then_s) && then >= DAY_MIN).then(|| self.between(from_s, from_s + DAY_S) / then)
            };
            let ratios: Vec<f64> = (1..=LEVEL_DAYS).filter_map(ratio).collect();
            // Without days of that time to compare, the growth since a later week is the nearest
            // guess.
            if ratios.len() >= LEVEL_DAYS_MIN {
                known = median(&ratios).unwrap_or(1.0).clamp(1.0 / GROWTH_MAX, GROWTH_MAX);
            }
            known
        };
        (1..=weeks).map(of_week).collect()
    }
}

/// Everything that the usual values of an app are worked out from.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// Requests.
    pub requests: Counts,
    /// Requests answered with 5xx.
    pub errors: Counts,
    /// Log lines.
    pub lines: Counts,
    /// Service time in each hour that has any, milliseconds.
    pub service: BTreeMap<i64, Cell>,
    /// Occurrences of each platform error code, by hour.
    pub codes: BTreeMap<ErrorCode, BTreeMap<i64, f64>>,
    /// The minutes of the last week that have lines, unix seconds; `None` where nobody asks for the
    /// usual gap.
    pub minutes: Option<Vec<i64>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ten weeks of counts by hour.
    fn counts(of: impl Fn(i64) -> f64) -> Counts {
        let to_s = 10 * WEEK_S;
        let rows: Vec<(i64, f64)> = (0..to_s / HOUR_S).map(|it| (it * HOUR_S, of(it * HOUR_S))).collect();
        Counts::new(Some(0), (0, to_s), &rows)
    }

    #[track_caller]
    fn check(counts: &Counts, expected: [f64; 3]) {
        let found = counts.growth(10 * WEEK_S, 3);
        assert!(found.iter().zip(expected).all(|it| (it.0 - it.1).abs() < 0.01), "{found:?}");
    }

    #[test]
    fn ok_growth() {
        check(&counts(|_| 100.0), [1.0; 3]);
        check(&counts(|it| 100.0 * 1.1_f64.powi((it / WEEK_S) as i32)), [1.1, 1.21, 1.331]);
        check(&counts(|it| 100.0 * 3.0_f64.powi((it / WEEK_S) as i32)), [2.0; 3]);
        check(&counts(|it| 1e6 * 0.3_f64.powi((it / WEEK_S) as i32)), [0.5; 3]);
        // Three bad days of the last week, and one of the week before.
        check(&counts(|it| if it >= 10 * WEEK_S - 3 * DAY_S { 10.0 } else { 100.0 }), [1.0; 3]);
        check(&counts(|it| if (9 * WEEK_S - DAY_S..9 * WEEK_S).contains(&it) { 9_000.0 } else { 100.0 }), [1.0; 3]);
        // A few requests a day grow by chance.
        check(&counts(|it| if it % DAY_S == 0 { (it / DAY_S % 5) as f64 } else { 0.0 }), [1.0; 3]);
    }

    #[test]
    fn ok_before_the_first_row_nothing_is_known() {
        let counts = Counts::new(Some(2 * HOUR_S), (0, 6 * HOUR_S), &[(2 * HOUR_S, 5.0), (4 * HOUR_S, 7.0)]);
        let found: Vec<(bool, f64)> = (0..7).map(|it| (counts.knows(it * HOUR_S), counts.of(it * HOUR_S))).collect();
        let expected = [(false, 0.0), (false, 0.0), (false, 5.0), (true, 0.0), (true, 7.0), (true, 0.0), (false, 0.0)];
        assert_eq!(found, expected);
        assert_eq!(counts.marks(), [2 * HOUR_S, 4 * HOUR_S]);
    }
}
