//! Live streams: a snapshot, then changes, resumed without losing or repeating a second. How pages
//! draw them is tested in the browser.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Write},
    net::TcpStream,
};

use serde_json::Value;
use testing::{
    frames::{frame, frames, now_line},
    process::Server,
    wait::{PATIENCE, wait_for},
};

struct Stream(BufReader<TcpStream>);

#[derive(Debug)]
struct Event {
    name: String,
    id: u64,
    data: Value,
}

impl Stream {
    fn open(server: &Server, path: &str, last: Option<u64>) -> Self {
        let mut stream = TcpStream::connect(server.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let last = last.map(|it| format!("Last-Event-ID: {it}\r\n")).unwrap_or_default();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n{last}\r\n").unwrap();
        Self(BufReader::new(stream))
    }

    fn next(&mut self) -> Event {
        let mut event = Event { name: String::new(), id: 0, data: Value::Null };
        loop {
            let mut line = String::new();
            assert!(self.0.read_line(&mut line).unwrap() > 0, "the stream ended");
            match line.trim_end().split_once(": ") {
                Some(("event", name)) => event.name = name.to_owned(),
                Some(("id", id)) => event.id = id.parse().unwrap(),
                Some(("data", data)) => event.data = serde_json::from_str(data).unwrap(),
                _ if line == "\n" && !event.data.is_null() => return event,
                _ => {}
            }
        }
    }
}

/// Keeps requests by second as a page does: a new bucket replaces the one at the same time.
fn fold(columns: &mut BTreeMap<i64, f64>, event: &Event) {
    for column in event.data["columns"].as_array().unwrap() {
        let all =
            column["requests_per_s"].as_array().map_or(0.0, |rates| rates.iter().map(|it| it.as_f64().unwrap()).sum());
        columns.insert(column["at_s"].as_i64().unwrap(), all);
    }
}

#[test]
fn ok_overview_snapshot_then_deltas() {
    let server = Server::start();
    let token = server.drain("app");
    let mut stream = Stream::open(&server, "/api/v1/live", None);
    let first = stream.next();
    assert_eq!((&*first.name, first.data["apps"][0]["app"].as_str()), ("snapshot", Some("app")));
    server.post(&token, &[], &frame(&now_line(5)));
    let mut event = stream.next();
    while event.data["apps"].get(0).is_none_or(|it| it["p50_ms"].is_null()) {
        assert_eq!(event.name, "delta");
        let next = stream.next();
        assert!(next.id > event.id);
        event = next;
    }
    assert_eq!(event.data["totals"]["lines"], 1);
}

#[test]
fn ok_an_app_stream_goes_on_where_it_was() {
    let server = Server::start();
    let token = server.drain("app");
    let mut columns = BTreeMap::new();
    let mut stream = Stream::open(&server, "/api/v1/apps/app/live", None);
    let first = stream.next();
    assert_eq!(first.name, "snapshot");
    fold(&mut columns, &first);
    let ten: Vec<String> = (1..=10).map(now_line).collect();
    server.post(&token, &[], &frames(&ten));
    let mut last = first.id;
    while columns.values().sum::<f64>() < 10.0 {
        let event = stream.next();
        assert_eq!(event.name, "delta");
        fold(&mut columns, &event);
        last = event.id;
    }
    drop(stream);
    // More lines arrive while no stream is open and across a crash.
    server.post(&token, &[], &frames(&ten));
    let server = Server::start_in(server.kill(), 0, &[]);
    server.post(&token, &[], &frames(&ten));
    let mut stream = Stream::open(&server, "/api/v1/apps/app/live", Some(last));
    while columns.values().sum::<f64>() < 30.0 {
        let event = stream.next();
        assert_eq!(event.name, "delta");
        fold(&mut columns, &event);
    }
    assert_eq!(columns.values().sum::<f64>(), 30.0);
    // A position that is too old gets a full snapshot.
    assert_eq!(Stream::open(&server, "/api/v1/apps/app/live", Some(1)).next().name, "snapshot");
}

#[test]
fn ok_streams_end_with_the_server() {
    let server = Server::start();
    server.drain("app");
    let mut streams =
        [Stream::open(&server, "/api/v1/live", None), Stream::open(&server, "/api/v1/apps/app/live", None)];
    for stream in &mut streams {
        stream.next();
    }
    let (code, took) = server.stop();
    assert_eq!(code, 0);
    assert!(took.as_secs() < 5, "{took:?}");
}

#[test]
fn ok_health_changes_with_errors() {
    let server = Server::start();
    let token = server.drain("app");
    let health = || server.get("/api/v1/apps").json()["apps"][0].clone();
    assert_eq!(health()["health"], "silent");
    server.post(&token, &[], &frame(&now_line(5)));
    wait_for("healthy", || health()["health"] == "healthy");
    let error = now_line(5)
        .replace("at=info", "at=error code=H12 desc=\"Request timeout\"")
        .replace("status=200", "status=503");
    server.post(&token, &[], &frames(&vec![error; 12]));
    wait_for("failing", || health()["health"] == "failing");
    assert!(health()["reasons"][0]["what"].as_str().unwrap().starts_with("H12 request timeout"), "{}", health());
}
