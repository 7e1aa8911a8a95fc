//! OTLP over HTTP: OpenTelemetry's own SDKs, whose counts must be ours; replies in the encoding of
//! the request; requests that are repeated; hostile bodies. What records become is tested beside
//! the code.

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};

use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};
use testing::{http::Reply, process::Server, wait::wait_for};

const JSON: (&str, &str) = ("Content-Type", "application/json");
const PROTOBUF: (&str, &str) = ("Content-Type", "application/x-protobuf");

fn post(server: &Server, path: &str, token: &str, kind: (&str, &str), body: &[u8]) -> Reply {
    let bearer = format!("Bearer {token}");
    server.request("POST", path, &[("Authorization", &bearer), kind], body).unwrap()
}

fn now_ns() -> String {
    (testing::clock::now_ms() * 1_000_000).to_string()
}

fn logs(texts: &[Value]) -> Vec<u8> {
    json!({ "resourceLogs": [{ "scopeLogs": [{ "logRecords": texts }] }] }).to_string().into_bytes()
}

fn record(text: &str) -> Value {
    json!({ "timeUnixNano": now_ns(), "body": { "stringValue": text } })
}

/// The folder of the programs that send with OpenTelemetry's own SDKs.
fn senders() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../end2end/otlp")
}

/// What an SDK says that it sent; `None` without its language.
fn sent(server: &Server, token: &str, command: &mut Command, settings: &[&str]) -> Option<Value> {
    let base = format!("http://{}", server.address);
    let Ok(output) = command.args([&*base, token]).args(settings).output() else {
        eprintln!("SKIPPED: expected {}, which .ci/tools.sh senders installs", command.get_program().display());
        return None;
    };
    let (out, error) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && error.is_empty(), "an SDK that sends; run .ci/tools.sh senders: {error}");
    Some(serde_json::from_str(&out).unwrap())
}

fn sum(values: &Value, from: usize) -> f64 {
    values.as_array().unwrap().iter().skip(from).map(|it| it.as_f64().unwrap()).sum()
}

/// The counts of the app `shop` are those of the SDK.
fn check_sdk(command: impl Fn() -> Command, settings: &[&str]) {
    let server = Server::start();
    let token = server.drain("shop");
    let Some(sent) = sent(&server, &token, &mut command(), settings) else { return };
    // The first cumulative point only says where its stream stands.
    let from = usize::from(settings.contains(&"cumulative"));
    let value = |metric, stat| server.value("shop", metric, stat).unwrap_or(0.0);
    assert_eq!(value("orders.placed", "sum"), sum(&sent["orders"], from), "{settings:?}");
    assert_eq!(value("work.duration", "count"), sum(&sent["work"], from), "{settings:?}");
    if sent["waits"].is_array() {
        assert_eq!(value("wait.duration", "count"), sum(&sent["waits"], from), "{settings:?}");
        // The narrow buckets of an exponential histogram leave little doubt.
        assert!(value("wait.duration.error", "last") < 5.0, "{settings:?}");
        assert!((20.0..31.0).contains(&value("wait.duration", "p50")), "{settings:?}");
    }
    assert_eq!(value("router.requests", "count"), sent["requests"].as_f64().unwrap(), "{settings:?}");
    let by_status = server.grouped("shop", "router.requests", "count", "status");
    let failed: f64 = by_status.iter().filter(|it| it.0 == "503").map(|it| it.1).sum();
    assert_eq!(failed, sent["failed"].as_f64().unwrap(), "{settings:?}");
    assert_eq!(value("pay", "count"), sent["lines"].as_f64().unwrap(), "{settings:?}");
    let found = server.get("/api/v1/apps/shop/logs?q=order.id%3D29").json();
    let line = &found["lines"][0];
    assert_eq!((&line["level"], &line["source"]), (&json!("error"), &json!("web-1")), "{found}");
    let losses = server.get("/api/v1/apps/shop/losses").json();
    assert_eq!(losses["reasons"], json!([]), "{settings:?}");
}

#[test]
fn ok_the_sdk_counts_what_we_count() {
    let node = || {
        let mut command = Command::new("node");
        command.arg(senders().join("sender.mjs"));
        command
    };
    for settings in [["proto", "cumulative"], ["json", "delta"], ["json", "cumulative"]] {
        check_sdk(node, &settings);
    }
}

#[test]
fn ok_the_sdk_of_python_counts_what_we_count() {
    let python = || {
        let mut command = Command::new(senders().join(".venv/bin/python"));
        command.arg(senders().join("sender.py"));
        command
    };
    for settings in [["delta"], ["cumulative"]] {
        check_sdk(python, &settings);
    }
}

#[test]
fn ok_replies_have_the_encoding_of_the_request() {
    let server = Server::start();
    let token = server.drain("shop");
    let reply = post(&server, "/v1/logs", &token, PROTOBUF, b"");
    assert_eq!((reply.status, &*reply.body), (200, ""));
    assert!(reply.head.contains("content-type: application/x-protobuf"), "{}", reply.head);
    for body in [&b"{}"[..], b"", &logs(&[record("hello")])] {
        let reply = post(&server, "/v1/logs", &token, ("Content-Type", "application/json; charset=utf-8"), body);
        assert_eq!((reply.status, &*reply.body), (200, "{}"));
        assert!(reply.head.contains("content-type: application/json"), "{}", reply.head);
    }
    let reply = post(
        &server,
        "/v1/logs",
        &token,
        JSON,
        &logs(&[record("a"), json!(7), record("b"), json!({"timeUnixNano": "x"})]),
    );
    let partial = &reply.json()["partialSuccess"];
    assert_eq!((reply.status, &partial["rejectedLogRecords"]), (200, &json!("2")));
    assert!(partial["errorMessage"].as_str().unwrap().starts_with("expected a record in OTLP's JSON"), "{partial}");
    let losses = server.get("/api/v1/apps/shop/losses").json();
    assert_eq!(
        (&losses["reasons"][0]["reason"], &losses["reasons"][0]["count"]),
        (&json!("record"), &json!(2.0)),
        "{losses}"
    );
}

#[test]
fn err_refusals_tell_a_sender_whether_to_try_again() {
    let server = Server::start();
    let token = server.drain("shop");
    let shared = server.first_token();
    for (path, token, kind, body, status, said) in [
        ("/v1/logs", "sg_unknownunknownunknown", JSON, &b"{}"[..], 401, "token"),
        ("/v1/logs", &token, ("Content-Type", "text/plain"), b"{}", 415, "application/x-protobuf or application/json"),
        ("/v1/logs", &token, JSON, b"{", 400, "expected OTLP's JSON"),
        ("/v1/metrics", &token, PROTOBUF, b"\x0A\xFF", 400, "expected a protobuf message"),
        ("/v1/traces", &shared, JSON, b"{}", 400, "?app=NAME"),
    ] {
        let reply = post(&server, path, token, kind, body);
        assert_eq!(reply.status, status, "{reply:?}");
        assert!(reply.body.contains(said), "{reply:?}");
        if kind == JSON {
            assert!(reply.json()["message"].is_string(), "{reply:?}");
        }
    }
    let large = vec![b' '; (8 << 20) + 1];
    assert_eq!(post(&server, "/v1/logs", &token, JSON, &large).status, 413);
    let get = server.request("GET", "/v1/logs", &[], b"").unwrap();
    assert_eq!(get.status, 405);
}

#[test]
fn ok_a_token_in_the_path_and_a_shared_drain() {
    let server = Server::start();
    let shared = server.first_token();
    let path = format!("/otlp/{shared}/v1/logs?app=checkout");
    let reply = server.request("POST", &path, &[JSON], &logs(&[record("hello measure#a=1")])).unwrap();
    assert_eq!(reply.status, 200, "{reply:?}");
    assert_eq!(server.value("checkout", "a", "count"), Some(1.0));
    let unknown = server.request("POST", &format!("/otlp/{shared}/v1/other?app=checkout"), &[JSON], b"{}").unwrap();
    assert_eq!(unknown.status, 404);
}

#[test]
fn ok_a_request_that_is_repeated_counts_once() {
    let server = Server::start();
    let token = server.drain("shop");
    let timed = logs(&[record("count#timed=1")]);
    let untimed = logs(&[json!({ "body": { "stringValue": "count#untimed=1" } })]);
    for _ in 0..3 {
        for body in [&timed, &untimed] {
            assert_eq!(post(&server, "/v1/logs", &token, JSON, body).status, 200);
        }
    }
    // Without times the same may well have happened three times.
    assert_eq!(["timed", "untimed"].map(|it| server.value("shop", it, "sum")), [Some(1.0), Some(3.0)]);
}

#[test]
fn ok_requests_are_counted_from_the_best_source() {
    let server = Server::start();
    let token = server.drain("shop");
    let span = |id: u32| {
        let attributes = json!([
            { "key": "http.request.method", "value": { "stringValue": "GET" } },
            { "key": "http.route", "value": { "stringValue": "/" } },
            { "key": "http.response.status_code", "value": { "intValue": 200 } },
        ]);
        let span =
            json!({ "kind": 2, "spanId": format!("{id:016x}"), "endTimeUnixNano": now_ns(), "attributes": attributes });
        json!({ "resourceSpans": [{ "scopeSpans": [{ "spans": [span] }] }] }).to_string().into_bytes()
    };
    let count = || server.value("shop", "router.requests", "count");
    assert_eq!(post(&server, "/v1/traces", &token, JSON, &span(1)).status, 200);
    assert_eq!(count(), Some(1.0));
    let line = testing::frames::frame(&testing::frames::now_line(5));
    assert_eq!(server.post(&token, &[], &line).status, 204);
    assert_eq!(count(), Some(2.0));
    assert_eq!(post(&server, "/v1/traces", &token, JSON, &span(2)).status, 200);
    assert_eq!(count(), Some(2.0));
    // A replay of what is stored decides nothing anew.
    let server = Server::start_in(server.kill(), 0, &[]);
    wait_for("the replay", || server.value("shop", "router.requests", "count") == Some(2.0));
}

#[test]
fn err_hostile_bodies_cost_little() {
    let server = Server::start();
    let token = server.drain("shop");
    let attribute = r#"{"key":"k","value":{"intValue":"1"}},"#.repeat(180_000);
    let many = format!(
        r#"{{"resourceLogs":[{{"scopeLogs":[{{"logRecords":[{{"attributes":[{}]}}]}}]}}]}}"#,
        attribute.trim_end_matches(',')
    );
    let deep = format!(r#"{{"resourceLogs":{}"#, "[".repeat(7 << 20));
    let nested = format!(
        r#"{{"resourceLogs":[{{"scopeLogs":[{{"logRecords":[{{"body":{}{{"intValue":1}}{}}}]}}]}}]}}"#,
        r#"{"arrayValue":{"values":["#.repeat(200_000),
        "]}}".repeat(200_000)
    );
    let empty = format!(r#"{{"resourceLogs":[{}{{}}]}}"#, "{},".repeat(2_000_000));
    // One million empty attributes, in 2 bytes each.
    let attributes = [6 << 3 | 2, 0].repeat(1_000_000);
    let wrap = |inner: &[u8], number: u8| {
        let mut out = vec![number << 3 | 2];
        let mut length = inner.len();
        while length >= 0x80 {
            out.push((length & 0x7F) as u8 | 0x80);
            length >>= 7;
        }
        out.push(length as u8);
        out.extend_from_slice(inner);
        out
    };
    let wire = wrap(&wrap(&wrap(&attributes, 2), 2), 1);
    let points = wrap(&wrap(&wrap(&wrap(&[10, 0].repeat(1_000_000), 5), 2), 2), 1);
    let bomb = {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        (0..64).for_each(|_| encoder.write_all(&vec![b' '; 1 << 20]).unwrap());
        encoder.finish().unwrap()
    };
    for (path, kind, body, statuses) in [
        ("/v1/logs", JSON, many.as_bytes(), &[200][..]),
        ("/v1/logs", JSON, deep.as_bytes(), &[400]),
        ("/v1/logs", JSON, nested.as_bytes(), &[200, 400]),
        ("/v1/logs", JSON, empty.as_bytes(), &[200]),
        ("/v1/logs", PROTOBUF, &wire, &[200]),
        ("/v1/metrics", PROTOBUF, &points, &[200]),
    ] {
        let reply = post(&server, path, &token, kind, body);
        assert!(statuses.contains(&reply.status), "{path} {} bytes: {reply:?}", body.len());
    }
    let bearer = format!("Bearer {token}");
    let headers = [("Authorization", &*bearer), JSON, ("Content-Encoding", "gzip")];
    assert_eq!(server.request("POST", "/v1/logs", &headers, &bomb).unwrap().status, 413);
    assert!(server.memory_kb("VmHWM") < 200 << 10, "{} kB", server.memory_kb("VmHWM"));
    assert_eq!(post(&server, "/v1/logs", &token, JSON, &logs(&[record("count#alive=1")])).status, 200);
    assert_eq!(server.value("shop", "alive", "sum"), Some(1.0));
}
