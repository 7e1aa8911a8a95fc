//! The usual gap between two lines of an app, from the minutes or hours that have any.
//!
//! An app that speaks once an hour is not silent after two minutes, and one that sleeps at night is
//! not silent at night. One or two outages must not become usual.

/// A day, seconds.
const DAY_S: i64 = 86_400;
/// Fewest gaps that say anything.
const GAPS_MIN: usize = 3;
/// Gaps that together take more than this share of the time are usual, whatever their number: a
/// weekend of silence is one gap a week. An outage of 16 hours within a week is below it.
const SHARE: f64 = 0.1;
/// A gap is usual when gaps of its length end on this many days.
const DAYS: usize = 3;

/// The longest usual gap, seconds. `marks` are the starts of the buckets with lines, in order of
/// time, unix seconds. The gap after the last of them is not over and does not count. `None` where
/// there are fewer than three gaps.
///
/// It is the longest that either takes more than a tenth of the time, together with the longer
/// ones, or is reached on three days.
pub(super) fn usual_gap_s(marks: &[i64]) -> Option<f64> {
    let gaps: Vec<(i64, i64)> = marks.windows(2).map(|it| (it[1] - it[0], it[1])).collect();
    let last_s = *marks.last()?;
    if gaps.len() < GAPS_MIN {
        return None;
    }
    let mut sorted: Vec<i64> = gaps.iter().map(|it| it.0).collect();
    sorted.sort_unstable_by(|a, b| b.cmp(a));
    let total_s: i64 = sorted.iter().sum();
    let mut taken_s = 0;
    let by_time = sorted.iter().find(|it| {
        taken_s += **it;
        taken_s as f64 > SHARE * total_s as f64
    });
    let mut longest_of_days: Vec<i64> = vec![];
    for (gap_s, end_s) in &gaps {
        let day = usize::try_from((last_s - end_s) / DAY_S).unwrap_or(0);
        longest_of_days.resize(longest_of_days.len().max(day + 1), 0);
        longest_of_days[day] = longest_of_days[day].max(*gap_s);
    }
    longest_of_days.sort_unstable_by(|a, b| b.cmp(a));
    let by_days = longest_of_days.get(DAYS - 1);
    by_time.into_iter().chain(by_days).max().map(|it| *it as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WEEK_S: i64 = 7 * DAY_S;

    /// A week of marks every `every_s`, without those in which `is_silent` holds.
    fn marks(every_s: i64, is_silent: impl Fn(i64) -> bool) -> Vec<i64> {
        (0..WEEK_S / every_s).map(|it| it * every_s).filter(|it| !is_silent(*it)).collect()
    }

    #[track_caller]
    fn check(marks: &[i64], expected_s: Option<i64>) {
        assert_eq!(usual_gap_s(marks), expected_s.map(|it| it as f64));
    }

    #[test]
    fn ok_regular_lines() {
        check(&marks(60, |_| false), Some(60));
        check(&marks(3_600, |_| false), Some(3_600));
        check(&marks(DAY_S, |_| false), Some(DAY_S));
        check(&[0, 60, 180, 240], Some(120));
    }

    #[test]
    fn ok_sleep_is_usual() {
        // At night, in an hour of each day, and on the weekend.
        check(&marks(60, |it| it % DAY_S < 8 * 3_600), Some(8 * 3_600 + 60));
        check(&marks(60, |it| it % DAY_S / 3_600 == 4), Some(3_660));
        let weekend = |it: i64| (3 * DAY_S..5 * DAY_S).contains(&it);
        check(&marks(60, weekend), Some(2 * DAY_S + 60));
    }

    #[test]
    fn ok_outages_are_not() {
        let once = |it: i64| (3 * DAY_S..3 * DAY_S + 10 * 3_600).contains(&it);
        check(&marks(60, once), Some(60));
        let twice = |it: i64| it % (4 * DAY_S) > 0 && it % (4 * DAY_S) < 5 * 3_600;
        check(&marks(60, twice), Some(60));
        // A job of each hour that was away for half a day.
        check(&marks(3_600, once), Some(3_600));
    }

    #[test]
    fn ok_too_little_is_nothing() {
        check(&[], None);
        check(&[0, 3_600, 7_200], None);
    }
}
