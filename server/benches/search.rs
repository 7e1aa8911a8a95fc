//! A gigabyte of raw lines: its size on disk, and the search time for a word that is rare, one that
//! is common and one that never occurs, before and after recompression. Concurrent searches are not
//! measured.
//!
//! Asserts that the rare word is found as often as it was written. Times are those of the whole
//! request, best of three, with the file in the page cache.
#![expect(clippy::print_stdout, reason = "the result of a bench is its output")]
#![allow(clippy::unwrap_used, reason = "a bench that can't go on should say where")]

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use sqlx::Connection;
use testing::{
    clock::now_ms,
    http::Sender,
    process::{Server, database},
    traffic::traffic,
};

const SEED: u64 = 0x5EED;
const BYTES: usize = 256 << 20;
/// How often the same bodies are posted, each time under new ids.
const TIMES: usize = 4;
const STEP_US: u64 = 100;
/// A word that occurs once in the bodies.
const RARE: &str = "needle-7c1f";
const ROUNDS: usize = 3;
const RETENTION: [(&str, &str); 1] = [("RETENTION_LOGS", "3d")];

fn main() {
    let mut traffic = traffic(SEED, BYTES, 80, now_ms(), STEP_US);
    let middle = traffic.bodies.len() / 2;
    let text = String::from_utf8_lossy(&traffic.bodies[middle]).into_owned();
    // The replacement has the same length, so that frame counts stay right.
    traffic.bodies[middle] = text.replacen("shop.example.com", &format!("{RARE:-<16}"), 1).into_bytes();
    let server = Server::start_with(&RETENTION);
    let mut sender = Sender::new(server.address, &server.first_token());
    let mut posted = 0_u64;
    for time in 0..TIMES {
        for (number, body) in traffic.bodies.iter().enumerate() {
            sender.post(body, &format!("{time:08X}{number:024X}"));
            posted += body.len() as u64;
        }
    }
    let file = server.file_bytes();
    println!(
        "as it came: raw lines {:.0} MB, on disk {:.0} MB (1 to {:.1})",
        mb(posted),
        mb(file),
        posted as f64 / file as f64
    );
    search(&server, "-1h");

    // Makes the blocks two hours older, so that the store recompresses them.
    let dir = Arc::clone(&server.dir);
    assert_eq!(server.stop().0, 0);
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(database(dir.path()));
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let mut db = sqlx::SqliteConnection::connect_with(&options).await.unwrap();
        sqlx::query("UPDATE block SET received_ms = received_ms - 7200000").execute(&mut db).await.unwrap();
    });
    let server = Server::start_in(dir, 0, &RETENTION);
    let bytes = |server: &Server| server.get("/api/v1/storage").json()["tiers"][3]["bytes"].as_u64().unwrap();
    let (begun, mut before) = (Instant::now(), u64::MAX);
    while before != bytes(&server) {
        before = bytes(&server);
        std::thread::sleep(Duration::from_secs(5));
    }
    let share = posted as f64 / before as f64;
    println!("at rest after {:.0} s: blocks {:.0} MB (1 to {share:.1})", begun.elapsed().as_secs_f64(), mb(before));
    search(&server, "-4h");
}

fn search(server: &Server, from: &str) {
    println!("{:<12} {:>8} {:>12} {:>10}", "word", "lines", "looked at", "ms");
    for (name, query) in [("rare", RARE), ("common", "status=503"), ("never", "no-such-word-at-all"), ("any", "")] {
        let path = format!("/api/v1/apps/bench/logs?q={query}&from={from}&limit=100");
        let mut best_ms = f64::INFINITY;
        let mut answer = serde_json::Value::Null;
        for _ in 0..ROUNDS {
            let begun = Instant::now();
            answer = server.get(&path).json();
            best_ms = best_ms.min(begun.elapsed().as_secs_f64() * 1e3);
        }
        let lines = answer["lines"].as_array().map_or(0, Vec::len);
        println!("{name:<12} {lines:>8} {:>9.0} MB {best_ms:>10.1}", mb(answer["scanned_bytes"].as_u64().unwrap_or(0)));
        assert!(name != "rare" || lines == TIMES, "the rare word was written {TIMES} times and found {lines} times");
        assert!(name != "never" || lines == 0);
    }
}

fn mb(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}
