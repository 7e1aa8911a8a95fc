//! Which earlier hours an hour is compared with.

use contract::alert::Basis;

use super::history::{Counts, DAY_S, HOUR_S, WEEK_S};

/// Weeks that are looked back, at most: two months ago is another season.
pub(super) const WEEKS_MAX: i64 = 6;
/// Days that are looked back while there are fewer than three weeks.
pub(super) const DAYS_MAX: i64 = 7;
/// Hours that are looked back while there are fewer than three days.
const HOURS_MAX: i64 = 24;
/// Fewest hours that anything is said from: of two, nobody can tell which is the odd one.
pub(super) const HOURS_MIN: usize = 3;

/// The hours that an hour is compared with.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Sample {
    /// How they were chosen.
    pub basis: Basis,
    /// Each hour, unix seconds, and the factor that brings its counts to the present level.
    pub hours: Vec<(i64, f64)>,
}

/// The best sample that `counts` allow: three of the same hour of the week, else of the day, else
/// of the hours before. `None` where there is none of three hours.
pub(super) fn sample(counts: &Counts, hour_s: i64) -> Option<Sample> {
    let steps = [(Basis::Weeks, WEEK_S, WEEKS_MAX), (Basis::Days, DAY_S, DAYS_MAX), (Basis::Hours, HOUR_S, HOURS_MAX)];
    steps.into_iter().find_map(|(basis, step_s, n)| {
        let is_enough = (1..=n).filter(|it| counts.knows(hour_s - it * step_s)).count() >= HOURS_MIN;
        if !is_enough {
            return None;
        }
        let factors = if basis == Basis::Weeks { counts.growth(hour_s, n) } else { vec![1.0; n as usize] };
        let hours = (1..=n).zip(factors).map(|(it, factor)| (hour_s - it * step_s, factor));
        Some(Sample { basis, hours: hours.filter(|it| counts.knows(it.0)).collect() })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW_S: i64 = 20 * WEEK_S + 9 * HOUR_S;

    /// An app that began to count so many hours ago, with 100 an hour since then.
    fn sampled(hours: i64) -> Option<(Basis, Vec<i64>)> {
        let (first_s, from_s) = (NOW_S - hours * HOUR_S, NOW_S - 14 * WEEK_S);
        let rows: Vec<(i64, f64)> = (0..hours).map(|it| (first_s + it * HOUR_S, 100.0)).collect();
        let found = sample(&Counts::new(Some(first_s), (from_s, NOW_S), &rows), NOW_S)?;
        assert!(found.hours.iter().all(|it| it.1 == 1.0), "{found:?}");
        Some((found.basis, found.hours.iter().map(|it| (NOW_S - it.0) / HOUR_S).collect()))
    }

    #[test]
    fn ok_the_best_that_there_is() {
        for (hours, expected) in [
            (3, None),
            (4, Some((Basis::Hours, vec![1, 2, 3]))),
            (72, Some((Basis::Hours, (1..=24).collect()))),
            (73, Some((Basis::Days, vec![24, 48, 72]))),
            (400, Some((Basis::Days, (1..=7).map(|it| it * 24).collect()))),
            (505, Some((Basis::Weeks, vec![168, 336, 504]))),
            (2_000, Some((Basis::Weeks, (1..=6).map(|it| it * 168).collect()))),
        ] {
            assert_eq!(sampled(hours), expected, "{hours}");
        }
    }
}
