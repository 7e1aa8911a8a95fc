//! The counts of an app's last weeks, kept small between two calculations: an app with hundreds of
//! series has half a million rows in that time, and most of what they say doesn't change.
//!
//! Lines that arrive hours late are in them only after a restart.

use super::{
    history::{Counts, DAY_S, HOUR_S},
    rate::REACH_S,
};

/// How much is kept: enough for the charts of a week, seconds. 17 kB an app.
pub(super) const KEPT_S: i64 = REACH_S + 8 * DAY_S;
/// Hours that are read again, for lines that were late, seconds.
pub(super) const AGAIN_S: i64 = 6 * HOUR_S;

/// Counts by hour. 24 bits of each are kept.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct KnownCounts {
    /// The hour in which counting began, unix seconds.
    first_s: Option<i64>,
    /// Start of the first hour, unix seconds.
    from_s: i64,
    hours: Box<[f32]>,
}

impl KnownCounts {
    /// The counts of `[from_s, to_s)`. What is known of the hours before the first of `rows` stays;
    /// `read_s` is where those begin.
    pub(super) fn extended(
        &self,
        first_s: Option<i64>,
        (from_s, to_s): (i64, i64),
        read_s: i64,
        rows: &[(i64, f64)],
    ) -> Self {
        let hours = usize::try_from((to_s - from_s) / HOUR_S).unwrap_or(0);
        let of_known = |hour: usize| self.of(from_s + hour as i64 * HOUR_S);
        let is_read = |hour: usize| from_s + hour as i64 * HOUR_S >= read_s;
        let mut hours: Box<[f32]> = (0..hours).map(|it| if is_read(it) { 0.0 } else { of_known(it) }).collect();
        for (at_s, count) in rows.iter().filter(|it| it.0 >= read_s) {
            let hour = usize::try_from((at_s - from_s).div_euclid(HOUR_S)).ok();
            if let Some(of_hour) = hour.and_then(|place| hours.get_mut(place)) {
                *of_hour = *count as f32;
            }
        }
        Self { first_s, from_s, hours }
    }

    fn of(&self, hour_s: i64) -> f32 {
        let place = usize::try_from((hour_s - self.from_s).div_euclid(HOUR_S)).ok();
        place.and_then(|it| self.hours.get(it)).copied().unwrap_or(0.0)
    }

    /// The hour in which counting began, unix seconds.
    pub(super) const fn first_s(&self) -> Option<i64> {
        self.first_s
    }

    /// The end of the last hour, unix seconds.
    pub(super) fn to_s(&self) -> i64 {
        self.from_s + self.hours.len() as i64 * HOUR_S
    }

    /// Whether every hour from `from_s` on that has counts is known.
    pub(super) fn reaches(&self, from_s: i64) -> bool {
        self.from_s <= from_s || self.first_s.is_none_or(|it| self.from_s <= it)
    }

    /// The same, to calculate with.
    pub(super) fn counts(&self) -> Counts {
        let rows = self.hours.iter().enumerate().filter(|it| *it.1 > 0.0);
        let rows: Vec<(i64, f64)> =
            rows.map(|(hour, count)| (self.from_s + hour as i64 * HOUR_S, f64::from(*count))).collect();
        Counts::new(self.first_s, (self.from_s, self.to_s()), &rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_hours_are_added_and_read_again() {
        let hour = |it: i64| it * HOUR_S;
        let old =
            KnownCounts::default().extended(Some(hour(2)), (hour(0), hour(5)), 0, &[(hour(2), 7.0), (hour(4), 9.0)]);
        let new = old.extended(Some(hour(2)), (hour(1), hour(7)), hour(4), &[(hour(4), 10.0), (hour(6), 3.0)]);
        let counts = new.counts();
        let found: Vec<f64> = (0..8).map(|it| counts.of(hour(it))).collect();
        assert_eq!(found, [0.0, 0.0, 7.0, 0.0, 10.0, 0.0, 3.0, 0.0]);
        assert_eq!((new.to_s(), counts.to_s()), (hour(7), hour(7)));
    }

    #[test]
    fn ok_how_far_it_reaches() {
        let of = |first_s: Option<i64>| KnownCounts { first_s, from_s: 10 * HOUR_S, hours: Box::default() };
        for (first_s, from_s, expected) in [
            (Some(0), 10 * HOUR_S, true),
            (Some(0), 9 * HOUR_S, false),
            (Some(12 * HOUR_S), 9 * HOUR_S, true),
            (None, 0, true),
        ] {
            assert_eq!(of(first_s).reaches(from_s), expected, "{first_s:?} {from_s}");
        }
    }
}
