//! Raw lines: found by words, source and time, masked; and the tail of those that come.

use std::{
    io::{BufRead, BufReader, Write},
    net::TcpStream,
};

use serde_json::Value;

use crate::{
    harness::{PATIENCE, Server},
    traffic::{now_ms, stamp},
};

fn frame(source: &str, at_ms: i64, message: &str) -> Vec<u8> {
    let text = format!("<190>1 {} host app {source} - {message}\n", stamp(at_ms * 1_000));
    format!("{} {text}", text.len()).into_bytes()
}

const LOGPLEX: [(&str, &str); 1] = [("Logplex-Drain-Token", "d.1")];

fn texts(answer: &Value) -> Vec<&str> {
    answer["lines"].as_array().unwrap().iter().map(|it| it["text"].as_str().unwrap()).collect()
}

#[test]
fn ok_lines_are_found() {
    let server = Server::start();
    let token = server.drain("app");
    let now_ms = now_ms();
    let posted = [
        ("web.1", -7_200_000, "an old order=17 failed"),
        ("web.1", -3_000, "order=17 placed"),
        ("web.12", -2_000, "order=18 placed password=hunter2"),
        ("worker.1", -1_000, "mail sent to ann@example.com"),
    ];
    for (source, ago_ms, message) in posted {
        assert_eq!(server.post(&token, &LOGPLEX, &frame(source, now_ms + ago_ms, message)).status, 204);
    }
    let ask = |rest: &str| server.get(&format!("/api/v1/apps/app/logs?{rest}")).json();
    for (rest, expected) in [
        ("", &["mail sent to ***", "order=18 placed password=***", "order=17 placed"][..]),
        ("q=order%3D17", &["order=17 placed"]),
        ("q=order+-hunter2", &["order=17 placed"]),
        ("q=%22sent+to%22", &["mail sent to ***"]),
        ("source=web", &["order=18 placed password=***", "order=17 placed"]),
        ("source=web.1", &["order=17 placed"]),
        ("q=order&from=-3h", &["order=18 placed password=***", "order=17 placed", "an old order=17 failed"]),
        ("q=order&from=-3h&to=-1h", &["an old order=17 failed"]),
        ("q=nowhere", &[]),
    ] {
        assert_eq!(texts(&ask(rest)), expected, "{rest}");
    }
    // In pieces: each goes on where the one before ended.
    let first = ask("limit=1");
    assert_eq!(texts(&first), ["mail sent to ***"]);
    let second = ask(&format!("limit=1&before_ms={}", first["before_ms"]));
    assert_eq!(texts(&second), ["order=18 placed password=***"]);
    let third = ask(&format!("limit=1&before_ms={}", second["before_ms"]));
    assert_eq!(texts(&third), ["order=17 placed"]);
    assert_eq!(server.get("/api/v1/apps/nobody/logs").status, 404);
    assert_eq!(server.get("/api/v1/apps/app/logs?from=yesterday").status, 400);
}

#[test]
fn ok_the_tail_of_those_that_come() {
    let server = Server::start();
    let token = server.drain("app");
    let mut stream = TcpStream::connect(server.address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    write!(stream, "GET /api/v1/apps/app/logs/tail?q=order&source=web HTTP/1.1\r\nHost: test\r\n\r\n").unwrap();
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    while line.trim() != "" || line.is_empty() {
        line.clear();
        reader.read_line(&mut line).unwrap();
    }
    let body = [
        frame("web.1", now_ms(), "order=1 token=abc"),
        frame("web.1", now_ms(), "other"),
        frame("worker.1", now_ms(), "order=2"),
        frame("web.2", now_ms(), "order=3"),
    ]
    .concat();
    assert_eq!(server.post(&token, &LOGPLEX, &body).status, 204);
    let data = reader.lines().map(Result::unwrap).find_map(|it| it.strip_prefix("data: ").map(str::to_owned)).unwrap();
    let event: Value = serde_json::from_str(&data).unwrap();
    assert_eq!((texts(&event), event["skipped"].as_u64()), (vec!["order=1 token=***", "order=3"], Some(0)));
}
