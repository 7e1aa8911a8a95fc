//! The speed of reducing bodies to deltas: for router lines only, for a mix of all kinds of
//! Heroku's lines, and for the first example of each format of requests, with paths that differ.
//! Runs on one core with bodies of 100 kB. Generating the traffic is not measured.
//!
//! Seconds are those that the thread has run. The formats are measured in turns with the router's
//! lines, so that another program on the machine slows both; `of router` compares lines per second.
//!
//! Asserts that every line and request was counted, that nothing is allocated once the series are
//! known, and that no format is slower than a share of the router's speed. With `--once N` it only
//! reads everything N times, for tools that count instructions.
#![expect(clippy::print_stdout, reason = "the result of a bench is its output")]

use std::{hint::black_box, time::Duration};

use pipeline::{Origin, Reducer};
use rustix::time::{ClockId, clock_gettime};
use testing::traffic::{RECEIVED_MS, STEP_US, Traffic, traffic};

const SEED: u64 = 0x5EED;
const BYTES: usize = 32 << 20;
const ROUNDS: u32 = 9;
const WARM_UP_ROUNDS_MAX: u32 = 60;
/// The traffic of the router that formats are compared with, and of each of them.
const FORMAT_BYTES: usize = 8 << 20;
const FORMAT_LINES: u64 = 25_000;

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
    formats();
}

/// Measures each format in turns with the router's lines.
fn formats() {
    let router = traffic(SEED, FORMAT_BYTES, 100, RECEIVED_MS, STEP_US);
    let mut all = vec![("router", router, 1.0)];
    for format in testing::formats::formats() {
        let requests = testing::formats::requests(format, FORMAT_LINES, RECEIVED_MS, STEP_US);
        all.push((format.name, requests, testing::formats::share_min(format)));
    }
    let mut reducers: Vec<_> = all.iter().map(|_| Reducer::new()).collect();
    let mut best = vec![Duration::MAX; all.len()];
    for _ in 0..ROUNDS {
        for ((it, reducer), best) in all.iter().zip(&mut reducers).zip(&mut best) {
            *best = round_from(reducer, &it.1, it.0 == "router").min(*best);
        }
    }
    let per_second = |at: usize| all[at].1.lines as f64 / best[at].as_secs_f64();
    println!("\n{:<14} {:>12} {:>8} {:>10} {:>8}", "format", "lines/s", "MB/s", "of router", "bar");
    let mut slow = vec![];
    for (at, (name, traffic, share_min)) in all.iter().enumerate() {
        let megabytes_per_second = traffic.bytes as f64 / best[at].as_secs_f64() / 1e6;
        let (share, bar) = (per_second(at) / per_second(0), share_min * 100.0);
        let shown = share * 100.0;
        println!("{name:<14} {:>12.0} {megabytes_per_second:>8.0} {shown:>8.0} % {bar:>6.0} %", per_second(at));
        if share < *share_min {
            slow.push(name);
        }
    }
    assert!(slow.is_empty(), "slower than their share of the router's speed: {slow:?}");
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

/// Reduces all bodies once, as logplex sends them.
fn round(reducer: &mut Reducer, traffic: &Traffic) -> Duration {
    round_from(reducer, traffic, true)
}

/// Reduces all bodies once and checks the sums against what was generated.
fn round_from(reducer: &mut Reducer, traffic: &Traffic, from_logplex: bool) -> Duration {
    let origin = Origin { received_ms: RECEIVED_MS, from_logplex, ..Origin::default() };
    let (mut lines, mut requests) = (0, 0.0);
    let begin = cpu_time();
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
    let taken = cpu_time().saturating_sub(begin);
    assert_eq!((lines, requests), (traffic.lines, traffic.requests as f64), "lines and requests counted");
    taken
}

/// The time that this thread has run: what waits for other programs on the machine is not counted.
fn cpu_time() -> Duration {
    Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).unwrap_or_default()
}
