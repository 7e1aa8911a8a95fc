//! How long an app is usually without lines, from the minutes or hours that have any.
//!
//! An app that speaks once an hour is not silent after two minutes, and one that sleeps at night is
//! not silent at night, but is so in the middle of the day. One or two outages must not become
//! usual.

use super::history::{DAY_S, HOUR_S};

/// Days that are looked back.
const DAYS_BACK: i64 = 7;
/// Fewest gaps that say anything.
const GAPS_MIN: usize = 3;
/// Gaps that together take more than this share of the time are usual, whatever their number: a
/// weekend of silence is one gap a week. An outage of 16 hours within a week is below it.
const SHARE: f64 = 0.1;
/// A gap is usual when gaps of its length end on this many days.
const DAYS: usize = 3;

/// The gap of the same day of last week counts even when two days were worse, up to this many times
/// what the others had: weekends are two days, and quieter. An outage of last week counts no more.
const WEEKDAY_TIMES: i64 = 3;

/// For how long there were no lines at this hour of the last seven days, at most, but for the two
/// worst days; seconds. The same day of last week counts in any case, up to [`WEEKDAY_TIMES`] as
/// much. In an hour that `is_quiet`, as those of a weekend are, it is the worst of all days. `None`
/// where fewer than three days are known.
///
/// `marks` are the starts of the minutes with lines, in order of time, unix seconds. A silence that
/// is not over does not count. The hour before counts too, for clocks that change.
pub(super) fn usual_silence_s(marks: &[i64], hour_s: i64, is_quiet: bool) -> Option<f64> {
    let longest_of = |day: i64| {
        let (from_s, to_s) = (hour_s - HOUR_S - day * DAY_S, hour_s + HOUR_S - day * DAY_S);
        let before = marks.partition_point(|it| *it <= from_s).checked_sub(1)?;
        let gaps = marks[before..].windows(2).take_while(|gap| gap[0] < to_s);
        // At the end of the hour a gap is only as long as it has lasted.
        let longest_s = gaps.map(|gap| gap[1].min(to_s) - gap[0]).max();
        longest_s.filter(|_| marks.last().is_some_and(|last_s| *last_s >= to_s))
    };
    let mut longest: Vec<i64> = (1..=DAYS_BACK).filter_map(longest_of).collect();
    longest.sort_unstable_by(|a, b| b.cmp(a));
    let third_s = *longest.get(DAYS - 1)?;
    let of_weekday_s = longest_of(DAYS_BACK).unwrap_or(0).min(third_s * WEEKDAY_TIMES);
    Some(if is_quiet { longest[0] } else { third_s.max(of_weekday_s) } as f64)
}

/// The longest usual gap at any hour, seconds. `marks` are the starts of the buckets with lines, in
/// order of time, unix seconds. The gap after the last of them is not over and does not count.
/// `None` where there are fewer than three gaps.
///
/// It is the longest that either takes more than a tenth of the time, together with the longer
/// ones, or is reached on three days.
pub(super) fn usual_gap_s(marks: &[i64]) -> Option<f64> {
    let gaps: Vec<(i64, i64)> = marks.windows(2).map(|it| (it[1] - it[0], it[1])).collect();
    let last_s = *marks.last()?;
    if gaps.len() < GAPS_MIN {
        return None;
    }
    let mut sorted: Vec<i64> = gaps.iter().map(|gap| gap.0).collect();
    sorted.sort_unstable_by(|a, b| b.cmp(a));
    let total_s: i64 = sorted.iter().sum();
    let mut taken_s = 0;
    let by_time = sorted.iter().find(|gap_s| {
        taken_s += **gap_s;
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

    #[track_caller]
    fn check_at(marks: &[i64], hour: i64, is_quiet: bool, expected_s: i64) {
        assert_eq!(usual_silence_s(marks, WEEK_S + hour * HOUR_S, is_quiet), Some(expected_s as f64), "{hour}");
    }

    #[test]
    fn ok_a_silence_of_its_hour() {
        let always = marks(60, |_| false);
        (0..24).for_each(|it| check_at(&always, it, false, 60));
        (0..24).for_each(|it| check_at(&marks(HOUR_S, |_| false), it, false, HOUR_S));
        // Silent from 0:00 to 8:00: at night as long as the night is, by day a minute.
        let by_day = marks(60, |it| it % DAY_S < 8 * HOUR_S);
        for (hour, expected_s) in [(3, 4 * HOUR_S + 60), (7, 8 * HOUR_S + 60), (9, 60), (10, 60), (20, 60)] {
            check_at(&by_day, hour, false, expected_s);
        }
    }

    #[test]
    fn ok_a_silence_of_one_day_is_usual_where_its_hour_is_quiet() {
        let weekend = marks(60, |it| (DAY_S..3 * DAY_S).contains(&it));
        check_at(&weekend, 24 + 12, true, DAY_S + 13 * HOUR_S + 60);
        check_at(&weekend, 12, false, 60);
        let once = |it: i64| (3 * DAY_S..3 * DAY_S + 10 * HOUR_S).contains(&it);
        check_at(&marks(60, once), 5, false, 60);
    }

    #[test]
    fn ok_the_same_day_of_last_week_counts() {
        // A mark a minute; on two days, as on a weekend, one in three.
        let two_weeks = |is_silent: &dyn Fn(i64) -> bool| -> Vec<i64> {
            (0..2 * WEEK_S / 60).map(|it| it * 60).filter(|it| !is_silent(*it)).collect()
        };
        let weekend = two_weeks(&|it| it % WEEK_S >= 5 * DAY_S && it / 60 % 3 != 0);
        check_at(&weekend, 5 * 24 + 12, false, 180);
        check_at(&weekend, 6 * 24 + 12, false, 180);
        check_at(&weekend, 7 * 24 + 12, false, 60);
        // An outage of that day makes it longer, but not as long as it was.
        let once = |it: i64| (5 * DAY_S + 8 * HOUR_S..5 * DAY_S + 16 * HOUR_S).contains(&it);
        check_at(&two_weeks(&once), 5 * 24 + 12, false, 180);
    }

    #[test]
    fn ok_a_silence_that_goes_on_is_not_usual() {
        let gone = marks(60, |it| it >= 2 * DAY_S);
        assert_eq!(usual_silence_s(&gone, WEEK_S + 5 * HOUR_S, false), None);
        let gone = marks(60, |it| it >= 5 * DAY_S);
        check_at(&gone, 5, false, 60);
        assert_eq!(usual_silence_s(&[], WEEK_S, true), None);
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
