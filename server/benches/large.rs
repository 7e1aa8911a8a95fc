//! A file of five gigabytes: how soon it answers, and how long a 204 takes while most of it is being deleted.
//!
//! Asserts that the overview's data is there in under 500 ms, and that deleting delays no 204 by 100 ms (the 99.9th percentile: the
//! machine itself is not always quiet).
#![expect(clippy::print_stdout, reason = "the result of a bench is its output")]
#![allow(clippy::unwrap_used, reason = "a bench that can't go on should say where")]
#![allow(dead_code, reason = "the other benches use more of what they share")]

#[path = "process.rs"]
mod process;
#[path = "../pipeline/benches/traffic.rs"]
mod traffic;
#[path = "year.rs"]
mod year;

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use process::Server;
use traffic::traffic;

/// Times the series of a year's file.
const SCALE: i64 = 3;
const FOR: Duration = Duration::from_secs(60);
const LINES_PER_S: u64 = 10_000;
/// What the second start keeps instead of 30 days.
const RETENTION_1M: &str = "2d";

fn main() {
    let now_s = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() as i64;
    let (dir, token) = Server::start("3d").stop();
    let rows = year::fill(&dir.path().join("bench.db"), now_s, SCALE);
    let bytes = std::fs::metadata(dir.path().join("bench.db")).unwrap().len();
    println!("{rows} rows, file {:.2} GB", bytes as f64 / 1e9);

    let begun = Instant::now();
    let mut server = Server::start_in(dir, "3d");
    server.token = token.clone();
    let started_ms = ms(begun.elapsed());
    let begun = Instant::now();
    server.get("/api/v1/apps");
    println!("start {started_ms:.0} ms; overview's data {:.1} ms after that", ms(begun.elapsed()));
    let overview_ms = started_ms.max(ms(begun.elapsed()));
    let begun = Instant::now();
    let storage = server.get("/api/v1/storage");
    println!("sizes of the tiers in {:.0} ms: {}", ms(begun.elapsed()), storage["tiers"]);
    let quiet = waits(&server, 0);

    let (dir, _) = server.stop();
    let mut server = Server::start_with(dir, &[("RETENTION_1M", RETENTION_1M)]);
    server.token = token;
    let before = rows_of(&server);
    let sweeping = waits(&server, 1_000_000);
    let deleted = before - rows_of(&server);
    println!("{deleted} rows deleted in {} s meanwhile, {} left", FOR.as_secs(), rows_of(&server));
    println!("time to a 204 at {LINES_PER_S} lines/s, ms: p50, p99, p99.9, most");
    for (name, waits) in [("nothing to delete", &quiet), ("deleting", &sweeping)] {
        let at = |q: f64| ms(waits[((waits.len() - 1) as f64 * q) as usize]);
        println!("{name:<20} {:>8.1} {:>8.1} {:>8.1} {:>8.1}", at(0.5), at(0.99), at(0.999), at(1.0));
    }
    assert!(overview_ms < 500.0, "overview after {overview_ms:.0} ms");
    assert!(deleted > 100_000);
    let p999 = ms(sweeping[((sweeping.len() - 1) as f64 * 0.999) as usize]);
    assert!(p999 < 100.0, "p99.9 {p999:.1} ms");
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn rows_of(server: &Server) -> i64 {
    server.get("/api/v1/storage")["tiers"][1]["rows"].as_i64().unwrap()
}

/// Posts lines at a steady rate; how long each 204 took, sorted.
fn waits(server: &Server, first: u32) -> Vec<Duration> {
    let now_ms = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as i64;
    let traffic = traffic(0x5EED, 8 << 20, 80, now_ms, 100);
    let every = Duration::from_secs_f64(traffic.lines as f64 / traffic.bodies.len() as f64 / LINES_PER_S as f64);
    let begun = Instant::now();
    let mut waits = vec![];
    for number in 0_u32.. {
        if begun.elapsed() > FOR {
            break;
        }
        std::thread::sleep((begun + every * number).saturating_duration_since(Instant::now()));
        let sent = Instant::now();
        server.post(&traffic.bodies[number as usize % traffic.bodies.len()], &format!("{:032X}", first + number));
        waits.push(sent.elapsed());
    }
    waits.sort();
    waits
}
