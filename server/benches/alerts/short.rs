//! A short part of the simulated year, as a test: four weeks at one rate, with an incident of each
//! kind.

#![allow(dead_code, reason = "the bench prints what the test does not look at")]

mod app;
mod dice;
mod fixed;
mod incident;
mod usual;
mod year;

/// The same numbers at each run: change the bounds only with a measurement of whole years.
#[test]
fn ok_four_weeks_with_an_incident_of_each_kind() {
    let [ours, fixed] = year::play(year::Play { seed: 7, per_s: 5.0, days: 28, stretch: 1.0 });
    let (found, all) = ours.found();
    assert!(found * 100 >= all * 95, "{found} of {all}: {:?}", ours.by_kind());
    assert_eq!(ours.grave_in_time().0, ours.grave_in_time().1, "{:?}", ours.by_kind());
    let said: Vec<&str> = ours.false_alarms.iter().map(|it| it.what.as_str()).collect();
    assert!(said.len() <= 1, "{said:?}");
    assert!(fixed.found().0 < found, "fixed thresholds find fewer");
}
