//! Tails under a flood of lines: what each tail gets is bounded, the rest is counted as skipped,
//! memory stays bounded, senders are not delayed, and the server stops on SIGTERM. Which lines
//! match is tested in `lines.rs`.

use std::{
    io::{BufRead, BufReader, Write},
    net::TcpStream,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;
use testing::{
    frames::{frame, now_line},
    process::Server,
    wait::PATIENCE,
};

const TAILS: usize = 20;
const MEMORY_KB_MAX: u64 = 200 << 10;
const BODY_BYTES: usize = 8_000_000;
/// The shortest possible line.
const TINY: &[u8] = b"<1>1 - - - - - \n";

fn open(server: &Server, rest: &str) -> BufReader<TcpStream> {
    let mut stream = TcpStream::connect(server.address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    write!(stream, "GET /api/v1/apps/app/logs/tail?{rest} HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    let mut reader = BufReader::new(stream);
    let mut first = String::new();
    reader.read_line(&mut first).unwrap();
    assert!(first.ends_with("200 OK\r\n"), "{first}");
    reader
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(vec![], flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn ok_a_flood_of_tiny_lines_beside_many_tails() {
    let server = Server::start();
    let token = server.drain("app");
    let frames = format!("{} {}", TINY.len(), String::from_utf8_lossy(TINY)).into_bytes();
    let lines = BODY_BYTES / frames.len();
    let flood = gzip(&frames.repeat(lines));
    assert!(flood.len() < 64 << 10, "{}", flood.len());
    let (sent, skipped) = (AtomicU64::new(0), AtomicU64::new(0));
    let expected = (TAILS * lines) as u64;
    let tails: Vec<_> = (0..TAILS).map(|_| open(&server, "")).collect();
    thread::scope(|scope| {
        for tail in tails {
            let (sent, skipped) = (&sent, &skipped);
            scope.spawn(move || {
                // Reads until the server ends the stream.
                for line in tail.lines().map_while(Result::ok) {
                    let Some(data) = line.strip_prefix("data: ") else { continue };
                    let event: Value = serde_json::from_str(data).unwrap();
                    sent.fetch_add(event["lines"].as_array().map_or(0, Vec::len) as u64, Relaxed);
                    skipped.fetch_add(event["skipped"].as_u64().unwrap_or(0), Relaxed);
                }
            });
        }
        assert_eq!(server.post(&token, &[("Content-Encoding", "gzip")], &flood).status, 204);
        let (began, mut worst) = (Instant::now(), Duration::ZERO);
        while sent.load(Relaxed) + skipped.load(Relaxed) < expected {
            assert!(began.elapsed() < PATIENCE, "{sent:?} sent, {skipped:?} skipped of {expected}");
            let begun = Instant::now();
            let other = server.post(&token, &[("Logplex-Drain-Token", "d.1")], b"");
            worst = worst.max(begun.elapsed());
            assert_eq!(other.status, 204);
        }
        let held_kb = server.memory_kb("VmHWM");
        eprintln!(
            "memory at most {held_kb} kB, receipts at most {worst:?}, {sent:?} sent, {skipped:?} skipped of {expected}"
        );
        assert_eq!(sent.load(Relaxed) + skipped.load(Relaxed), expected);
        assert!(sent.load(Relaxed) >= TAILS as u64 * 10_000, "{sent:?}");
        assert!(held_kb < MEMORY_KB_MAX, "{held_kb} kB");
        assert!(worst < Duration::from_secs(1), "{worst:?}");
        // Sends more lines and stops the server in the middle of them.
        assert_eq!(server.post(&token, &[("Content-Encoding", "gzip")], &flood).status, 204);
        let (code, took) = server.stop();
        assert!(code == 0 && took < Duration::from_secs(3), "{code} after {took:?}");
    });
}

#[test]
fn ok_a_tail_of_ten_thousand_lines_a_second_has_no_gap() {
    let server = Server::start();
    let token = server.drain("app");
    let tail = open(&server, "q=status%3D200");
    let batch: Vec<u8> = (0..500).flat_map(|_| frame(&now_line(7))).collect();
    thread::scope(|scope| {
        scope.spawn(|| {
            for _ in 0..18 {
                assert_eq!(server.post(&token, &[("Logplex-Drain-Token", "d.1")], &batch).status, 204);
            }
        });
        let mut found = 0;
        for line in tail.lines().map(Result::unwrap) {
            let Some(data) = line.strip_prefix("data: ") else { continue };
            let event: Value = serde_json::from_str(data).unwrap();
            assert_eq!(event["skipped"], 0);
            found += event["lines"].as_array().unwrap().len();
            if found == 9_000 {
                break;
            }
        }
    });
}
