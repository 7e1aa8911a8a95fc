//! Traffic of one format of requests each: lines of its first example, with times and paths of
//! their own. Heroku's router has its own generator, `traffic.rs`.

use pipeline::extract::{READERS, Reader};

use crate::{clock::stamp, traffic::Traffic};

const BODY_BYTES: usize = 100 * 1_024;
const PATHS: u64 = 1_000;
/// Least speed of a format in lines per CPU second, as a share of the router's: of text, and of
/// JSON, whose fields have no order.
const SHARE_MIN_TEXT: f64 = 0.4;
const SHARE_MIN_JSON: f64 = 0.2;

/// Every format of requests but Heroku's router.
pub fn formats() -> impl Iterator<Item = &'static Reader> {
    READERS.iter().filter(|it| it.metrics.contains(&"router.requests") && it.name != "router")
}

/// Least share of the router's speed that a format must have.
#[must_use]
pub fn share_min(format: &Reader) -> f64 {
    if format.examples[0].msg.starts_with('{') { SHARE_MIN_JSON } else { SHARE_MIN_TEXT }
}

/// `lines` requests of a format, the newest of them at `end_ms` (unix milliseconds), `step_us`
/// apart.
#[must_use]
pub fn requests(format: &Reader, lines: u64, end_ms: i64, step_us: u64) -> Traffic {
    let example = &format.examples[0];
    let mut made = Traffic { bodies: vec![], lines, requests: lines, bytes: 0 };
    let mut body = vec![];
    for number in 0..lines {
        let msg = example.msg.replace("/orders/7", &format!("/orders/{}", number % PATHS));
        let time = stamp(end_ms * 1_000 - ((lines - number) * step_us).cast_signed());
        let message = format!("<190>1 {time} front {} {} - - {msg}", example.app, example.proc_id);
        body.extend_from_slice(format!("{} {message}", message.len()).as_bytes());
        if body.len() >= BODY_BYTES || number + 1 == lines {
            made.bytes += body.len() as u64;
            made.bodies.push(std::mem::take(&mut body));
        }
    }
    made
}
