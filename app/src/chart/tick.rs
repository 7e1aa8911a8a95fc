//! The labels of the two axes: where they stand, and their text.

use super::scale::Scale;
use crate::part::{
    time::{clock, clock_seconds, day},
    zone::{next_change, offset_s, short_near_change},
};

/// A label of an axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// The share of the axis at which it stands.
    pub share: f64,
    pub text: String,
}

/// Distances between labels of a time axis, seconds.
const STEPS_S: [i64; 14] =
    [10, 30, 60, 300, 600, 1_800, 3_600, 7_200, 14_400, 21_600, 86_400, 432_000, 2_592_000, 7_776_000];
/// Least distance of the upper two labels of a logarithmic axis, as a share of the height: two
/// lines of text on the lowest charts.
const APART: f64 = 0.12;
/// Most labels of a time axis.
const TIMES_MAX: i64 = 7;

/// Labels of a time axis, at round times.
#[must_use]
pub fn times(from_s: i64, to_s: i64) -> Vec<Tick> {
    let length_s = (to_s - from_s).max(1);
    // Labels with seconds are wider.
    let most = |step_s: i64| if step_s < 60 { TIMES_MAX - 2 } else { TIMES_MAX };
    let step_s = STEPS_S.into_iter().find(|it| length_s / it <= most(*it)).unwrap_or(7_776_000);
    let text = |at_s: i64| match step_s {
        ..60 => clock_seconds(at_s),
        60..86_400 => named(clock(at_s), at_s),
        _ => day(at_s),
    };
    let round = std::iter::successors(Some(round_from(from_s, step_s)), |it| Some(round_from(it + 1, step_s)));
    let mut last_s = i64::MIN;
    round
        .take_while(|it| *it <= to_s)
        // In the hour that comes twice, the same label would come twice with no room between.
        .filter(|at_s| {
            let is_apart = at_s.saturating_sub(last_s) >= step_s * 3 / 4;
            last_s = if is_apart { *at_s } else { last_s };
            is_apart
        })
        .map(|at_s| Tick { share: (at_s - from_s) as f64 / length_s as f64, text: text(at_s) })
        .collect()
}

/// The first time from this one on at which clocks show a multiple of a step. A day of 23 or 25
/// hours has its labels where its clocks show them.
fn round_from(from_s: i64, step_s: i64) -> i64 {
    let until = |at_s: i64| at_s + (-(at_s + offset_s(at_s))).rem_euclid(step_s);
    match next_change(from_s) {
        Some(change_s) if until(from_s) >= change_s => until(change_s),
        _ => until(from_s),
    }
}

/// A time of day with the name of its time where clocks change, such as `02:00 CET`.
fn named(time: String, at_s: i64) -> String {
    match short_near_change(at_s) {
        Some(short) => [&time, " ", &short].concat(),
        None => time,
    }
}

/// The time of a step as text: with seconds when steps are shorter than a minute, with the day when
/// the axis is longer than a day.
#[must_use]
pub fn moment(at_s: i64, step_s: i64, length_s: i64) -> String {
    let time = named(if step_s % 60 == 0 { clock(at_s) } else { clock_seconds(at_s) }, at_s);
    if length_s > 86_400 { format!("{} {time}", day(at_s)) } else { time }
}

/// Labels of a value axis, from the bottom.
#[must_use]
pub fn values(scale: Scale, text: impl Fn(f64) -> String) -> Vec<Tick> {
    match scale {
        Scale::Linear { max } => {
            let parts = parts(max);
            let shares = (0..=parts).map(|it| f64::from(it) / f64::from(parts));
            shares.map(|share| Tick { share, text: text(max * share) }).collect()
        }
        Scale::Log { min, max } => {
            // Within less than two powers of ten there is room for labels between them.
            let steps: &[f64] = if max < min * 99.0 { &[1.0, 2.0, 5.0] } else { &[1.0] };
            let factor = if max > min * 1e6 { 100.0 } else { 10.0 };
            let mut ticks: Vec<Tick> = vec![];
            let mut decade = min;
            while decade <= max * 1.001 {
                let within = steps.iter().map(|it| it * decade).filter(|it| *it <= max * 1.001);
                ticks.extend(within.map(|value| Tick { share: scale.y(value), text: text(value) }));
                decade *= factor;
            }
            if ticks.last().is_some_and(|it| it.share < 1.0 - APART) {
                // The axis ends a little above a round number.
                ticks.push(Tick { share: 1.0, text: text(two_digits(max)) });
            }
            ticks
        }
    }
}

/// A number truncated to two digits.
fn two_digits(value: f64) -> f64 {
    let unit = 10_f64.powf(value.log10().floor() - 1.0);
    (value / unit + 1e-9).floor() * unit
}

/// The number of parts into which a linear axis is divided, so that all end with round numbers.
fn parts(max: f64) -> u8 {
    // Axes end at one of `scale::LINEAR_STEPS` times a power of ten.
    let mut top = max;
    while top >= 10.0 {
        top /= 10.0;
    }
    while top < 0.99 {
        top *= 10.0;
    }
    // Between small numbers, parts of one digit.
    let is_small = max < 4.0;
    match (top * 10.0).round() as u8 {
        10 | 20 if is_small => 2,
        12 | 15 | 30 | 60 => 3,
        10 | 25 | 50 => 5,
        _ => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::part::zone::{Zone, enter};

    fn texts(ticks: &[Tick]) -> Vec<&str> {
        ticks.iter().map(|it| &*it.text).collect()
    }

    #[test]
    fn ok_times_are_round_and_few() {
        let now_s = 1_790_000_007;
        assert_eq!(texts(&times(now_s - 300, now_s)), ["14:09", "14:10", "14:11", "14:12", "14:13"]);
        for length_s in [10, 45, 300, 3_600, 21_600, 86_400, 604_800, 2_592_000, 34_560_000] {
            let ticks = times(now_s - length_s, now_s);
            assert!((1..=8).contains(&ticks.len()), "{length_s}: {ticks:?}");
            assert!(ticks.iter().all(|it| (0.0..=1.0).contains(&it.share)));
        }
        assert_eq!(texts(&times(now_s - 604_800, now_s))[0], "Tue 15");
    }

    #[test]
    fn ok_the_nights_of_a_change() {
        let zones = [
            ("Europe/Berlin", "Europe/Berlin;0 3600 CET;1774746000 7200 CEST;1792890000 3600 CET"),
            ("America/New_York", "America/New_York;0 -18000 EST;1772953200 -14400 EDT;1793512800 -18000 EST"),
        ];
        let check = |zone: usize, change_s: i64, length_s: i64, expected: &[&str]| {
            let until = enter(Zone::parse(zones[zone].1).into());
            let ticks = times(change_s - length_s / 2, change_s + length_s / 2);
            enter(until);
            assert_eq!(texts(&ticks), expected, "{} {length_s}", zones[zone].0);
        };
        // 25 October: 02:00 comes twice. 29 March: it is skipped.
        check(0, 1_792_890_000, 21_600, &["00:00", "01:00", "02:00 CEST", "02:00 CET", "03:00", "04:00", "05:00"]);
        check(0, 1_774_746_000, 21_600, &["23:00", "00:00", "01:00 CET", "03:00 CEST", "04:00", "05:00", "06:00"]);
        check(1, 1_793_512_800, 21_600, &["23:00", "00:00", "01:00 EDT", "01:00 EST", "02:00", "03:00", "04:00"]);
        check(1, 1_772_953_200, 86_400, &["16:00", "20:00", "00:00", "04:00", "08:00", "12:00"]);
        check(0, 1_792_890_000, 43_200, &["22:00", "00:00", "02:00 CEST", "04:00", "06:00", "08:00"]);
        // Days begin at midnight of the zone, also those of 25 hours.
        check(0, 1_792_890_000, 345_600, &["Sat 24", "Sun 25", "Mon 26", "Tue 27"]);
    }

    #[test]
    fn ok_values() {
        let plain = |it: f64| format!("{it}");
        assert_eq!(texts(&values(Scale::Linear { max: 400.0 }, plain)), ["0", "100", "200", "300", "400"]);
        assert_eq!(texts(&values(Scale::Linear { max: 1.0 }, plain)), ["0", "0.5", "1"]);
        assert_eq!(texts(&values(Scale::Linear { max: 50.0 }, plain)), ["0", "10", "20", "30", "40", "50"]);
        assert_eq!(texts(&values(Scale::Linear { max: 10.0 }, plain)), ["0", "2", "4", "6", "8", "10"]);
        assert_eq!(texts(&values(Scale::Linear { max: 8.0 }, plain)), ["0", "2", "4", "6", "8"]);
        assert_eq!(texts(&values(Scale::Linear { max: 600.0 }, plain)), ["0", "200", "400", "600"]);
        assert_eq!(texts(&values(Scale::Linear { max: 2.5 }, plain)), ["0", "0.5", "1", "1.5", "2", "2.5"]);
        assert_eq!(texts(&values(Scale::Log { min: 10.0, max: 200.0 }, plain)), ["10", "20", "50", "100", "200"]);
        assert_eq!(
            texts(&values(Scale::Log { min: 10.0, max: 30_000.0 }, plain)),
            ["10", "100", "1000", "10000", "30000"]
        );
    }

    #[test]
    fn ok_labels_of_values_do_not_crowd() {
        for exponent in 0..60 {
            let highest = 1.7_f64.powi(exponent - 10);
            for scale in [Scale::linear(highest, 0.0), Scale::log(highest / 90.0, highest), Scale::log(1.0, highest)] {
                let ticks = values(scale, |it| it.to_string());
                assert!((3..=8).contains(&ticks.len()), "{scale:?}: {ticks:?}");
                // A label takes 12 of 128 CSS pixels on the lowest charts.
                let is_apart = ticks.windows(2).all(|it| it[1].share - it[0].share > 12.0 / 128.0);
                assert!(is_apart, "{scale:?}: {ticks:?}");
            }
        }
    }
}
