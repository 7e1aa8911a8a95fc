//! Lines of Heroku apps: router, runtime metrics, l2met and plain text, with many labels.

use std::fmt::Write;

use super::Line;
use crate::random::Random;

const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];
const STATUSES: [u16; 9] = [200, 201, 204, 301, 302, 404, 422, 500, 503];
const WORDS: [&str; 24] = [
    "accounts",
    "cart",
    "checkout",
    "connection",
    "customer",
    "deadline",
    "delivery",
    "finished",
    "gateway",
    "invoice",
    "job",
    "ledger",
    "message",
    "order",
    "payment",
    "queue",
    "refund",
    "retry",
    "session",
    "started",
    "stock",
    "timeout",
    "token",
    "worker",
];
const DYNOS: u64 = 8;
const MEASURED: u64 = 40;

pub(crate) fn pick<T: Copy>(random: &mut Random, all: &[T]) -> T {
    all[random.below(all.len() as u64) as usize]
}

fn app_line(process: String, text: String) -> Line {
    Line { pri: 190, program: "app", process, text, late_us: 0 }
}

fn dyno(random: &mut Random) -> String {
    format!("{}.{}", if random.below(4) == 0 { "worker" } else { "web" }, 1 + random.below(DYNOS))
}

/// Six of ten lines are the router's; the others are measurements, runtime metrics and text.
pub(super) fn mixed(random: &mut Random) -> Line {
    match random.below(20) {
        0..12 => {
            let path = template(random);
            router(random, &path)
        }
        12..15 => measured(random),
        15..17 => runtime(random),
        _ => prose(random),
    }
}

fn template(random: &mut Random) -> String {
    let (id, page) = (random.below(1_000_000), random.below(90));
    match random.below(7) {
        0 => "/".to_owned(),
        1 => format!("/api/v2/orders/{id}"),
        2 => format!("/api/v2/orders/{id}/items?page={page}"),
        3 => format!("/customers/{id}/invoices/{page}"),
        4 => format!("/search?q=blue+shoes&page={page}&sort=price"),
        5 => format!("/assets/app-{:016x}.js", random.next()),
        _ => format!("/webhooks/{:08x}-4c12-4269-87c8-{id:012}", random.next() as u32),
    }
}

fn router(random: &mut Random, path: &str) -> Line {
    let (method, status, dyno) = (pick(random, &METHODS), pick(random, &STATUSES), dyno(random));
    let begin = match status {
        503 => "at=error code=H12 desc=\"Request timeout\"",
        _ => "at=info",
    };
    let (id, ip) = (random.next(), random.below(256));
    let (connect, service, bytes) = (random.below(9), random.heavy(6.0) as u64, random.heavy(300.0) as u64);
    let text = format!(
        "{begin} method={method} path=\"{path}\" host=www.example.com request_id={id:016x}-b6b2-4e1c-9d6f \
         fwd=\"198.51.100.{ip}\" dyno={dyno} connect={connect}ms service={service}ms status={status} bytes={bytes} \
         protocol=https"
    );
    Line { pri: 158, program: "heroku", process: "router".to_owned(), text, late_us: 0 }
}

/// Three to six l2met measurements with decimals.
pub(super) fn measured(random: &mut Random) -> Line {
    let process = dyno(random);
    let mut text = format!("source={process}");
    for _ in 0..3 + random.below(4) {
        let (name, value) = (random.below(MEASURED), random.heavy(1.5));
        match random.below(4) {
            0 => write!(text, " count#app.event{name}={}", 1 + random.below(9)),
            1 => write!(text, " sample#app.depth{name}={value:.1}"),
            _ => write!(text, " measure#app.step{name}={value:.3}ms"),
        }
        .unwrap();
    }
    app_line(process, text)
}

fn runtime(random: &mut Random) -> Line {
    let process = dyno(random);
    let (memory, load) = (150.0 + 350.0 * random.share(), random.heavy(0.1));
    let id = random.next() as u32;
    let text = if random.below(2) == 0 {
        format!(
            "source={process} dyno=heroku.191.{id:08x}-6f2b sample#load_avg_1m={load:.2} sample#load_avg_5m={load:.2} \
             sample#load_avg_15m={load:.2}"
        )
    } else {
        format!(
            "source={process} dyno=heroku.191.{id:08x}-6f2b sample#memory_total={memory:.2}MB \
             sample#memory_rss={memory:.2}MB sample#memory_cache={load:.2}MB sample#memory_swap=0.00MB \
             sample#memory_pgpgin={}pages sample#memory_pgpgout={}pages sample#memory_quota=512.00MB",
            random.below(90_000),
            random.below(90_000)
        )
    };
    Line { pri: 45, program: "heroku", process, text, late_us: 0 }
}

/// A line of text without a metric.
pub(super) fn prose(random: &mut Random) -> Line {
    let process = dyno(random);
    let mut text = format!("[{:08x}] {}", random.next() as u32, pick(random, &["INFO", "DEBUG", "WARN", "ERROR"]));
    for _ in 0..3 + random.below(18) {
        let word = pick(random, &WORDS);
        match random.below(6) {
            0 => write!(text, " {word}={}", random.below(100_000)),
            1 => write!(text, " {word}:{:.3}s", random.heavy(0.01)),
            _ => write!(text, " {word}"),
        }
        .unwrap();
    }
    app_line(process, text)
}

/// Paths of up to two kilobytes, few of which come twice.
pub(super) fn rare(random: &mut Random) -> Line {
    let mut path = String::new();
    for _ in 0..2 + random.below(6) {
        write!(path, "/{}-{}", pick(random, &WORDS), random.below(5_000)).unwrap();
    }
    path.push_str("?q=");
    for _ in 0..random.below(120) {
        write!(path, "{:x}", random.next()).unwrap();
    }
    router(random, &path)
}

/// Router lines of which one in ten is up to ten minutes late and one in a hundred up to an hour.
pub(super) fn late(random: &mut Random) -> Line {
    let mut line = mixed(random);
    line.late_us = match random.below(100) {
        0 => random.below(3_600_000_000).cast_signed(),
        1..11 => random.below(600_000_000).cast_signed(),
        // What came in one second is spread over less than a tenth of one.
        roll => roll.cast_signed() * 20,
    };
    line
}
