//! A year of history: 500 series over 400 days in one file. Measures the file's size and the time
//! of queries while lines arrive. Larger files are measured in `large.rs`.
//!
//! The store's own code writes the rows, with cells of seeded measurements. Asserts the budget for
//! 24 h at 1 min and 30 d at 1 h: p95 below 20 ms.
#![expect(clippy::print_stdout, reason = "the result of a bench is its output")]
#![allow(clippy::unwrap_used, reason = "a bench that can't go on should say where")]
mod year;

use std::{
    sync::Arc,
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    time::{Duration, Instant},
};

use testing::{
    clock::now_ms,
    http::Sender,
    process::{Server, database},
    traffic::traffic,
    wait::{Waits, sleep_until_turn},
};

const SEED: u64 = 0x5EED;
const QUESTIONS: usize = 60;
const LINES_PER_S: u64 = 10_000;
const RETENTION: [(&str, &str); 1] = [("RETENTION_LOGS", "3d")];

fn main() {
    let server = Server::start_with(&RETENTION);
    let (dir, token) = (Arc::clone(&server.dir), server.first_token());
    assert_eq!(server.stop().0, 0);
    let begun = Instant::now();
    let rows = year::fill(&database(dir.path()), now_ms() / 1_000, 1);
    let filled_s = begun.elapsed().as_secs_f64();
    let bytes = std::fs::metadata(database(dir.path())).unwrap().len();
    let series_hours = year::SERIES * 400 * 24;
    println!(
        "{rows} rows in {filled_s:.0} s, file {:.2} GB, {:.0} bytes a series and hour over 400 days",
        bytes as f64 / 1e9,
        bytes as f64 / series_hours as f64
    );
    let server = Server::start_in(dir, 0, &RETENTION);
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| load(Sender::new(server.address, &token), &stop));
        println!("{:<24} {:>8} {:>10} {:>10}", "range at step", "points", "p50 ms", "p95 ms");
        let mut worst_ms = 0.0_f64;
        for (name, from, step, is_budget) in [
            ("1 h at 10 s", "-1h", 10, false),
            ("24 h at 1 min", "-24h", 60, true),
            ("7 d at 30 min", "-7d", 1_800, false),
            ("30 d at 1 h", "-30d", 3_600, true),
            ("1 y at 1 d", "-365d", 86_400, false),
        ] {
            let p95_ms = ask(&server, name, from, step);
            worst_ms = if is_budget { worst_ms.max(p95_ms) } else { worst_ms };
        }
        let begun = Instant::now();
        server.get("/api/v1/apps").json();
        println!(
            "overview: {:.1} ms; memory {:?} kB (now, most)",
            begun.elapsed().as_secs_f64() * 1e3,
            (server.memory_kb("VmRSS"), server.memory_kb("VmHWM"))
        );
        stop.store(true, Relaxed);
        assert!(worst_ms < 20.0, "24 h at 1 min and 30 d at 1 h: p95 {worst_ms:.1} ms, expected below 20");
    });
}

/// Queries many metrics in turn and prints percentiles of the time to an answer. Returns p95, ms.
fn ask(server: &Server, name: &str, from: &str, step: i64) -> f64 {
    let mut waits = vec![];
    let mut points = 0;
    for number in 0..QUESTIONS {
        let metric = format!("distribution.{}", number % (year::distributions(1) as usize / 5));
        let path = format!("/api/v1/apps/history/query?metric={metric}&stat=p99&from={from}&step={step}");
        let begun = Instant::now();
        let answer = server.get(&path).json();
        waits.push(begun.elapsed());
        points = answer["series"][0]["points"].as_array().map_or(0, Vec::len);
    }
    let waits = Waits::new(waits);
    println!("{name:<24} {points:>8} {:>10.1} {:>10.1}", waits.ms(0.5), waits.ms(0.95));
    assert!(points > 0, "{name} has no points");
    waits.ms(0.95)
}

/// Posts [`LINES_PER_S`] until `stop` is set.
fn load(mut sender: Sender, stop: &AtomicBool) {
    let traffic = traffic(SEED, 8 << 20, 80, now_ms(), 100);
    let every = Duration::from_secs_f64(traffic.lines as f64 / traffic.bodies.len() as f64 / LINES_PER_S as f64);
    let begun = Instant::now();
    for number in 0_u32.. {
        if stop.load(Relaxed) {
            return;
        }
        sleep_until_turn(begun, every, number);
        sender.post(&traffic.bodies[number as usize % traffic.bodies.len()], &format!("{number:032X}"));
    }
}
