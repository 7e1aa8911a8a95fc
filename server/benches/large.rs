//! A file of five gigabytes: the time until it answers, and the time to a 204 while most of the
//! file is deleted. Query times are measured in `history.rs`.
//!
//! Asserts that the overview's data is ready in under 500 ms, and that the 99.9th percentile of the
//! time to a 204 stays below 100 ms during deletion. The maximum is not asserted, since the machine
//! itself has pauses.
#![expect(clippy::print_stdout, reason = "the result of a bench is its output")]
#![allow(clippy::unwrap_used, reason = "a bench that can't go on should say where")]
mod year;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use testing::{
    clock::now_ms,
    http::Sender,
    process::{Server, database},
    traffic::traffic,
    wait::{Waits, sleep_until_turn},
};

/// How many times as many series as the file of `history.rs`.
const SCALE: i64 = 3;
const FOR: Duration = Duration::from_secs(60);
const LINES_PER_S: u64 = 10_000;
/// Retention of 1 min rollups at the second start, instead of 30 days.
const RETENTION_1M: &str = "2d";
const RETENTION: [(&str, &str); 1] = [("RETENTION_LOGS", "3d")];

fn main() {
    let server = Server::start_with(&RETENTION);
    let (dir, token) = (Arc::clone(&server.dir), server.first_token());
    assert_eq!(server.stop().0, 0);
    let rows = year::fill(&database(dir.path()), now_ms() / 1_000, SCALE);
    let bytes = std::fs::metadata(database(dir.path())).unwrap().len();
    println!("{rows} rows, file {:.2} GB", bytes as f64 / 1e9);

    let begun = Instant::now();
    let server = Server::start_in(Arc::clone(&dir), 0, &RETENTION);
    let started_ms = ms(begun.elapsed());
    let begun = Instant::now();
    server.get("/api/v1/apps").json();
    println!("start {started_ms:.0} ms; overview's data {:.1} ms after that", ms(begun.elapsed()));
    let overview_ms = started_ms.max(ms(begun.elapsed()));
    let begun = Instant::now();
    let storage = server.get("/api/v1/storage").json();
    println!("sizes of the tiers in {:.0} ms: {}", ms(begun.elapsed()), storage["tiers"]);
    let quiet = waits(Sender::new(server.address, &token), 0);

    assert_eq!(server.stop().0, 0);
    let server = Server::start_in(dir, 0, &[("RETENTION_1M", RETENTION_1M)]);
    let before = rows_of(&server);
    let sweeping = waits(Sender::new(server.address, &token), 1_000_000);
    let deleted = before - rows_of(&server);
    println!("{deleted} rows deleted in {} s meanwhile, {} left", FOR.as_secs(), rows_of(&server));
    println!("time to a 204 at {LINES_PER_S} lines/s, ms: p50, p99, p99.9, most");
    for (name, waits) in [("nothing to delete", &quiet), ("deleting", &sweeping)] {
        let at = [0.5, 0.99, 0.999, 1.0].map(|it| waits.ms(it));
        println!("{name:<20} {:>8.1} {:>8.1} {:>8.1} {:>8.1}", at[0], at[1], at[2], at[3]);
    }
    assert!(overview_ms < 500.0, "overview after {overview_ms:.0} ms");
    assert!(deleted > 100_000);
    let p999 = sweeping.ms(0.999);
    assert!(p999 < 100.0, "p99.9 {p999:.1} ms");
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn rows_of(server: &Server) -> i64 {
    server.get("/api/v1/storage").json()["tiers"][1]["rows"].as_i64().unwrap()
}

/// Posts [`LINES_PER_S`] for the time [`FOR`]. Returns the time to each 204.
fn waits(mut sender: Sender, first: u32) -> Waits {
    let traffic = traffic(0x5EED, 8 << 20, 80, now_ms(), 100);
    let every = Duration::from_secs_f64(traffic.lines as f64 / traffic.bodies.len() as f64 / LINES_PER_S as f64);
    let begun = Instant::now();
    let mut waits = vec![];
    for number in 0_u32.. {
        if begun.elapsed() > FOR {
            break;
        }
        sleep_until_turn(begun, every, number);
        let sent = Instant::now();
        sender.post(&traffic.bodies[number as usize % traffic.bodies.len()], &format!("{:032X}", first + number));
        waits.push(sent.elapsed());
    }
    Waits::new(waits)
}
