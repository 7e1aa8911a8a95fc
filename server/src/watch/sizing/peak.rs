//! Which step of a span is its peak. Pure.
//!
//! The step with the most requests alone would be chance: of an app that is equally busy for hours,
//! it may lie in the ten minutes in which a database was slow, and then a dozen dynos would seem to
//! be missing. Where dynos are missing, every busy step is slow.

use pipeline::Cell;

use crate::store::query::merge::Steps;

/// Steps with this share of the most requests are as busy as the busiest.
const AS_BUSY: f64 = 0.9;

/// The middle one, by mean time, of the steps that are as busy as the busiest.
pub(super) fn peak(steps: &Steps) -> Option<(i64, &Cell)> {
    let most = steps.values().map(|it| it.count).max()?;
    let is_busy = |cell: &Cell| cell.count as f64 >= AS_BUSY * most as f64;
    let mut busy: Vec<(i64, &Cell)> = steps.iter().filter(|it| is_busy(it.1)).map(|it| (*it.0, it.1)).collect();
    busy.sort_by(|a, b| mean(a.1).total_cmp(&mean(b.1)));
    busy.get(busy.len() / 2).copied()
}

/// The step with the most work: requests × their mean time.
pub(super) fn slowest(steps: &Steps) -> Option<(i64, &Cell)> {
    steps.iter().max_by(|a, b| a.1.sum.total_cmp(&b.1.sum)).map(|it| (*it.0, it.1))
}

/// The mean of a cell's values; 0 without any.
pub(super) fn mean(cell: &Cell) -> f64 {
    cell.sum / cell.count.max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Steps of so many requests with such a mean time.
    fn steps(all: &[(u64, f64)]) -> Steps {
        let step = |(at, (count, mean_ms)): (usize, &(u64, f64))| {
            (at as i64 * 60, Cell { count: *count, sum: *count as f64 * mean_ms, ..Cell::default() })
        };
        all.iter().enumerate().map(step).collect()
    }

    #[track_caller]
    fn check(all: &[(u64, f64)], expected_peak: i64, expected_slowest: i64) {
        let steps = steps(all);
        assert_eq!(peak(&steps).map(|it| it.0 / 60), Some(expected_peak));
        assert_eq!(slowest(&steps).map(|it| it.0 / 60), Some(expected_slowest));
    }

    #[test]
    fn ok_one_step_stands_out() {
        check(&[(10, 90.0), (100, 200.0), (12, 80.0)], 1, 1);
        check(&[(10, 90.0), (100, 20.0), (12, 800.0)], 1, 2);
    }

    #[test]
    fn ok_a_slow_database_is_no_peak() {
        check(&[(98, 100.0), (100, 6_000.0), (99, 110.0), (97, 105.0), (30, 90.0)], 2, 1);
    }

    #[test]
    fn ok_where_dynos_are_missing_all_busy_steps_are_slow() {
        check(&[(98, 900.0), (100, 950.0), (99, 120.0), (97, 1_000.0), (30, 90.0), (20, 95.0)], 1, 3);
    }

    #[test]
    fn ok_without_steps() {
        assert!(peak(&Steps::new()).is_none() && slowest(&Steps::new()).is_none());
    }
}
