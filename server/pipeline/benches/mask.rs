//! The cost of masking compared with reading the same bodies in the same run: router lines, a mix,
//! lines full of near matches, and lines with three secrets each. Runs on one core, with bodies of
//! 100 kB that were just written, as in the receiver.
//!
//! Asserts that lines without a secret do not change and that no secret is left. Which texts are
//! secrets is tested in `tests/it/mask.rs`.
#![expect(clippy::print_stdout, reason = "the result of a bench is its output")]

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use pipeline::{Origin, Reducer, mask};
use testing::traffic::{RECEIVED_MS, STEP_US, traffic};

const SEED: u64 = 0x5EED;
const BYTES: usize = 16 << 20;
const ROUNDS: u32 = 9;
const BODY_BYTES: usize = 100 << 10;

fn main() {
    println!("{:<8} {:>12} {:>12} {:>8}", "lines", "mask ns/line", "read ns/line", "share");
    for (name, percent) in [("router", 100), ("mixed", 80)] {
        let traffic = traffic(SEED, BYTES, percent, RECEIVED_MS, STEP_US);
        let masked = measure(name, &traffic.bodies, traffic.lines);
        assert!(masked == traffic.bodies, "lines without a secret must not change");
    }
    let (bodies, lines) = json(|n| {
        format!(
            "\"msg\":\"token cache refreshed\",\"key_count\":{n},\"cache_key\":\"user:{n}\",\"author\":\"ann\",\"max_tokens\":512,\
             \"tokens\":{n},\"mapping\":\"keyed\",\"authenticated\":true,\"compass\":\"passed\",\"path\":\"/shipping/pins\""
        )
    });
    let masked = measure("words", &bodies, lines);
    assert!(masked == bodies, "lines without a secret must not change");
    let (bodies, lines) = json(|n| {
        format!(
            "\"n\":{n},\"user\":\"ann{n}@example.com\",\"password\":\"hunter2\",\
             \"headers\":{{\"Authorization\":\"Bearer abcdef.{n}\"}},\"msg\":\"an order was placed\""
        )
    });
    let masked = measure("secrets", &bodies, lines);
    let is_left = |body: &Vec<u8>| {
        ["hunter2", "@example", "abcdef"].iter().any(|it| memchr::memmem::find(body, it.as_bytes()).is_some())
    };
    assert!(!masked.iter().any(is_left), "a secret is left");
}

fn measure(name: &str, bodies: &[Vec<u8>], lines: u64) -> Vec<Vec<u8>> {
    let (mut best, mut read) = (Duration::MAX, Duration::MAX);
    let mut reducer = Reducer::new();
    let origin = Origin { received_ms: RECEIVED_MS, from_logplex: true, ..Origin::default() };
    let mut masked = bodies.to_vec();
    for _ in 0..ROUNDS {
        let (mut taken, mut reading) = (Duration::ZERO, Duration::ZERO);
        for (body, sent) in masked.iter_mut().zip(bodies) {
            body.clear();
            body.extend_from_slice(sent);
            let begin = Instant::now();
            mask::body(black_box(body));
            taken += begin.elapsed();
            let begin = Instant::now();
            let delta = reducer.reduce(black_box(body), &origin);
            reducer.recycle(black_box(delta));
            reading += begin.elapsed();
        }
        (best, read) = (best.min(taken), read.min(reading));
    }
    let each = |it: Duration| it.as_secs_f64() * 1e9 / lines as f64;
    println!("{name:<8} {:>12.1} {:>12.1} {:>7.0}%", each(best), each(read), 100.0 * each(best) / each(read));
    masked
}

/// Bodies of framed JSON lines, and the number of lines.
fn json(fields: impl Fn(u64) -> String) -> (Vec<Vec<u8>>, u64) {
    let (mut bodies, mut lines) = (vec![], 0);
    for _ in 0..40 {
        let mut body = Vec::with_capacity(BODY_BYTES + 512);
        while body.len() < BODY_BYTES {
            let fields = fields(lines);
            let line =
                format!("<190>1 2026-09-21T14:13:18.120000+00:00 host app web.1 - {{\"level\":\"info\",{fields}}}");
            body.extend_from_slice(format!("{} {line}", line.len()).as_bytes());
            lines += 1;
        }
        bodies.push(body);
    }
    (bodies, lines)
}
