//! Cells: what they keep, and that merging equals recording. Sketches have their own file.

use pipeline::{Cell, Kind};
use proptest::prelude::*;

fn cell_of(kind: Kind, values: &[(f64, i64)]) -> Cell {
    let mut cell = Cell::default();
    values.iter().for_each(|(value, at_ms)| cell.record(kind, *value, *at_ms));
    cell
}

#[test]
fn ok_empty() {
    let cell = Cell::default();
    assert!(cell.is_empty());
    assert_eq!((cell.min, cell.max, cell.last_ms), (f64::INFINITY, f64::NEG_INFINITY, i64::MIN));
    assert_eq!(cell.quantile(0.5), None);
    let mut other = cell_of(Kind::Gauge, &[(3.0, 7)]);
    other.merge(&cell);
    assert_eq!(other, cell_of(Kind::Gauge, &[(3.0, 7)]));
}

#[test]
fn ok_last_has_the_newest_time_then_the_latest_arrival() {
    assert_eq!(cell_of(Kind::Gauge, &[(1.0, 20), (2.0, 10)]).last, 1.0);
    assert_eq!(cell_of(Kind::Gauge, &[(1.0, 20), (2.0, 20)]).last, 2.0);
    let mut cell = cell_of(Kind::Gauge, &[(1.0, 20)]);
    cell.merge(&cell_of(Kind::Gauge, &[(2.0, 10)]));
    assert_eq!(cell.last, 1.0);
    cell.merge(&cell_of(Kind::Gauge, &[(3.0, 20)]));
    assert_eq!((cell.last, cell.last_ms), (3.0, 20));
}

#[test]
fn ok_quantiles_stay_between_minimum_and_maximum() {
    let cell = cell_of(Kind::Distribution, &[(3.0, 0)]);
    assert_eq!(cell.quantile(0.5), Some(3.0));
    assert_eq!(cell_of(Kind::Gauge, &[(3.0, 0)]).quantile(0.5), None);
}

#[test]
fn ok_infinite_and_nan_are_ignored() {
    assert_eq!(cell_of(Kind::Distribution, &[(f64::NAN, 0), (f64::INFINITY, 0)]), Cell::default());
}

fn values() -> impl Strategy<Value = Vec<(f64, i64)>> {
    // Whole numbers make sums independent of the order of additions.
    prop::collection::vec(((0u32..5_000).prop_map(f64::from), 0i64..50), 0..50)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn ok_merging_equals_recording(one in values(), other in values(), kind in prop::sample::select(Kind::ALL.to_vec())) {
        let mut merged = cell_of(kind, &one);
        merged.merge(&cell_of(kind, &other));
        prop_assert_eq!(merged, cell_of(kind, &[one, other].concat()));
    }
}
