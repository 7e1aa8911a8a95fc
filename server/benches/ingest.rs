//! The cost of a million lines for the whole server: HTTP over several connections, with each batch
//! committed to SQLite before its answer. Measures CPU seconds of the server's process. The senders
//! use the other core and are not measured.
//!
//! Runs once with raw lines (the default) and once without. Asserts that every line was counted.
#![expect(clippy::print_stdout, reason = "the result of a bench is its output")]
#![allow(clippy::unwrap_used, reason = "a bench that can't go on should say where")]

use std::{
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
    time::{Duration, Instant},
};

use testing::{
    clock::now_ms,
    http::Sender,
    process::Server,
    traffic::{Traffic, traffic},
    wait::Waits,
};

const SEED: u64 = 0x5EED;
/// Enough bodies for a million lines, each sent once, with 10,000 lines for each second of their
/// timestamps.
const BODIES_BYTES: usize = 320 << 20;
const STEP_US: u64 = 100;
const CONNECTIONS: usize = 4;

fn main() {
    println!(
        "{:<16} {:>10} {:>14} {:>14} {:>12} {:>10} {:>10}",
        "raw lines", "lines", "lines/s", "lines/CPU-s", "CPU s/M", "p50 ms", "p99 ms"
    );
    measure("kept (3d)", "3d");
    measure("not kept", "0s");
}

fn measure(name: &str, retention: &str) {
    let traffic = traffic(SEED, BODIES_BYTES, 80, now_ms(), STEP_US);
    let server = Server::start_with(&[("RETENTION_LOGS", retention)]);
    let token = server.first_token();
    let (before_s, begun) = (server.cpu_s(), Instant::now());
    let next = AtomicUsize::new(0);
    let waits: Vec<Duration> = std::thread::scope(|scope| {
        let senders: Vec<_> =
            (0..CONNECTIONS).map(|_| scope.spawn(|| send(&server, &token, &traffic, &next))).collect();
        senders.into_iter().flat_map(|it| it.join().unwrap()).collect()
    });
    let (wall_s, cpu_s) = (begun.elapsed().as_secs_f64(), server.cpu_s() - before_s);
    let waits = Waits::new(waits);
    let lines = lines(&server);
    assert_eq!(lines, traffic.lines, "lines counted by the server, and lines sent");
    println!(
        "{name:<16} {lines:>10} {:>14.0} {:>14.0} {:>12.3} {:>10.2} {:>10.2}",
        lines as f64 / wall_s,
        lines as f64 / cpu_s,
        cpu_s * 1e6 / lines as f64,
        waits.ms(0.5),
        waits.ms(0.99)
    );
}

/// Posts batches on one connection until all are sent. Returns the time to each answer.
fn send(server: &Server, token: &str, traffic: &Traffic, next: &AtomicUsize) -> Vec<Duration> {
    let mut sender = Sender::new(server.address, token);
    let mut waits = vec![];
    loop {
        let number = next.fetch_add(1, Relaxed);
        let Some(body) = traffic.bodies.get(number) else { return waits };
        let begun = Instant::now();
        sender.post(body, &format!("{number:032X}"));
        waits.push(begun.elapsed());
    }
}

/// The number of lines that the server has counted.
fn lines(server: &Server) -> u64 {
    let answer = server.get("/api/v1/apps/bench/query?metric=drain.lines&stat=sum&from=-1h&step=all").json();
    answer["series"][0]["points"][0][1].as_f64().unwrap() as u64
}
