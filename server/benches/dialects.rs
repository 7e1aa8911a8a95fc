//! What requests, log records and data points cost the whole server by what they arrive as: HTTP
//! into SQLite with raw lines kept, one connection, each dialect of requests as logplex frames and
//! each signal of OTLP in both encodings.
//!
//! Each is measured in turns with the router's lines, on a server of its own; CPU seconds of the
//! process, best of three. Asserts that all of it was counted, and that no dialect is slower than a
//! share of the router's lines per CPU second (`testing::formats::share_min`).
#![expect(clippy::print_stdout, reason = "the result of a bench is its output")]
#![allow(clippy::unwrap_used, reason = "a bench that can't go on should say where")]

use pipeline::extract::Reader;
use testing::{
    clock::now_ms,
    formats::{self, formats},
    http::Sender,
    otlp::{BATCH, Records},
    process::Server,
    traffic::{Traffic, traffic},
};

const SEED: u64 = 0x5EED;
const LINES: u64 = 300_000;
/// As many bytes as the router's lines have.
const ROUTER_BYTES: usize = 88 << 20;
/// Between two lines, microseconds.
const STEP_US: u64 = 100;
const ROUNDS: usize = 3;
const APP: &str = "bench";

/// What is measured.
#[derive(Clone, Copy)]
enum Kind {
    Router,
    Dialect(&'static Reader),
    Otlp { records: Records, is_json: bool },
}

/// How much was sent, and what it cost.
#[derive(Clone, Copy)]
struct Cost {
    records: u64,
    bytes: u64,
    cpu_s: f64,
}

fn main() {
    let mut kinds = vec![Kind::Router];
    kinds.extend(formats().map(Kind::Dialect));
    for records in [Records::Logs, Records::Spans, Records::Sums, Records::Histograms] {
        kinds.extend([false, true].map(|is_json| Kind::Otlp { records, is_json }));
    }
    let mut best: Vec<Option<Cost>> = vec![None; kinds.len()];
    for _ in 0..ROUNDS {
        for (kind, best) in kinds.iter().zip(&mut best) {
            let cost = kind.measure();
            if best.is_none_or(|it| it.per_cpu_s() < cost.per_cpu_s()) {
                *best = Some(cost);
            }
        }
    }
    println!("{:<32} {:>9} {:>12} {:>10} {:>10} {:>6}", "what", "records", "per CPU s", "MB/CPU s", "of router", "bar");
    let router = best[0].unwrap().per_cpu_s();
    let mut slow = vec![];
    for (kind, cost) in kinds.iter().zip(best.iter().flatten()) {
        let share = cost.per_cpu_s() / router;
        let bar = kind.share_min().map_or("–".to_owned(), |it| format!("{:.0} %", it * 100.0));
        println!(
            "{:<32} {:>9} {:>12.0} {:>10.0} {:>8.0} % {bar:>6}",
            kind.name(),
            cost.records,
            cost.per_cpu_s(),
            cost.bytes as f64 / cost.cpu_s / 1e6,
            share * 100.0
        );
        if kind.share_min().is_some_and(|it| share < it) {
            slow.push(kind.name());
        }
    }
    assert!(slow.is_empty(), "slower than their share of the router's speed: {slow:?}");
}

impl Cost {
    fn per_cpu_s(&self) -> f64 {
        self.records as f64 / self.cpu_s
    }
}

impl Kind {
    fn name(&self) -> String {
        match self {
            Self::Router => "Heroku router".into(),
            Self::Dialect(format) => format.name.into(),
            Self::Otlp { records, is_json } => {
                format!("OTLP {records:?}, {}", if *is_json { "JSON" } else { "protobuf" }).to_lowercase()
            }
        }
    }

    fn share_min(&self) -> Option<f64> {
        if let Self::Dialect(format) = self { Some(formats::share_min(format)) } else { None }
    }

    fn measure(&self) -> Cost {
        match self {
            Self::Router => frames(&traffic(SEED, ROUTER_BYTES, 100, now_ms(), STEP_US), true),
            Self::Dialect(format) => frames(&formats::requests(format, LINES, now_ms(), STEP_US), false),
            Self::Otlp { records, is_json } => otlp(*records, *is_json),
        }
    }
}

fn frames(traffic: &Traffic, is_logplex: bool) -> Cost {
    let server = Server::start();
    let mut sender = Sender::new(server.address, &server.drain(APP));
    let before_s = server.cpu_s();
    for (number, body) in traffic.bodies.iter().enumerate() {
        if is_logplex {
            sender.post(body, &format!("{number:032X}"));
        } else {
            sender.post_to("/logs", "application/logplex-1", body);
        }
    }
    let cpu_s = server.cpu_s() - before_s;
    assert_eq!(server.value(APP, "router.requests", "sum"), Some(traffic.requests as f64));
    Cost { records: traffic.lines, bytes: traffic.bytes, cpu_s }
}

fn otlp(records: Records, is_json: bool) -> Cost {
    let server = Server::start();
    let mut sender = Sender::new(server.address, &server.drain(APP));
    let content_type = if is_json { "application/json" } else { "application/x-protobuf" };
    let requests = LINES / BATCH;
    let begin_ms = now_ms() - 60_000;
    let bodies: Vec<_> = (0..requests).map(|it| records.request(it, begin_ms, is_json)).collect();
    let before_s = server.cpu_s();
    bodies.iter().for_each(|it| sender.post_to(records.path(), content_type, it));
    let cpu_s = server.cpu_s() - before_s;
    let sent = requests * BATCH;
    let (metric, stat) = match records {
        Records::Logs => ("drain.lines", "sum"),
        Records::Spans => ("router.requests", "sum"),
        Records::Sums => ("orders", "sum"),
        Records::Histograms => ("http.server.request.duration", "count"),
    };
    // The first points of sums only say where these stand.
    let expected = if records == Records::Sums { sent - BATCH } else { sent };
    assert_eq!(server.value(APP, metric, stat), Some(expected as f64), "{records:?}: {metric}");
    Cost { records: sent, bytes: bodies.iter().map(|it| it.len() as u64).sum(), cpu_s }
}
