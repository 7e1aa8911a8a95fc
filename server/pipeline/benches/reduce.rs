//! The speed of reducing bodies to deltas: for router lines only, for a mix of all kinds of
//! Heroku's lines, and for the first example of each format of requests, with paths that differ.
//! Runs on one core with bodies of 100 kB. Generating the traffic is not measured.
//!
//! The formats are measured in turns with the router's lines, so that another program on the
//! machine slows both; `of router` compares lines per second.
//!
//! Asserts that every line and request was counted, and that nothing is allocated once the series
//! are known. With `--once N` it only reads everything N times, for tools that count instructions.
#![expect(clippy::print_stdout, reason = "the result of a bench is its output")]

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use pipeline::{
    Origin, Reducer,
    extract::{Example, READERS, Reader},
};
use testing::traffic::{RECEIVED_MS, STEP_US, Traffic, traffic};

const SEED: u64 = 0x5EED;
const BYTES: usize = 32 << 20;
const ROUNDS: u32 = 9;
const WARM_UP_ROUNDS_MAX: u32 = 60;
/// Bytes of the traffic of one format, and of one of its bodies.
const FORMAT_BYTES: usize = 8 << 20;
const BODY_BYTES: usize = 100_000;

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
    let of_requests = |it: &&Reader| it.metrics.contains(&"router.requests") && it.name != "router";
    let mut all = vec![("router", traffic(SEED, FORMAT_BYTES, 100, RECEIVED_MS, STEP_US))];
    for reader in READERS.iter().filter(of_requests) {
        all.push((reader.name, traffic_of(&reader.examples[0])));
    }
    let mut reducers: Vec<_> = all.iter().map(|_| Reducer::new()).collect();
    let mut best = vec![Duration::MAX; all.len()];
    for _ in 0..ROUNDS {
        for ((it, reducer), best) in all.iter().zip(&mut reducers).zip(&mut best) {
            *best = round_from(reducer, &it.1, it.0 == "router").min(*best);
        }
    }
    let per_second = |at: usize| all[at].1.lines as f64 / best[at].as_secs_f64();
    println!("\n{:<14} {:>12} {:>8} {:>10}", "format", "lines/s", "MB/s", "of router");
    for (at, (name, traffic)) in all.iter().enumerate() {
        let megabytes_per_second = traffic.bytes as f64 / best[at].as_secs_f64() / 1e6;
        let share = per_second(at) / per_second(0) * 100.0;
        println!("{name:<14} {:>12.0} {megabytes_per_second:>8.0} {share:>8.0} %", per_second(at));
    }
}

/// Bodies of an example with paths of their own.
fn traffic_of(example: &Example) -> Traffic {
    let Example { app, proc_id, msg } = example;
    let mut all = Traffic { bodies: vec![Vec::new()], lines: 0, requests: 0, bytes: 0 };
    while all.bytes < FORMAT_BYTES as u64 {
        let msg = msg.replace("/orders/7", &format!("/orders/{}", all.lines % 1_000));
        let message = format!("<190>1 2026-09-21T14:13:18.123456+00:00 front {app} {proc_id} - - {msg}");
        let frame = format!("{} {message}", message.len());
        if all.bodies.last().is_none_or(|it| it.len() + frame.len() > BODY_BYTES) {
            all.bodies.push(Vec::new());
        }
        if let Some(body) = all.bodies.last_mut() {
            body.extend_from_slice(frame.as_bytes());
        }
        all.lines += 1;
        all.requests += 1;
        all.bytes += frame.len() as u64;
    }
    all
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
