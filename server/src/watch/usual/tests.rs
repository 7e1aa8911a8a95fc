//! Tests of the whole calculation; the parts have theirs beside them.
#![expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]

use std::collections::BTreeMap;

use contract::alert::{Band, Basis, Figure};
use pipeline::{Cell, Kind};
use proptest::prelude::*;

use super::{
    app_usual::AppUsual,
    calculation::at_hours,
    history::{Counts, DAY_S, HOUR_S, History, WEEK_S},
};

/// A Friday, 9:00.
const NOW_S: i64 = 2_952 * WEEK_S + DAY_S + 9 * HOUR_S;

/// What an app measures in an hour.
#[derive(Clone, Copy)]
struct Hour {
    requests: f64,
    errors: f64,
    /// All requests take from this to twice as long, milliseconds.
    ms: f64,
}

fn cell(least_ms: f64) -> Cell {
    let mut cell = Cell::default();
    for step in 0..200 {
        cell.record(Kind::Distribution, least_ms * (1.0 + f64::from(step) / 200.0), 0);
    }
    cell
}

/// The history of an app that began so many hours ago.
fn history(hours: i64, of: impl Fn(i64) -> Hour) -> History {
    let (first_s, span) = (NOW_S - hours * HOUR_S, (NOW_S - hours * HOUR_S, NOW_S));
    let times: Vec<i64> = (0..hours).map(|it| first_s + it * HOUR_S).collect();
    let counts = |count: &dyn Fn(Hour) -> f64| {
        let rows: Vec<(i64, f64)> = times.iter().map(|it| (*it, count(of(*it)))).collect();
        Counts::new(Some(first_s), span, &rows)
    };
    let cells = times.iter().filter(|it| of(**it).requests > 0.0).map(|it| (*it, cell(of(*it).ms)));
    History {
        requests: counts(&|it| it.requests),
        errors: counts(&|it| it.errors),
        lines: counts(&|it| 2.0 * it.requests),
        service: cells.collect(),
        ..History::default()
    }
}

/// Requests of a business: nights and weekends are low.
fn business(at_s: i64) -> f64 {
    let (day, hour) = (at_s.div_euclid(DAY_S).rem_euclid(7), at_s.rem_euclid(DAY_S) / HOUR_S);
    // 1970-01-01 was a Thursday.
    let of_day = if day == 2 || day == 3 { 0.3 } else { 1.0 };
    of_day * (10_000.0 + 8_000.0 * ((hour as f64 - 8.0) / 24.0 * std::f64::consts::TAU).sin())
}

fn usually(at_s: i64) -> Hour {
    Hour { requests: business(at_s), errors: business(at_s) * 0.002, ms: 100.0 }
}

fn usual(history: &History, hour_s: i64) -> Option<AppUsual> {
    at_hours(history, &[hour_s]).pop()
}

fn band(history: &History, figure: Figure) -> Band {
    usual(history, NOW_S).unwrap().usual.band(figure).unwrap()
}

/// That the middle is what is expected within 3 %, and that the band is at most as wide as given,
/// as a share of it.
#[track_caller]
fn check(found: Band, expected: f64, width_max: f64) {
    assert!((found.mid / expected - 1.0).abs() < 0.03, "{found:?}, expected {expected}");
    assert!(found.low <= found.mid && found.mid <= found.high, "{found:?}");
    assert!((found.high - found.low) / expected <= width_max, "{found:?}");
}

const WEEKS_8: i64 = 8 * 168;

#[test]
fn ok_a_weekly_pattern() {
    let history = history(WEEKS_8, usually);
    for hour_s in (0..7).map(|it| NOW_S - it * DAY_S) {
        let found = usual(&history, hour_s).unwrap();
        check(found.usual.requests_per_s.unwrap(), business(hour_s) / 3_600.0, 0.9);
        check(found.usual.lines_per_s.unwrap(), business(hour_s) / 1_800.0, 0.9);
        check(found.usual.p50_ms.unwrap(), 150.0, 0.3);
        check(found.usual.p99_ms.unwrap(), 198.0, 0.3);
        check(found.usual.error_rate.unwrap(), 0.002, 4.0);
        assert!(found.errors.unwrap().spread < 0.000_1, "{:?}", found.errors);
        assert_eq!((found.usual.basis, found.hours), (Basis::Weeks, 6));
    }
}

#[test]
fn ok_growth_is_usual_and_a_decline_of_two_days_is_not() {
    let grown = |at_s: i64| 1.1_f64.powf((at_s - NOW_S) as f64 / WEEK_S as f64);
    let growing = history(WEEKS_8, |it| Hour { requests: business(it) * grown(it), ..usually(it) });
    check(band(&growing, Figure::Requests), business(NOW_S) / 3_600.0, 0.9);
    let declined = |at_s: i64| 1.0 - 0.5 * ((at_s - NOW_S + 2 * DAY_S).max(0) as f64 / (2 * DAY_S) as f64);
    let declining = history(WEEKS_8, |it| Hour { requests: business(it) * declined(it), ..usually(it) });
    let found = band(&declining, Figure::Requests);
    check(found, business(NOW_S) / 3_600.0, 0.9);
    assert!(business(NOW_S) * 0.5 / 3_600.0 < found.low, "{found:?}");
}

#[test]
fn ok_a_bad_week_does_not_widen_it() {
    let calm = history(WEEKS_8, usually);
    for (requests, errors, ms) in [(0.0, 0.0, 100.0), (9.0, 4.0, 3_000.0), (0.5, 0.2, 20.0)] {
        let is_bad = |at_s: i64| (NOW_S - WEEK_S - 3 * HOUR_S..NOW_S - WEEK_S + 3 * HOUR_S).contains(&at_s);
        let bad = history(WEEKS_8, |at_s| {
            let was = usually(at_s);
            let wrong = Hour { requests: was.requests * requests, errors: was.requests * errors, ms };
            if is_bad(at_s) { wrong } else { was }
        });
        for figure in Figure::ALL {
            let (expected, found) = (band(&calm, figure), band(&bad, figure));
            let width = (expected.high - expected.low) * 1.3 / expected.mid;
            check(found, expected.mid, width);
        }
    }
}

#[test]
fn ok_a_new_app() {
    let basis = |hours: i64| usual(&history(hours, usually), NOW_S).map(|it| it.usual.basis);
    for (hours, expected) in
        [(2, None), (3, None), (4, Some(Basis::Hours)), (80, Some(Basis::Days)), (600, Some(Basis::Weeks))]
    {
        assert_eq!(basis(hours), expected, "{hours}");
    }
    // The first Saturday is unusual, and the second is like the first.
    let saturday_s = NOW_S + DAY_S;
    let of_days = history(10 * 24, usually);
    let found = usual(&of_days, saturday_s).unwrap();
    let low = found.usual.requests_per_s.unwrap().low;
    assert_eq!(found.usual.basis, Basis::Days);
    assert!(low <= business(saturday_s) / 3_600.0, "{low}");
}

#[test]
fn ok_the_first_minutes_of_a_steep_hour() {
    let steep = |at_s: i64| Hour {
        requests: if at_s.rem_euclid(DAY_S) < 9 * HOUR_S { 100.0 } else { 9_000.0 },
        ..usually(at_s)
    };
    let found = band(&history(WEEKS_8, steep), Figure::Requests);
    check(found, 2.5, 1.3);
    assert!(found.low < 100.0 / 3_600.0, "{found:?}");
}

#[test]
fn ok_clocks_that_change() {
    // Since yesterday everything comes an hour later, or earlier.
    let history = history(WEEKS_8, usually);
    for shift_s in [-HOUR_S, HOUR_S] {
        for hour_s in (0..24).map(|it| NOW_S - it * HOUR_S) {
            let (found, now) = (usual(&history, hour_s).unwrap(), business(hour_s + shift_s) / 3_600.0);
            // Days have their own level: at midnight the day before or after is a weekend.
            if (business(hour_s) - business(hour_s + shift_s)).abs() < 0.5 * business(hour_s) {
                let band = found.usual.requests_per_s.unwrap();
                assert!(band.low <= now && now <= band.high, "{band:?} {now}");
            }
        }
    }
}

#[test]
fn ok_what_never_was_is_absent_and_what_paused_is_zero() {
    let office = |at_s: i64| {
        let is_open = (9..17).contains(&(at_s.rem_euclid(DAY_S) / HOUR_S));
        Hour { requests: if is_open { 3_600.0 } else { 0.0 }, ..usually(at_s) }
    };
    let found = usual(&history(WEEKS_8, office), NOW_S - 6 * HOUR_S).unwrap();
    let requests = found.usual.requests_per_s.unwrap();
    assert!(requests.mid == 0.0 && requests.high < 0.01, "{requests:?}");
    assert_eq!((found.usual.p50_ms, found.usual.error_rate), (None, None));
    let silent = History { requests: Counts::default(), errors: Counts::default(), ..history(WEEKS_8, usually) };
    let found = usual(&History { service: BTreeMap::new(), ..silent }, NOW_S).unwrap();
    assert_eq!((found.usual.requests_per_s, found.usual.error_rate, found.usual.p99_ms), (None, None, None));
    assert!(found.usual.lines_per_s.is_some() && found.latency.is_none());
}

#[test]
fn ok_few_requests_have_wide_bands() {
    let few = |at_s: i64| Hour { requests: (at_s / HOUR_S % 4 + 1) as f64, errors: 0.0, ms: 100.0 };
    let found = usual(&history(WEEKS_8, few), NOW_S).unwrap();
    let (requests, errors) = (found.usual.requests_per_s.unwrap(), found.usual.error_rate.unwrap());
    assert!(requests.low == 0.0 && requests.high * 3_600.0 >= 7.0, "{requests:?}");
    assert!(errors.mid == 0.0 && errors.high > 0.01, "{errors:?}");
    // Six weeks of 25 hours, with two or three requests an hour.
    assert!(found.errors.is_some_and(|it| it.errors == 0.0 && it.requests >= 300.0 && it.spread == 0.0));
}

#[test]
fn ok_codes_and_their_counts() {
    let mut history = history(WEEKS_8, usually);
    let weeks = (1..=6).map(|it| NOW_S - it * WEEK_S);
    // Two a week, and four hundred in the third week.
    let h12 = weeks.clone().map(|it| (it, if it == NOW_S - 3 * WEEK_S { 400.0 } else { 2.0 })).collect();
    history.codes.insert("H12".parse().unwrap(), h12);
    history.codes.insert("R14".parse().unwrap(), weeks.map(|it| (it + HOUR_S, 60.0)).collect());
    history.codes.insert("H10".parse().unwrap(), BTreeMap::from([(NOW_S - WEEK_S + 2 * HOUR_S, 5.0)]));
    let found = usual(&history, NOW_S).unwrap();
    let codes: Vec<(&str, f64, f64)> = found.codes.iter().map(|it| (it.code.as_str(), it.count, it.hours)).collect();
    assert_eq!(codes, [("R14", 360.0, 18.0), ("H12", 10.0, 15.0)]);
    let requests = found.codes[1].requests;
    assert!((requests / (15.0 * business(NOW_S)) - 1.0).abs() < 0.2, "{requests}");
}

#[test]
fn ok_gaps_of_jobs() {
    let gap_s = |history: &History| usual(history, NOW_S).unwrap().usual.gap_s;
    let minutes = Some((0..170).map(|it| NOW_S - WEEK_S + (it - 2) * HOUR_S + 300).collect());
    assert_eq!(gap_s(&History { minutes, ..history(WEEKS_8, usually) }), Some(3_600.0));
    // Of a young app all gaps count, whatever the hour.
    let minutes = Some((0..10).map(|it| NOW_S - it * 1_800).rev().collect());
    assert_eq!(gap_s(&History { minutes, ..history(6, usually) }), Some(1_800.0));
    // A job of Mondays has too few minutes to tell from, but hours of six weeks.
    let mondays = |at_s: i64| if at_s.rem_euclid(WEEK_S) == 4 * DAY_S { 5.0 } else { 0.0 };
    let weekly = history(WEEKS_8, |it| Hour { requests: mondays(it), ..usually(it) });
    assert_eq!(gap_s(&History { minutes: Some(vec![NOW_S - 4 * DAY_S]), ..weekly }), Some(WEEK_S as f64));
    assert_eq!(gap_s(&history(WEEKS_8, usually)), None);
}

/// The rate of one hour, worked out naively: no prefix sums, nothing shared between hours.
fn naive(rows: &BTreeMap<i64, f64>, first_s: i64, hour_s: i64) -> Option<(Basis, Band)> {
    let knows = |at_s: i64| at_s > first_s && at_s < NOW_S;
    let count = |at_s: i64| rows.get(&at_s).copied().unwrap_or(0.0);
    let middle = |values: &[f64]| {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        (sorted[(sorted.len() - 1) / 2] + sorted[sorted.len() / 2]) / 2.0
    };
    let day = |from_s: i64| (0..24).map(|it| count(from_s + it * HOUR_S)).sum::<f64>();
    let factor = |week: i64| {
        (1..=week).rev().find_map(|week| {
            let days = (1..=7).map(|it| hour_s.min(NOW_S) - it * DAY_S);
            let pairs = days.map(|it| (it - week * WEEK_S, day(it), day(it - week * WEEK_S)));
            let ratios: Vec<f64> = pairs.filter(|it| knows(it.0) && it.2 >= 20.0).map(|it| it.1 / it.2).collect();
            (ratios.len() >= 3).then(|| middle(&ratios).clamp(0.5, 2.0))
        })
    };
    let at = |step_s: i64, n: i64| (1..=n).filter(|it| knows(hour_s - it * step_s)).collect::<Vec<i64>>();
    let (weeks, days, hours) = (at(WEEK_S, 6), at(DAY_S, 7), at(HOUR_S, 24));
    let (basis, counts): (Basis, Vec<f64>) = if weeks.len() >= 3 {
        let scaled = |it: &i64| count(hour_s - it * WEEK_S) * factor(*it).unwrap_or(1.0);
        (Basis::Weeks, weeks.iter().map(scaled).collect())
    } else if days.len() >= 3 {
        (Basis::Days, days.iter().map(|it| count(hour_s - it * DAY_S)).collect())
    } else if hours.len() >= 3 {
        (Basis::Hours, hours.iter().map(|it| count(hour_s - it * HOUR_S)).collect())
    } else {
        return None;
    };
    let mid = middle(&counts);
    let n = counts.len();
    let small = [1.495, 1.363, 1.206, 1.200, 1.140, 1.129, 1.107].get(n - 3).copied();
    let distances: Vec<f64> = counts.iter().map(|it| (it - mid).abs()).collect();
    let sigma = 1.4826 * small.unwrap_or(n as f64 / (n as f64 - 0.8)) * middle(&distances);
    let half = |it: f64| 3.0 * (sigma * sigma + it + 1.0 + 0.0025 * it * it).sqrt();
    let mut ends = vec![mid - half(mid), mid + half(mid)];
    if basis == Basis::Days {
        for at_s in [hour_s - WEEK_S, hour_s - 2 * WEEK_S] {
            if knows(at_s) {
                ends.extend([count(at_s) - half(count(at_s)), count(at_s) + half(count(at_s))]);
            }
        }
    }
    let (low, high) = ends.into_iter().fold((f64::MAX, f64::MIN), |ends, it| (ends.0.min(it), ends.1.max(it)));
    Some((basis, Band { low: low.max(0.0) / 3_600.0, mid: mid / 3_600.0, high: high / 3_600.0 }))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Counts of any size, with any hours missing, of apps of any age.
    #[test]
    fn ok_as_a_naive_calculation(
        age in 1_i64..9 * 168,
        level in 0.0..200.0_f64,
        dice in prop::collection::vec(0.0..3.0_f64, 200),
        ahead in -200_i64..3,
    ) {
        let first_s = NOW_S - age * HOUR_S;
        let counts = (0..age).map(|it| (first_s + it * HOUR_S, (level * dice[(it * 31 % 199) as usize]).floor()));
        let rows: BTreeMap<i64, f64> = counts.filter(|it| it.0 == first_s || it.1 > level * 0.2).collect();
        let hour_s = NOW_S + ahead * HOUR_S;
        let listed: Vec<(i64, f64)> = rows.iter().map(|it| (*it.0, *it.1)).collect();
        let history = History { requests: Counts::new(Some(first_s), (first_s, NOW_S), &listed), ..History::default() };
        let expected = naive(&rows, first_s, hour_s).map(|(basis, own)| {
            let beside = [hour_s - HOUR_S, hour_s + HOUR_S].map(|it| naive(&rows, first_s, it));
            let beside = beside.into_iter().flatten().filter(|it| it.0 != Basis::Hours).map(|it| it.1);
            let (low, high) = beside.fold((own.low, own.high), |ends, it| (ends.0.min(it.low), ends.1.max(it.high)));
            (basis, if basis == Basis::Hours { own } else { Band { low, high, ..own } })
        });
        let found = usual(&history, hour_s).map(|it| (it.usual.basis, it.usual.requests_per_s.unwrap()));
        prop_assert_eq!(found.map(|it| it.0), expected.map(|it| it.0));
        if let (Some((_, found)), Some((_, expected))) = (found, expected) {
            for (found, expected) in [(found.low, expected.low), (found.mid, expected.mid), (found.high, expected.high)] {
                prop_assert!((found - expected).abs() <= 1e-9 * expected.abs().max(1e-3), "{} {}", found, expected);
            }
        }
    }

    /// The middle is the quantile of all requests of the weeks, within the sketch's error.
    #[test]
    fn ok_quantiles_are_of_all_requests(values in prop::collection::vec(prop::collection::vec(50.0..60.0_f64, 50..90), 6)) {
        let of_week = |week: i64, values: &Vec<f64>| {
            let mut cell = Cell::default();
            values.iter().for_each(|it| cell.record(Kind::Distribution, *it, 0));
            (NOW_S - week * WEEK_S, cell)
        };
        let service = values.iter().zip(1..).map(|(values, week)| of_week(week, values)).collect();
        let found = usual(&History { service, ..history(WEEKS_8, usually) }, NOW_S).unwrap();
        let mut all: Vec<f64> = values.into_iter().flatten().collect();
        all.sort_by(f64::total_cmp);
        for (figure, quantile) in [(Figure::P50, 0.5), (Figure::P95, 0.95), (Figure::P99, 0.99)] {
            let exact = all[((quantile * all.len() as f64).ceil() as usize).max(1) - 1];
            let band = found.usual.band(figure).unwrap();
            prop_assert!((band.mid / exact - 1.0).abs() < 0.01, "{:?} {}", band, exact);
            prop_assert!(band.low <= band.mid && band.mid <= band.high);
        }
    }
}
