//! The speed of reducing bodies to deltas, for router lines only and for a mix of all kinds of
//! lines. Runs on one core with bodies of 100 kB. Generating the traffic is not measured.
//!
//! Asserts that every line and request was counted, and that nothing is allocated once the series
//! are known. With `--once N` it only reads everything N times, for tools that count instructions.
#![expect(clippy::print_stdout, reason = "the result of a bench is its output")]

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use pipeline::{Origin, Reducer};
use testing::traffic::{RECEIVED_MS, STEP_US, Traffic, traffic};

const SEED: u64 = 0x5EED;
const BYTES: usize = 32 << 20;
const ROUNDS: u32 = 9;
const WARM_UP_ROUNDS_MAX: u32 = 60;

fn main() {
    let arguments: Vec<_> = std::env::args().collect();
    if let Some(at) = arguments.iter().position(|it| it == "--once") {
        let traffic = traffic(SEED, BYTES / 16, 80, RECEIVED_MS, STEP_US);
        let rounds: u32 = arguments.get(at + 1).and_then(|it| it.parse().ok()).unwrap_or(1);
        let mut reducer = Reducer::new();
        (0..rounds).for_each(|_| _ = round(&mut reducer, &traffic));
        return println!("lines {}", traffic.lines);
    }
    println!("{:<8} {:>12} {:>8} {:>10} {:>12}", "lines", "lines/s", "MB/s", "ns/line", "allocs/line");
    measure("router", &traffic(SEED, BYTES, 100, RECEIVED_MS, STEP_US));
    measure("mixed", &traffic(SEED, BYTES, 80, RECEIVED_MS, STEP_US));
}

fn measure(name: &str, traffic: &Traffic) {
    let mut reducer = Reducer::new();
    let best = (0..ROUNDS).map(|_| round(&mut reducer, traffic)).min().unwrap_or_default();
    let seconds = best.as_secs_f64();
    // Buffers are reused for different purposes, so some still grow after the first rounds, until
    // all have the largest size.
    let mut count = || allocation_counter::measure(|| _ = round(&mut reducer, traffic)).count_total;
    let allocations = (0..WARM_UP_ROUNDS_MAX).map(|_| count()).find(|it| *it == 0).unwrap_or_else(count);
    println!(
        "{name:<8} {:>12.0} {:>8.0} {:>10.1} {:>12.4}",
        traffic.lines as f64 / seconds,
        traffic.bytes as f64 / seconds / 1e6,
        seconds * 1e9 / traffic.lines as f64,
        allocations as f64 / traffic.lines as f64,
    );
    assert_eq!(allocations, 0, "allocations in a round after warm-up");
}

/// Reduces all bodies once and checks the sums against what was generated.
fn round(reducer: &mut Reducer, traffic: &Traffic) -> Duration {
    let origin = Origin { received_ms: RECEIVED_MS, from_logplex: true, ..Origin::default() };
    let (mut lines, mut requests) = (0, 0.0);
    let begin = Instant::now();
    for body in &traffic.bodies {
        let delta = reducer.reduce(black_box(body), &origin);
        lines += delta.lines;
        assert!(delta.losses.is_empty(), "lost: {:?}", delta.losses);
        requests += delta
            .cells
            .iter()
            .filter(|it| &*delta.series[it.series as usize].metric == "router.requests")
            .map(|it| it.cell.sum)
            .sum::<f64>();
        reducer.recycle(black_box(delta));
    }
    let taken = begin.elapsed();
    assert_eq!((lines, requests), (traffic.lines, traffic.requests as f64), "lines and requests counted");
    taken
}
