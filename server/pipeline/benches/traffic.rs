//! Seeded traffic for the benches: bodies of about 100 kB, as logplex sends them.

#![allow(dead_code, reason = "each bench uses its part")]

use std::fmt::Write;

/// Unix milliseconds at which every body is received; its lines are a little older.
pub const RECEIVED_MS: i64 = 1_790_000_000_000;
const BODY_BYTES: usize = 100 * 1_024;

/// xorshift64*: small, seeded, good enough to choose with.
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// From 0 to 1.
    pub fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Pareto from `least` on: a heavy tail, as latencies have.
    pub fn heavy(&mut self, least: f64) -> f64 {
        (least * (1.0 - self.share()).powf(-1.0 / 1.3)).min(3.0e7)
    }
}

/// Bodies with their lines.
pub struct Traffic {
    pub bodies: Vec<Vec<u8>>,
    pub lines: u64,
    pub requests: u64,
    pub bytes: u64,
}

/// About `bytes` of bodies, of which `router_percent` of the lines are the router's.
pub fn traffic(seed: u64, bytes: usize, router_percent: u64) -> Traffic {
    let mut random = Random(seed);
    let mut traffic = Traffic { bodies: Vec::new(), lines: 0, requests: 0, bytes: 0 };
    let mut sent = 0;
    while sent < bytes {
        let mut body = Vec::with_capacity(BODY_BYTES + 1_024);
        while body.len() < BODY_BYTES {
            let is_request = random.below(100) < router_percent;
            let message = message(&mut random, traffic.lines, is_request);
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

/// The line of that number: 200 a second, as lines of logplex nearly in order, over the two minutes before the receipt.
fn message(random: &mut Random, number: u64, is_request: bool) -> String {
    let dyno = format!("web.{}", 1 + random.below(8));
    let at_us = number * 5_000 % 120_000_000 + random.below(20_000);
    let (minute, second, micros) = (11 + at_us / 60_000_000, at_us / 1_000_000 % 60, at_us % 1_000_000);
    let time = format!("2026-09-21T14:{minute}:{second:02}.{micros:06}+00:00");
    let mut line = String::new();
    if is_request {
        let method = ["GET", "GET", "GET", "POST", "PUT"][random.below(5) as usize];
        let status = [200, 200, 200, 200, 200, 200, 302, 304, 404, 503][random.below(10) as usize];
        let error = if status == 503 { "at=error code=H12 desc=\"Request timeout\"" } else { "at=info" };
        let (user, id, ip) = (random.below(100_000), random.next(), random.below(256));
        let (connect, service, bytes) = (random.below(4), random.heavy(4.0) as u64, random.heavy(200.0) as u64);
        write!(
            line,
            "<158>1 {time} host heroku router - {error} method={method} path=\"/users/{user}/orders?page={ip}\" \
             host=shop.example.com request_id={id:016x}-4c12-8269-97c8e32cdb22 fwd=\"204.204.{ip}.7\" dyno={dyno} \
             connect={connect}ms service={service}ms status={status} bytes={bytes} protocol=http1.1 tls=true \
             tls_version=tls1.3"
        )
    } else if random.below(10) < 7 {
        write!(line, "<190>1 {time} host app {dyno} - [{}] INFO Completed 200 OK in 31ms (Views: 20ms)", random.next())
    } else if random.below(3) > 0 {
        let ms = random.heavy(1.0);
        write!(line, "<190>1 {time} host app {dyno} - source={dyno} measure#db.query={ms:.2}ms count#db.queries=3")
    } else {
        let memory = 200.0 + 300.0 * random.share();
        write!(
            line,
            "<45>1 {time} host heroku {dyno} - source={dyno} dyno=heroku.2808254.d97d0ea7-cf3d sample#memory_total={memory:.2}MB \
             sample#memory_rss={memory:.2}MB sample#memory_quota=512.00MB"
        )
    }
    .expect("a String takes everything");
    line.push('\n');
    line
}
