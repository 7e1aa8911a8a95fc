//! Our sketch compared with two others of the same accuracy on the same heavy-tailed latencies, for
//! few values (a cell of one second) and many (an hour). Accuracy over merged ranges is measured in
//! `accuracy.rs`.
//!
//! The others are `DDSketch` at 0.78 % and `HdrHistogram` with two significant digits of
//! microseconds. Their heap bytes are those of their counters only, and `HdrHistogram` is not
//! encoded, because that would need its compression. They also define the rank of a quantile
//! differently, which shows with few values. Asserts that our error stays below 1 %.
#![expect(clippy::print_stdout, reason = "the result of a bench is its output")]
#![allow(clippy::unwrap_used, reason = "the others return errors for values that this bench does not make")]

use std::{hint::black_box, time::Instant};

use hdrhistogram::Histogram;
use pipeline::Sketch;
use sketches_ddsketch::{Config, DDSketch};
use testing::random::Random;

const SEED: u64 = 0x5EED;
const QUANTILES: [f64; 5] = [0.5, 0.9, 0.95, 0.99, 0.999];
const ALPHA: f64 = 0.0078;
const MICROS_MAX: u64 = 60_000_000_000;
/// The number of values to record, and of sketches to merge, in one timing.
const VALUES_TIMED: usize = 4_000_000;
const MERGES_TIMED: usize = 20_000;
const ROUNDS: usize = 5;

trait Subject {
    const NAME: &'static str;
    fn empty() -> Self;
    fn record(&mut self, value_ms: f64);
    fn merge(&mut self, other: &Self);
    fn quantile(&self, q: f64) -> f64;
    fn heap_bytes(&self) -> usize;
    fn encoded_bytes(&self) -> Option<usize>;
}

impl Subject for Sketch {
    const NAME: &'static str = "ours";

    fn empty() -> Self {
        Self::default()
    }

    fn record(&mut self, value_ms: f64) {
        self.record(value_ms);
    }

    fn merge(&mut self, other: &Self) {
        self.merge(other);
    }

    fn quantile(&self, q: f64) -> f64 {
        self.quantile(q).unwrap()
    }

    fn heap_bytes(&self) -> usize {
        self.bytes()
    }

    fn encoded_bytes(&self) -> Option<usize> {
        let mut bytes = Vec::new();
        self.encode(&mut bytes);
        Some(bytes.len())
    }
}

impl Subject for DDSketch {
    const NAME: &'static str = "ddsketch";

    fn empty() -> Self {
        Self::new(Config::new(ALPHA, 4_096, 1e-9))
    }

    fn record(&mut self, value_ms: f64) {
        self.add(value_ms);
    }

    fn merge(&mut self, other: &Self) {
        self.merge(other).unwrap();
    }

    fn quantile(&self, q: f64) -> f64 {
        self.quantile(q).unwrap().unwrap()
    }

    fn heap_bytes(&self) -> usize {
        self.length() * size_of::<u64>()
    }

    fn encoded_bytes(&self) -> Option<usize> {
        Some(self.to_java_bytes().len())
    }
}

impl Subject for Histogram<u64> {
    const NAME: &'static str = "hdrhistogram";

    fn empty() -> Self {
        Self::new_with_bounds(1, MICROS_MAX, 2).unwrap()
    }

    fn record(&mut self, value_ms: f64) {
        self.record((value_ms * 1_000.0) as u64).unwrap();
    }

    fn merge(&mut self, other: &Self) {
        self.add(other).unwrap();
    }

    fn quantile(&self, q: f64) -> f64 {
        self.value_at_quantile(q) as f64 / 1_000.0
    }

    fn heap_bytes(&self) -> usize {
        self.distinct_values() * size_of::<u64>()
    }

    fn encoded_bytes(&self) -> Option<usize> {
        None
    }
}

fn main() {
    println!(
        "{:<14} {:>8} {:>10} {:>10} {:>10} {:>10} {:>8}",
        "sketch", "values", "record ns", "merge ns", "heap B", "encoded B", "error %"
    );
    for count in [30, 1_000, 100_000] {
        let mut random = Random(SEED);
        // Whole milliseconds, as the router writes them.
        let values: Vec<_> = (0..count).map(|_| random.heavy(4.0).floor()).collect();
        let ours = row::<Sketch>(&values);
        row::<DDSketch>(&values);
        row::<Histogram<u64>>(&values);
        assert!(ours <= 0.01, "our error is {:.3} % with {count} values, at most 1 % was expected", ours * 100.0);
    }
}

/// Measures one sketch type and prints its row. Returns its worst relative error.
fn row<S: Subject>(values: &[f64]) -> f64 {
    let full = filled::<S>(values);
    let repeats = VALUES_TIMED / values.len();
    let record_ns = best_ns(repeats * values.len(), || {
        for _ in 0..repeats {
            black_box(filled::<S>(black_box(values)));
        }
    });
    let merge_ns = best_ns(MERGES_TIMED, || {
        let mut into = S::empty();
        for _ in 0..MERGES_TIMED {
            into.merge(black_box(&full));
        }
        black_box(into);
    });
    let error = worst_error(&full, values);
    let encoded = full.encoded_bytes().map_or("-".to_owned(), |bytes| bytes.to_string());
    println!(
        "{:<14} {:>8} {record_ns:>10.1} {merge_ns:>10.0} {:>10} {encoded:>10} {:>8.3}",
        S::NAME,
        values.len(),
        full.heap_bytes(),
        error * 100.0
    );
    error
}

fn filled<S: Subject>(values: &[f64]) -> S {
    let mut subject = S::empty();
    values.iter().for_each(|value| subject.record(*value));
    subject
}

fn best_ns(operations: usize, mut run: impl FnMut()) -> f64 {
    let round = |_| {
        let begin = Instant::now();
        run();
        begin.elapsed()
    };
    (0..ROUNDS).map(round).min().unwrap_or_default().as_secs_f64() * 1e9 / operations as f64
}

/// The worst error against the value of rank `ceil(q * n)` in the sorted list.
fn worst_error<S: Subject>(subject: &S, values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let error = |q: f64| {
        let exact = sorted[(q * sorted.len() as f64).ceil() as usize - 1];
        (subject.quantile(q) - exact).abs() / exact
    };
    QUANTILES.into_iter().map(error).fold(0.0, f64::max)
}
