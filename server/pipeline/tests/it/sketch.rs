//! Sketches: quantiles compared with a sorted list, merging and encoding. Speed and size are
//! measured in `benches`.

use pipeline::Sketch;
use proptest::prelude::*;

const QUANTILES: [f64; 9] = [0.0, 0.001, 0.25, 0.5, 0.75, 0.95, 0.99, 0.999, 1.0];
/// The largest relative error: one part in 129, with a margin for rounding.
const ERROR_MAX: f64 = 1.0 / 129.0 + 1e-12;

fn sketch_of(values: &[f64]) -> Sketch {
    let mut sketch = Sketch::default();
    values.iter().for_each(|value| sketch.record(*value));
    sketch
}

fn encoded(sketch: &Sketch) -> Vec<u8> {
    let mut bytes = Vec::new();
    sketch.encode(&mut bytes);
    bytes
}

/// Compares each quantile with the value of rank `ceil(q * n)` in the sorted list.
#[track_caller]
fn check(values: &[f64]) {
    let sketch = sketch_of(values);
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    for q in QUANTILES {
        let rank = ((q * sorted.len() as f64).ceil() as usize).max(1);
        let exact = sorted.get(rank - 1).copied();
        match (sketch.quantile(q), exact) {
            (Some(found), Some(exact)) => {
                assert!((found - exact).abs() <= exact.abs() * ERROR_MAX, "q {q}: {found} for {exact} of {sorted:?}");
            }
            (found, exact) => assert_eq!(found, exact, "q {q}"),
        }
    }
    assert_eq!(sketch.count(), values.len() as u64);
}

#[test]
fn ok_few_values() {
    check(&[]);
    check(&[0.0]);
    check(&[-0.0, 0.0]);
    check(&[18.0]);
    check(&[-3.0, 0.0, 3.0]);
    check(&[1.0, 1.0, 1.0, 30_000.0]);
    check(&[1e-18, 1e18, -1e-18, -1e18]);
}

#[test]
fn ok_zero_is_exact() {
    assert_eq!(sketch_of(&[0.0, 1e-300, -1e-300]).quantile(1.0), Some(0.0));
}

#[test]
fn ok_values_out_of_range_count_in_the_last_bins() {
    let sketch = sketch_of(&[-f64::MAX, f64::MAX]);
    let edge = 2f64.powi(64);
    assert!((sketch.quantile(1.0).unwrap() / edge - 1.0).abs() < 0.01);
    assert!((sketch.quantile(0.0).unwrap() / -edge - 1.0).abs() < 0.01);
}

#[test]
fn ok_infinite_and_nan_are_ignored() {
    assert_eq!(sketch_of(&[f64::NAN, f64::INFINITY, f64::NEG_INFINITY]), Sketch::default());
}

#[test]
fn ok_the_encoding_is_small() {
    let sketch = sketch_of(&[18.0]);
    assert_eq!(encoded(&sketch).len(), 5);
    assert!(sketch.bytes() <= 64, "{} bytes", sketch.bytes());
}

#[test]
fn err_decode() {
    let whole = encoded(&sketch_of(&[1.0, 2.0, 500.0]));
    assert!(Sketch::decode(&whole).is_some());
    for end in 0..whole.len() {
        assert_eq!(Sketch::decode(&whole[..end]), None, "cut at {end}");
    }
    for (bytes, why) in [
        (&b"\x02\x00"[..], "unknown version"),
        (b"\x01\x00\x00", "bytes left over"),
        (b"\x01\x01\x05\x00", "count of zero"),
        (b"\x01\x02\x05\x01\x00\x01", "place twice"),
        (b"\x01\x01\x81\x80\x01\x01", "place too large"),
        (b"\x01\x01\x85\x00\x01", "number longer than need be"),
        (b"\x01\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01", "more bins than bytes"),
        (b"\x01\x01\x05\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7F", "count beyond 64 bits"),
    ] {
        assert_eq!(Sketch::decode(bytes), None, "{why}");
    }
}

fn value() -> impl Strategy<Value = f64> {
    prop_oneof![
        4 => (0u32..40_000).prop_map(f64::from),
        2 => (-30.0f64..30.0).prop_map(f64::exp),
        1 => (-30.0f64..30.0).prop_map(|it| -it.exp()),
        1 => Just(0.0),
    ]
}

fn values() -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec(value(), 0..300)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn ok_quantiles_are_those_of_the_sorted_list(values in values()) {
        check(&values);
    }

    #[test]
    fn ok_merged_is_the_sketch_of_all(one in values(), other in values()) {
        let mut merged = sketch_of(&one);
        merged.merge(&sketch_of(&other));
        prop_assert_eq!(merged, sketch_of(&[one, other].concat()));
    }

    #[test]
    fn ok_decoding_gives_the_encoded_sketch(values in values()) {
        let sketch = sketch_of(&values);
        prop_assert_eq!(Sketch::decode(&encoded(&sketch)), Some(sketch));
    }

    #[test]
    fn err_only_canonical_bytes_decode(mut bytes in prop::collection::vec(0u8..8, 0..40)) {
        bytes.insert(0, 1);
        if let Some(sketch) = Sketch::decode(&bytes) {
            prop_assert_eq!(encoded(&sketch), bytes);
        }
    }

    #[test]
    fn err_random_bytes_never_decode_to_more_bins_than_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Some(sketch) = Sketch::decode(&bytes) {
            prop_assert!(sketch.bytes() <= bytes.len() * 4);
        }
    }
}
