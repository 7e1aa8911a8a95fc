//! Seeded traffic for the benches: bodies of about 100 kB as logplex sends them, and lines of log
//! files. Small inputs for tests are made in `frames.rs`.

use std::fmt::Write;

use crate::{clock::stamp, random::Random};

/// The time of receipt of every body, Unix milliseconds. Its lines are slightly older.
pub const RECEIVED_MS: i64 = 1_790_000_000_000;
const BODY_BYTES: usize = 100 * 1_024;

/// Generated bodies and their totals.
pub struct Traffic {
    /// The POST bodies in order.
    pub bodies: Vec<Vec<u8>>,
    /// The number of lines in all bodies.
    pub lines: u64,
    /// The number of router lines in all bodies.
    pub requests: u64,
    /// The total size of all bodies.
    pub bytes: u64,
}

/// The time between two lines of a busy app, microseconds.
pub const STEP_US: u64 = 5_000;

/// The default number of dynos.
const DYNOS: u64 = 8;

/// Bodies of about `bytes` in total, received at `received_ms`, with a line every `step_us`.
/// `router_percent` of the lines are router lines.
pub fn traffic(seed: u64, bytes: usize, router_percent: u64, received_ms: i64, step_us: u64) -> Traffic {
    traffic_of(&mut Random(seed), bytes, router_percent, received_ms, (step_us, DYNOS))
}

/// Like [`traffic`], with a given generator, which continues, and a given number of dynos.
pub fn traffic_of(
    random: &mut Random,
    bytes: usize,
    router_percent: u64,
    received_ms: i64,
    (step_us, dynos): (u64, u64),
) -> Traffic {
    let mut traffic = Traffic { bodies: Vec::new(), lines: 0, requests: 0, bytes: 0 };
    let mut sent = 0;
    while sent < bytes {
        let mut body = Vec::with_capacity(BODY_BYTES + 1_024);
        while body.len() < BODY_BYTES {
            let is_request = random.below(100) < router_percent;
            let line = line(random, traffic.lines * step_us, is_request, received_ms, dynos);
            let Line { pri, time, app, process, text } = line;
            let message = format!("<{pri}>1 {time} host {app} {process} - {text}\n");
            body.extend_from_slice(format!("{} {message}", message.len()).as_bytes());
            traffic.lines += 1;
            traffic.requests += u64::from(is_request);
        }
        sent += body.len();
        traffic.bodies.push(body);
    }
    traffic.bytes = sent as u64;
    traffic
}

/// `lines` lines as `heroku logs -t` prints them.
pub fn cli_lines(seed: u64, lines: u64, router_percent: u64) -> String {
    let mut random = Random(seed);
    let mut text = String::new();
    for number in 0..lines {
        let is_request = random.below(100) < router_percent;
        let line = line(&mut random, number * STEP_US, is_request, RECEIVED_MS, DYNOS);
        writeln!(text, "{} {}[{}]: {}", line.time, line.app, line.process, line.text).expect(STRING);
    }
    text
}

/// `lines` lines of a Combined access log, each with its request time at the end.
pub fn combined_lines(seed: u64, lines: u64) -> String {
    let mut random = Random(seed);
    let mut text = String::new();
    for number in 0..lines {
        let (minute, second) = (number / 12_000 % 60, number / 200 % 60);
        let (ip, user, status) =
            (random.below(256), random.below(100_000), [200, 200, 200, 304, 404][random.below(5) as usize]);
        let (bytes, seconds) = (random.heavy(200.0) as u64, random.heavy(4.0) / 1e3);
        writeln!(
            text,
            "203.0.113.{ip} - - [21/Sep/2026:14:{minute:02}:{second:02} +0000] \"GET /users/{user}/orders?page={ip} HTTP/1.1\" \
             {status} {bytes} \"https://shop.example.com/\" \"Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101\" {seconds:.3}"
        )
        .expect(STRING);
    }
    text
}

const STRING: &str = "a String takes everything";

struct Line {
    pri: u8,
    time: String,
    app: &'static str,
    process: String,
    text: String,
}

/// The line at offset `at_us`. Timestamps are nearly in order, as logplex sends them, and lie in
/// the two minutes before the receipt.
fn line(random: &mut Random, at_us: u64, is_request: bool, received_ms: i64, dynos: u64) -> Line {
    let dyno = format!("web.{}", 1 + random.below(dynos));
    let ago_us = 120_000_000 - (at_us % 120_000_000) as i64 - random.below(20_000) as i64;
    let time = stamp(received_ms * 1_000 - ago_us);
    let mut text = String::new();
    if is_request {
        request(random, &dyno, &mut text);
        return Line { pri: 158, time, app: "heroku", process: "router".into(), text };
    }
    let (pri, app) = if random.below(10) < 7 {
        write!(text, "[{}] INFO Completed 200 OK in 31ms (Views: 20ms)", random.next()).expect(STRING);
        (190, "app")
    } else if random.below(3) > 0 {
        let ms = random.heavy(1.0);
        write!(text, "source={dyno} measure#db.query={ms:.2}ms count#db.queries=3").expect(STRING);
        (190, "app")
    } else {
        let memory = 200.0 + 300.0 * random.share();
        write!(
            text,
            "source={dyno} dyno=heroku.2808254.d97d0ea7-cf3d sample#memory_total={memory:.2}MB \
             sample#memory_rss={memory:.2}MB sample#memory_quota=512.00MB"
        )
        .expect(STRING);
        (45, "heroku")
    };
    Line { pri, time, app, process: dyno, text }
}

fn request(random: &mut Random, dyno: &str, text: &mut String) {
    let method = ["GET", "GET", "GET", "POST", "PUT"][random.below(5) as usize];
    let status = [200, 200, 200, 200, 200, 200, 302, 304, 404, 503][random.below(10) as usize];
    let error = if status == 503 { "at=error code=H12 desc=\"Request timeout\"" } else { "at=info" };
    let (user, id, ip) = (random.below(100_000), random.next(), random.below(256));
    let (connect, service, bytes) = (random.below(4), random.heavy(4.0) as u64, random.heavy(200.0) as u64);
    let path = match random.below(4) {
        0 => "/".to_owned(),
        1 => format!("/products/{id:016x}"),
        2 => format!("/search?q=shoes&page={ip}"),
        _ => format!("/users/{user}/orders?page={ip}"),
    };
    write!(
        text,
        "{error} method={method} path=\"{path}\" host=shop.example.com request_id={id:016x}-4c12-8269-97c8e32cdb22 \
         fwd=\"204.204.{ip}.7\" dyno={dyno} connect={connect}ms service={service}ms status={status} bytes={bytes} \
         protocol=http1.1 tls=true tls_version=tls1.3"
    )
    .expect(STRING);
}
