//! The usual rate of a count at an hour, from the counts of comparable hours.

use contract::alert::{Band, Basis};

use super::{
    history::{Counts, DAY_S, HOUR_S, WEEK_S},
    robust::{median, spread},
    sample::Sample,
};

/// Standard deviations from the middle of a band to its ends: outside by chance once in 370 hours,
/// if the weeks were normal.
pub(super) const SIGMAS: f64 = 3.0;
/// A difference below this share is of no interest, however alike the weeks were.
const SHARE_MIN: f64 = 0.05;

/// The usual rate of a count.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    /// The middle of the comparable hours, after growth, each second.
    pub mid_per_s: f64,
    /// How much those differ, as a standard deviation, each second. The chance in the counts of a
    /// span that is judged comes on top of it.
    pub spread_per_s: f64,
    /// The usual range of the rate over a whole hour, each second, with that of the hours before
    /// and after.
    pub band: Band,
}

/// The rate of one hour. Its neighbours are not in the band yet.
pub(super) fn rate(counts: &Counts, sample: &Sample, hour_s: i64) -> Option<Rate> {
    let scaled: Vec<f64> = sample.hours.iter().map(|(at_s, factor)| counts.of(*at_s) * factor).collect();
    let mid = median(&scaled)?;
    let spread = spread(&scaled);
    let half_of = |mid: f64| SIGMAS * (spread.powi(2) + mid + 1.0 + (SHARE_MIN * mid).powi(2)).sqrt();
    let (mut low, mut high) = (mid - half_of(mid), mid + half_of(mid));
    if sample.basis == Basis::Days {
        // A weekend is not unusual because the days before it were workdays.
        let days = [WEEK_S, 2 * WEEK_S].map(|it| hour_s - it);
        for count in days.into_iter().filter(|it| counts.knows(*it)).map(|it| counts.of(it)) {
            (low, high) = (low.min(count - half_of(count)), high.max(count + half_of(count)));
        }
    }
    let per_s = |count: f64| count.max(0.0) / HOUR_S as f64;
    let band = Band { low: per_s(low), mid: per_s(mid), high: per_s(high) };
    Some(Rate { mid_per_s: band.mid, spread_per_s: per_s(spread), band })
}

/// The smallest band that holds both, with the middle of the first.
pub(super) fn union(one: Band, other: Band) -> Band {
    Band { low: one.low.min(other.low), mid: one.mid, high: one.high.max(other.high) }
}

/// How far back the counts of one hour's calculation go, seconds.
pub(super) const REACH_S: i64 = (super::sample::WEEKS_MAX + 1) * WEEK_S + DAY_S;
