//! Memory at 1,000 active series and 50,000 lines a second until every window is full, which takes
//! eleven minutes. Queries are not part of the load.
//!
//! Asserts the budget of 100 MB. Lines carry the time at which they are sent, so that seconds fill
//! at their real rate.
#![expect(clippy::print_stdout, reason = "the result of a bench is its output")]
#![allow(clippy::unwrap_used, reason = "a bench that can't go on should say where")]

use std::time::{Duration, Instant};

use testing::{clock::now_ms, http::Sender, process::Server, random::Random, traffic::traffic_of};

const LINES_PER_S: u64 = 50_000;
/// The number of dynos that gives 1,000 series.
const DYNOS: u64 = 42;
const SERIES_MIN: usize = 1_000;
const MEMORY_KB_MAX: u64 = 100 * 1_000;
const LENGTH: Duration = Duration::from_secs(660);

fn main() {
    let server = Server::start_with(&[("RETENTION_LOGS", "3d")]);
    let mut sender = Sender::new(server.address, &server.first_token());
    let mut random = Random(0x5EED);
    let (begun, mut lines, mut number, mut minute) = (Instant::now(), 0, 0, 0);
    println!("{:>8} {:>12} {:>8} {:>10} {:>10}", "minute", "lines", "series", "MB now", "MB most");
    while begun.elapsed() < LENGTH {
        // The generator spreads lines over the two minutes before the receipt. A receipt in the
        // future puts the fifth of a second that is generated here at the present time.
        let part = traffic_of(&mut random, 1 << 20, 80, now_ms() + 119_700, (1_000_000 / LINES_PER_S, DYNOS));
        for body in &part.bodies {
            sender.post(body, &format!("{number:032X}"));
            number += 1;
        }
        lines += part.lines;
        std::thread::sleep(Duration::from_secs_f64(lines as f64 / LINES_PER_S as f64).saturating_sub(begun.elapsed()));
        if begun.elapsed().as_secs() / 60 > minute {
            minute += 1;
            report(&server, minute, lines);
        }
    }
    report(&server, minute + 1, lines);
    let rate = lines as f64 / begun.elapsed().as_secs_f64();
    println!("{rate:.0} lines/s, CPU {:.0} %", server.cpu_s() / begun.elapsed().as_secs_f64() * 100.0);
    assert!(series(&server) >= SERIES_MIN && rate > LINES_PER_S as f64 * 0.95);
    let most_kb = server.memory_kb("VmHWM");
    assert!(most_kb < MEMORY_KB_MAX, "expected less than {MEMORY_KB_MAX} kB, found {most_kb}");
}

fn report(server: &Server, minute: u64, lines: u64) {
    let (now_kb, most_kb) = (server.memory_kb("VmRSS"), server.memory_kb("VmHWM"));
    let mb = |kb: u64| kb as f64 / 1e3;
    println!("{minute:>8} {lines:>12} {:>8} {:>10.1} {:>10.1}", series(server), mb(now_kb), mb(most_kb));
}

fn series(server: &Server) -> usize {
    let answer = server.get("/api/v1/apps/bench/metrics").json();
    answer["metrics"].as_array().unwrap().iter().map(|it| it["series"].as_u64().unwrap_or(0) as usize).sum()
}
