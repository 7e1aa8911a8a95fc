//! `streamgauge shuttle` as a process, against a test drain that misbehaves on command.
//!
//! The drain is an HTTP server on a real socket, so that dropped connections and late replies are
//! real. What the server does with the batches is tested in `frames.rs` and `counts.rs`.

/// A drain that replies as configured and keeps what it receives.
pub mod peer;

/// Files that are followed.
mod follow;

/// Containers that are followed.
mod docker;

/// Batches on disk.
mod spool;

/// JSON and log-shuttle's flags.
mod flags;

use std::{
    io::{Read, Write},
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

use peer::{Peer, Reply, Request};
use pipeline::{Frames, syslog};

fn shuttle(url: &str, flags: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_streamgauge"))
        .arg("shuttle")
        .args(flags)
        .env("LOGS_URL", url)
        .env_remove("BEARER_TOKEN")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts")
}

/// Runs a shuttle until it has read all of `stdin` and ended.
pub fn run(url: &str, flags: &[&str], stdin: &[u8]) -> Output {
    let mut child = shuttle(url, flags);
    let mut pipe = child.stdin.take().expect("a pipe");
    let text = stdin.to_vec();
    // A thread writes the input, because with `--tee` the process writes while it reads. The
    // process may end before it has read everything.
    let writer = std::thread::spawn(move || drop(pipe.write_all(&text)));
    let output = child.wait_with_output().expect("the process ends");
    writer.join().expect("the writer ends");
    output
}

/// The texts in a request's frames, each with its PROCID before it.
fn texts(request: &Request) -> Vec<String> {
    let read = |frame: Result<&[u8], pipeline::Loss>| {
        let line = syslog::parse(frame.expect("a frame"), false).expect("a message");
        format!("{}: {}", String::from_utf8_lossy(line.proc_id), String::from_utf8_lossy(line.msg))
    };
    Frames::new(&request.body).map(read).collect()
}

#[track_caller]
fn check_exit(output: &Output, code: i32, stderr: &str) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{said}");
    assert!(said.contains(stderr), "expected {stderr:?} in {said:?}");
}

#[test]
fn ok_a_batch_and_its_headers() {
    let peer = Peer::start(&[]);
    let output = run(&peer.url(), &[], b"one\ntwo\n- [three]");
    check_exit(&output, 0, "");
    let told = "3 of 3 lines had no form known here, such as:\n  shuttle: one\n  shuttle: two\n  shuttle: - [three]\n";
    assert_eq!((output.stdout.len(), &*String::from_utf8_lossy(&output.stderr)), (0, told));
    let requests = peer.requests();
    assert_eq!(requests.len(), 1);
    let request = &requests[0];
    assert_eq!(request.line, "POST /logs?app=a HTTP/1.1");
    assert_eq!(texts(request), ["shuttle: one", "shuttle: two", "shuttle: - [three]"]);
    for (name, value) in [
        ("content-type", "application/logplex-1"),
        ("logplex-msg-count", "3"),
        ("authorization", "Basic YW55OlRPS0VO"),
        ("content-length", &request.body.len().to_string()),
        ("user-agent", concat!("streamgauge-shuttle/", env!("CARGO_PKG_VERSION"))),
    ] {
        assert_eq!(request.header(name), Some(value), "{name}");
    }
    let id = request.header("logplex-frame-id").expect("an id");
    assert_eq!((id.len(), request.header("x-request-id")), (32, Some(id)));
}

#[test]
fn ok_tried_again_under_the_same_id() {
    let replies = [Reply::Status(503), Reply::Hangup, Reply::Status(429), Reply::Status(500)];
    let peer = Peer::start(&replies);
    let output = run(&peer.url(), &[], b"precious\n");
    check_exit(&output, 0, "503");
    let requests = peer.requests();
    assert_eq!(requests.len(), replies.len() + 1);
    for request in &requests {
        assert_eq!(request.header("logplex-frame-id"), requests[0].header("logplex-frame-id"));
        assert_eq!(request.body, requests[0].body);
    }
}

#[test]
fn ok_waits_for_a_server_that_is_not_there_yet() {
    let (address, start) = Peer::later();
    let mut child = shuttle(&format!("http://any:TOKEN@{address}/logs"), &[]);
    child.stdin.take().expect("a pipe").write_all(b"early\n").expect("written");
    // The first line on stderr reports a failed attempt. Only then does the drain start.
    let mut said = [0; 24];
    child.stderr.as_mut().expect("a pipe").read_exact(&mut said).expect("a complaint");
    let peer = start();
    check_exit(&child.wait_with_output().expect("the process ends"), 0, "");
    assert_eq!(texts(&peer.requests()[0]), ["shuttle: early"]);
}

#[test]
fn ok_retry_after_is_honoured() {
    let peer = Peer::start(&[Reply::RetryAfter(1)]);
    let started = Instant::now();
    check_exit(&run(&peer.url(), &[], b"x\n"), 0, "503");
    assert!(started.elapsed() >= Duration::from_secs(1));
    assert_eq!(peer.requests().len(), 2);
}

#[test]
fn err_refused_batches_are_lost_and_reported() {
    let peer = Peer::start(&[Reply::Status(400), Reply::Status(302)]);
    let output = run(&peer.url(), &["--batch-size", "2"], b"1\n2\n3\n4\n5\n6\n");
    check_exit(&output, 1, "400");
    check_exit(&output, 1, "4 lines did not arrive");
    let requests = peer.requests();
    assert_eq!(requests.len(), 3);
    assert!(texts(&requests[1])[0].starts_with("log-shuttle: Error L13: 2 messages lost since 20"));
    // The first report was lost with its batch, and is sent again with the lines of that batch.
    assert!(texts(&requests[2])[0].starts_with("log-shuttle: Error L13: 4 messages lost since 20"));
    assert_eq!(texts(&requests[2])[1..], ["shuttle: 5", "shuttle: 6"]);
    assert_eq!(requests[2].header("logplex-lost-count"), Some("4"));
    assert_eq!(requests[2].header("logplex-msg-count"), Some("3"));
}

#[test]
fn ok_a_new_drain_is_waited_for() {
    let peer = Peer::start(&[Reply::Status(401), Reply::Status(401)]);
    check_exit(&run(&peer.url(), &[], b"x\n"), 0, "");
    let requests = peer.requests();
    assert_eq!(requests.len(), 3);
    assert_eq!(requests[0].header("logplex-frame-id"), requests[2].header("logplex-frame-id"));
}

#[test]
fn err_a_wrong_token_is_not_waited_for_long() {
    let peer = Peer::start(&[Reply::Status(401); 1000]);
    check_exit(&run(&peer.url(), &[], b"x\n"), 1, "401");
    assert!(peer.requests().len() > 2);
}

#[test]
fn err_too_many_attempts() {
    let peer = Peer::start(&[Reply::Status(503), Reply::Status(503)]);
    let output = run(&peer.url(), &["--max-attempts", "2"], b"x\n");
    check_exit(&output, 1, "after 2 attempts");
    assert_eq!(peer.requests().len(), 2);
}

#[test]
fn ok_drop_reports_what_found_no_room() {
    let peer = Peer::start(&[Reply::RetryAfter(1)]);
    let lines: String = (0..200).map(|it| format!("{it}\n")).collect();
    let output = run(&peer.url(), &["--drop", "--batch-size", "1"], lines.as_bytes());
    let requests = peer.requests();
    // Skips the first attempt, which was refused.
    let requests = &requests[1..];
    let dropped = requests.iter().filter_map(|it| it.header("logplex-drop-count"));
    let reported: u64 = dropped.map(|it| it.parse::<u64>().expect("a number")).sum();
    let arrived = requests.iter().flat_map(texts).filter(|it| it.starts_with("shuttle: ")).count() as u64;
    assert!(reported > 0, "50 batches wait at most");
    assert_eq!(arrived + reported, 200);
    check_exit(&output, 1, &format!("{reported} lines did not arrive"));
}

#[test]
fn ok_tee_is_byte_exact() {
    let peer = Peer::start(&[]);
    let bytes: Vec<u8> = (0..100_000_u32).flat_map(u32::to_le_bytes).collect();
    let output = run(&peer.url(), &["--tee", "--gzip"], &bytes);
    check_exit(&output, 0, "");
    assert!(output.stdout == bytes, "stdout differs from stdin");
    assert!(peer.requests().iter().all(|it| it.header("content-encoding") == Some("gzip")));
}

#[test]
fn ok_every_line_arrives_once_and_in_order() {
    let peer = Peer::start(&[Reply::Hangup, Reply::Status(503)]);
    let lines: Vec<_> = (0..20_000).map(|it| format!("line {it}")).collect();
    let output = run(&peer.url(), &[], lines.join("\n").as_bytes());
    check_exit(&output, 0, "");
    let arrived: Vec<_> = peer.requests()[2..].iter().flat_map(texts).collect();
    assert!(arrived.len() == lines.len() && arrived.iter().zip(&lines).all(|(a, b)| a["shuttle: ".len()..] == **b));
}

#[test]
fn ok_a_line_waits_no_longer_than_told() {
    let peer = Peer::start(&[]);
    let mut child = shuttle(&peer.url(), &["--wait", "50ms"]);
    let mut pipe = child.stdin.take().expect("a pipe");
    pipe.write_all(b"now\n").expect("written");
    // Stdin stays open, so only the timeout can have sent the batch.
    assert_eq!(texts(&peer.next()), ["shuttle: now"]);
    drop(pipe);
    check_exit(&child.wait_with_output().expect("the process ends"), 0, "");
}

#[test]
fn ok_a_signal_flushes() {
    let peer = Peer::start(&[]);
    let mut child = shuttle(&peer.url(), &["--wait", "1m", "--tee"]);
    let mut pipe = child.stdin.take().expect("a pipe");
    pipe.write_all(b"last words\n").expect("written");
    // A line that appears on stdout has been read.
    let mut seen = [0; 11];
    child.stdout.as_mut().expect("a pipe").read_exact(&mut seen).expect("the tee");
    let killed = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().expect("kill runs");
    assert!(killed.success());
    check_exit(&child.wait_with_output().expect("the process ends"), 0, "");
    assert_eq!(texts(&peer.next()), ["shuttle: last words"]);
    drop(pipe);
}

#[test]
fn err_a_signal_waits_for_no_server_for_ever() {
    let (address, _) = Peer::later();
    let mut child = shuttle(&format!("http://any:TOKEN@{address}/logs"), &[]);
    let mut pipe = child.stdin.take().expect("a pipe");
    pipe.write_all(b"last words\n").expect("written");
    // The first error message shows that the process has read the line.
    child.stderr.as_mut().expect("a pipe").read_exact(&mut [0; 24]).expect("a complaint");
    let started = Instant::now();
    let killed = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().expect("kill runs");
    assert!(killed.success());
    check_exit(&child.wait_with_output().expect("the process ends"), 1, "1 line did not arrive");
    assert!((4..10).contains(&started.elapsed().as_secs()));
    drop(pipe);
}

#[test]
fn err_addresses() {
    let no_url =
        Command::new(env!("CARGO_BIN_EXE_streamgauge")).arg("shuttle").env_remove("LOGS_URL").output().expect("runs");
    check_exit(&no_url, 2, "LOGS_URL is not set");
    check_exit(&run("syslog://host:514", &[], b""), 2, "LOGS_URL: expected http:// or https://, found \"syslog\"");
    check_exit(&run("http://any:SECRET@ho st/", &[], b""), 2, "LOGS_URL: expected http(s)://any:TOKEN@HOST");
    let output = run("http://any:SECRET@ho st/", &[], b"");
    assert!(!String::from_utf8_lossy(&output.stderr).contains("SECRET"));
}
