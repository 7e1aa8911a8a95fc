//! How fast bodies become deltas: router lines alone, and a mix of all that a drain carries. One core, bodies of 100 kB.
//!
//! Asserts that every line and request was counted. Generating the traffic is not measured.
#![expect(clippy::print_stdout, reason = "the result of a bench is its output")]

mod traffic;

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use pipeline::{Origin, Reducer};
use traffic::{RECEIVED_MS, Traffic, traffic};

const SEED: u64 = 0x5EED;
const BYTES: usize = 32 << 20;
const ROUNDS: u32 = 9;

fn main() {
    println!("{:<8} {:>12} {:>8} {:>10}", "lines", "lines/s", "MB/s", "ns/line");
    measure("router", &traffic(SEED, BYTES, 100));
    measure("mixed", &traffic(SEED, BYTES, 80));
}

fn measure(name: &str, traffic: &Traffic) {
    let best = (0..ROUNDS).map(|_| round(traffic)).min().unwrap_or_default();
    let seconds = best.as_secs_f64();
    println!(
        "{name:<8} {:>12.0} {:>8.0} {:>10.1}",
        traffic.lines as f64 / seconds,
        traffic.bytes as f64 / seconds / 1e6,
        seconds * 1e9 / traffic.lines as f64,
    );
}

/// Reduces all bodies once; the sums must be what was generated.
fn round(traffic: &Traffic) -> Duration {
    let origin = Origin { received_ms: RECEIVED_MS, from_logplex: true, ..Origin::default() };
    let mut reducer = Reducer::new();
    let (mut lines, mut requests) = (0, 0.0);
    let begin = Instant::now();
    for body in &traffic.bodies {
        let delta = reducer.reduce(black_box(body), &origin);
        lines += delta.lines;
        assert!(delta.losses.is_empty(), "lost: {:?}", delta.losses);
        requests += delta
            .cells
            .iter()
            .filter(|(series, _, _)| &*delta.series[*series as usize].metric == "router.requests")
            .map(|(_, _, cell)| cell.sum)
            .sum::<f64>();
        reducer.recycle(black_box(delta));
    }
    let taken = begin.elapsed();
    assert_eq!((lines, requests), (traffic.lines, traffic.requests as f64), "lines and requests counted");
    taken
}
