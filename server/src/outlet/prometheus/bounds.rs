//! The bounds of histograms: chosen by `?bounds=`, or fit for the unit; and how many values of a
//! sketch are at most each of them.
//!
//! A bin of a sketch counts as below a bound if its smallest value is. So a value that is at most
//! the bound is always counted there, and one up to 1.6 % above it may be as well. Whole
//! milliseconds are exact at the bounds up to 100 ms, which are starts of bins.

use contract::error::excerpt;
use pipeline::Sketch;

/// Most bounds of a histogram, besides the infinite one.
pub(crate) const BOUNDS_MAX: usize = 32;

/// What a factor of a unit may be off by: 35 ms times 0.001 is not quite 0.035 s.
const ROUNDING: f64 = 1.0 + 1e-12;

/// Bounds for times, seconds: up to the 30 s after which Heroku's router gives up.
const SECONDS: &[f64] = &[0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];
/// Bounds for sizes: 256 bytes to 256 MiB.
const BYTES: &[f64] = &[
    256.0,
    1_024.0,
    4_096.0,
    16_384.0,
    65_536.0,
    262_144.0,
    1_048_576.0,
    4_194_304.0,
    16_777_216.0,
    67_108_864.0,
    268_435_456.0,
];
/// Bounds for all else.
const OTHERS: &[f64] =
    &[1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1_000.0, 2_000.0, 5_000.0, 10_000.0, 100_000.0];

/// The bounds for a unit of Prometheus.
#[must_use]
pub(crate) fn usual(unit: &str) -> &'static [f64] {
    match unit {
        "seconds" => SECONDS,
        "bytes" => BYTES,
        _ => OTHERS,
    }
}

/// Bounds as a parameter lists them, in the unit of the name: `0.1,0.5,1`.
///
/// # Errors
/// A sentence that says what was expected and found.
pub(crate) fn read(text: &str) -> Result<Vec<f64>, String> {
    let bounds: Option<Vec<f64>> = text
        .split(',')
        .take(BOUNDS_MAX + 1)
        .map(|text| text.trim().parse().ok().filter(|it: &f64| it.is_finite()))
        .collect();
    let bounds = bounds.filter(|it| it.len() <= BOUNDS_MAX && it.is_sorted_by(|one, other| one < other));
    bounds.ok_or_else(|| {
        format!("expected bounds= to be 1 to {BOUNDS_MAX} rising numbers such as 0.1,0.5,1, found {:?}", excerpt(text))
    })
}

/// How many values are at most each bound, when values are multiplied with `factor`.
#[must_use]
pub(crate) fn counts(sketch: &Sketch, factor: f64, bounds: &[f64]) -> Vec<u64> {
    let mut counts = Vec::with_capacity(bounds.len());
    let (mut bins, mut below) = (sketch.bin_starts().peekable(), 0);
    for bound in bounds {
        while let Some((_, n)) = bins.next_if(|it| it.0 * factor <= bound * ROUNDING) {
            below += n;
        }
        counts.push(below);
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_values_below_bounds() {
        let mut sketch = Sketch::default();
        (1..=1_000).for_each(|it| sketch.record(f64::from(it)));
        sketch.record(-2.0);
        // Bins near 500 are 4 wide, those near 1,000 are 8 wide.
        let bounds = [-3.0, 0.0, 0.005, 0.025, 0.035, 0.1, 0.5, 1.0, 30.0];
        assert_eq!(counts(&sketch, 1e-3, &bounds), [0, 1, 6, 26, 36, 101, 504, 1_001, 1_001]);
    }

    #[test]
    fn err_bounds() {
        assert_eq!(read("0.1, 0.5,1"), Ok(vec![0.1, 0.5, 1.0]));
        let many = vec!["1"; 40].join(",");
        for text in ["", "1,1", "2,1", "x", "1,NaN", "inf", "1,", &many] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
