//! Errors of percentiles for heavy-tailed, bimodal and constant data, at each resolution and over
//! merged ranges, after encoding and decoding. Speed is measured in `sketch.rs`.
//!
//! The data is a day of measurements, ten a second. The exact value is that of rank `ceil(q * n)`
//! in the sorted list. Asserts that the worst relative error is below 1 %.
#![expect(clippy::print_stdout, reason = "the result of a bench is its output")]
#![allow(clippy::unwrap_used, reason = "a bench that can't go on should say where")]

use pipeline::Sketch;
use testing::random::Random;

const SEED: u64 = 0x5EED;
const SECONDS: usize = 86_400;
const PER_SECOND: usize = 10;
const QUANTILES: [f64; 5] = [0.5, 0.9, 0.95, 0.99, 0.999];
/// The width of a bucket, seconds, and its name. The last entry is one range over all data.
const SPANS: [(usize, &str); 5] = [(10, "10 s"), (60, "1 min"), (3_600, "1 h"), (6 * 3_600, "6 h"), (SECONDS, "24 h")];

/// Generates one measurement of a kind of data.
type Make = fn(&mut Random) -> f64;

fn main() {
    println!(
        "{:<14} {:<8} {:>8} {:>8} {:>8} {:>8} {:>8}",
        "data", "over", "p50 %", "p90 %", "p95 %", "p99 %", "p99.9 %"
    );
    let kinds: [(&str, Make); 3] = [
        ("heavy-tailed", |random| random.heavy(4.0)),
        (
            "bimodal",
            |random| if random.below(10) < 8 { 5.0 + 10.0 * random.share() } else { 900.0 + 500.0 * random.share() },
        ),
        ("constant", |_| 37.0),
    ];
    for (name, make) in kinds {
        let mut random = Random(SEED);
        let values: Vec<f64> = (0..SECONDS * PER_SECOND).map(|_| make(&mut random)).collect();
        // As in the store: sketches of ten seconds are merged upwards, each encoded and decoded.
        let mut level: Vec<Sketch> = values.chunks(10 * PER_SECOND).map(|it| stored(&sketch(it))).collect();
        let mut width_s = 10;
        for (span_s, over) in SPANS {
            level = level.chunks(span_s / width_s).map(merged).collect();
            width_s = span_s;
            let errors = worst(&level, &values, span_s * PER_SECOND);
            let shown: Vec<String> = errors.iter().map(|it| format!("{:>8.3}", it * 100.0)).collect();
            println!("{name:<14} {over:<8} {}", shown.join(" "));
            assert!(errors.iter().all(|it| *it < 0.01), "{name} over {over}: {errors:?}, expected below 1 %");
        }
    }
}

fn sketch(values: &[f64]) -> Sketch {
    let mut sketch = Sketch::default();
    values.iter().for_each(|it| sketch.record(*it));
    sketch
}

fn stored(sketch: &Sketch) -> Sketch {
    let mut bytes = Vec::new();
    sketch.encode(&mut bytes);
    Sketch::decode(&bytes).unwrap()
}

fn merged(parts: &[Sketch]) -> Sketch {
    let mut whole = Sketch::default();
    parts.iter().for_each(|it| whole.merge(it));
    stored(&whole)
}

/// The worst relative error of each quantile over all buckets.
fn worst(sketches: &[Sketch], values: &[f64], per_bucket: usize) -> [f64; QUANTILES.len()] {
    let mut worst = [0.0_f64; QUANTILES.len()];
    for (sketch, values) in sketches.iter().zip(values.chunks(per_bucket)) {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        for (worst, q) in worst.iter_mut().zip(QUANTILES) {
            let exact = sorted[(q * sorted.len() as f64).ceil() as usize - 1];
            *worst = worst.max((sketch.quantile(q).unwrap() - exact).abs() / exact);
        }
    }
    worst
}
