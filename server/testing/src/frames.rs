//! Log lines as senders write them: router lines as `heroku logs -t` prints them, and frames as
//! logplex posts them. Large traffic for benches is made in `traffic.rs`.

use crate::{
    clock::{now_ms, stamp},
    random::Dice,
};

/// `n` router lines as `heroku logs -t` prints them, spread over the last `span_s` seconds.
pub fn lines(seed: u64, n: usize, span_s: i64) -> Vec<String> {
    let mut dice = Dice(seed);
    let start_s = now_ms() / 1_000 - span_s;
    let line = |index: usize| {
        let at_us = start_s * 1_000_000 + index as i64 * span_s * 1_000_000 / n as i64;
        let dyno = format!("web.{}", 1 + dice.roll(6));
        let path = format!("/orders/{}/items?q=a=b", dice.roll(90_000));
        let head = |at: &str| {
            format!(
                "{at} method=GET path=\"{path}\" host=shop.example.com request_id=5c2b fwd=\"203.0.113.{}\"",
                index % 250
            )
        };
        let message = match dice.roll(100) {
            0 => format!(
                "{} dyno={dyno} connect=1ms service=30000ms status=503 bytes=0 protocol=https",
                head("at=error code=H12 desc=\"Request timeout\"")
            ),
            1 => format!(
                "{} dyno= connect= service= status=503 bytes= protocol=https",
                head("at=error code=H10 desc=\"App crashed\"")
            ),
            roll => {
                let status = match roll {
                    2..=6 => 404,
                    7..=14 => 302,
                    15 => 500,
                    16 => 201,
                    _ => 200,
                };
                // A product of uniform numbers has a long tail.
                let service = 3 + dice.roll(40) + dice.roll(50) * dice.roll(50) * dice.roll(50) / 400;
                format!(
                    "{} dyno={dyno} connect={}ms service={service}ms status={status} bytes={} protocol=https",
                    head("at=info"),
                    dice.roll(4),
                    200 + dice.roll(9_000)
                )
            }
        };
        format!("{} heroku[router]: {message}", stamp(at_us))
    };
    (0..n).map(line).collect()
}

/// The lines as octet-counted frames, as logplex posts them.
pub fn frames(lines: &[String]) -> Vec<u8> {
    lines.iter().flat_map(|it| frame(it)).collect()
}

/// One line, as `heroku logs -t` prints it, as a frame.
pub fn frame(line: &str) -> Vec<u8> {
    let (time, rest) = line.split_once(' ').unwrap();
    let (source, message) = rest.split_once(": ").unwrap();
    let (app, process) = source.trim_end_matches(']').split_once('[').unwrap();
    octet_counted(&format!("<158>1 {time} host {app} {process} - {message}\n"))
}

/// A router line with the current time.
pub fn now_line(service_ms: u64) -> String {
    router_line(&stamp(now_ms() * 1_000), service_ms)
}

/// A router line with the given timestamp.
pub fn router_line(time: &str, service_ms: u64) -> String {
    format!(
        "{time} heroku[router]: at=info method=GET path=\"/\" host=h request_id=1 fwd=\"192.0.2.1\" dyno=web.1 connect=1ms service={service_ms}ms status=200 bytes=5 protocol=https"
    )
}

/// A message with the current time from a source such as `app web.1`, as a frame.
pub fn message_frame(source: &str, message: &str) -> Vec<u8> {
    octet_counted(&format!("<190>1 {} host {source} - {message}\n", stamp(now_ms() * 1_000)))
}

/// A syslog message with its octet count before it.
pub fn octet_counted(text: &str) -> Vec<u8> {
    format!("{} {text}", text.len()).into_bytes()
}

#[test]
fn ok_frames_carry_their_length() {
    assert_eq!(octet_counted("a\n"), b"2 a\n");
    let expected = "<158>1 2026-09-21T14:13:20Z host heroku router - at=info\n";
    let found = frame("2026-09-21T14:13:20Z heroku[router]: at=info");
    assert_eq!(found, format!("{} {expected}", expected.len()).into_bytes());
}
