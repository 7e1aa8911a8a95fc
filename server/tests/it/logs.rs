//! POST to a drain: receipts, refusals that count no line, malformed content that never gets a 4xx,
//! and batches that are counted once. Formats of lines are tested in the pipeline.

use std::{
    io::{Read, Write},
    net::TcpStream,
};

use flate2::{Compression, write::GzEncoder};
use testing::{
    frames::{frame, frames, now_line},
    http::Reply,
    process::Server,
    wait::wait_for,
};

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn counted(server: &Server, app: &str) -> f64 {
    server.value(app, "router.requests", "count").unwrap_or(0.0)
}

#[track_caller]
fn check_refused(reply: &Reply, status: u16, said: &str) {
    assert_eq!(reply.status, status, "{reply:?}");
    assert!(reply.head.contains("content-type: application/problem+json"), "{}", reply.head);
    assert_eq!(reply.json()["status"], status);
    assert!(reply.json()["detail"].as_str().unwrap().contains(said), "{}", reply.body);
}

#[test]
fn ok_empty_reply_states_its_length() {
    let server = Server::start();
    let token = server.drain("app");
    let reply = server.post(&token, &[], &frame(&now_line(5)));
    assert_eq!((reply.status, &*reply.body), (204, ""));
    assert!(reply.head.contains("content-length: 0"), "{}", reply.head);
    assert_eq!(counted(&server, "app"), 1.0);
}

#[test]
fn ok_every_way_to_send() {
    let server = Server::start();
    let token = server.drain("app");
    let body = frame(&now_line(5));
    assert_eq!(server.post(&token, &[("Content-Encoding", "gzip")], &gzip(&body)).status, 204);
    let basic = [("Authorization", basic(&format!("any:{token}"))), ("Authorization", basic(&format!("{token}:")))];
    for (name, value) in &basic {
        let headers = [(*name, &**value), ("Content-Type", "application/x-logplex-1")];
        assert_eq!(server.request("POST", "/logs", &headers, &body).unwrap().status, 204);
    }
    let mut stream = TcpStream::connect(server.address).unwrap();
    write!(stream, "POST /logs HTTP/1.1\r\nHost: t\r\nAuthorization: Bearer {token}\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n").unwrap();
    for piece in body.chunks(50) {
        write!(stream, "{:x}\r\n", piece.len()).unwrap();
        stream.write_all(piece).unwrap();
        write!(stream, "\r\n").unwrap();
    }
    write!(stream, "0\r\n\r\n").unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).unwrap();
    assert!(reply.starts_with("HTTP/1.1 204 "), "{reply}");
    assert_eq!(counted(&server, "app"), 4.0);
}

fn basic(text: &str) -> String {
    use base64::{Engine, engine::general_purpose::STANDARD};
    format!("Basic {}", STANDARD.encode(text))
}

#[test]
fn ok_first_drain_is_shared() {
    let server = Server::start();
    let url = server.first_drain().to_owned();
    let bearer = format!("Bearer {}", server.first_token());
    let post = |path: &str| server.request("POST", path, &[("Authorization", &bearer)], &frame(&now_line(5))).unwrap();
    assert!(url.ends_with("/logs?app=my-app"), "{url}");
    assert_eq!(post("/logs?app=my-app").status, 204);
    assert_eq!(post("/logs?app=other").status, 204);
    check_refused(&post("/logs"), 400, "?app=");
    check_refused(&post("/logs?app=a%20b"), 400, "app name");
    assert_eq!((counted(&server, "my-app"), counted(&server, "other")), (1.0, 1.0));
}

#[test]
fn err_refusals_count_nothing() {
    let server = Server::start();
    let token = server.drain("app");
    let body = frame(&now_line(5));
    check_refused(&server.post("sg_wrong", &[], &body), 401, "token");
    check_refused(&server.request("POST", "/logs", &[], &body).unwrap(), 401, "token");
    let bearer = format!("Bearer {token}");
    let xml = [("Authorization", &*bearer), ("Content-Type", "application/xml")];
    check_refused(&server.request("POST", "/logs", &xml, &body).unwrap(), 415, "application/xml");
    check_refused(&server.post(&token, &[("Content-Encoding", "br")], &body), 415, "br");
    let whole = gzip(&body.repeat(50));
    check_refused(&server.post(&token, &[("Content-Encoding", "gzip")], &whole[..whole.len() - 9]), 400, "gzip");
    check_refused(&server.post(&token, &[("Content-Encoding", "gzip")], b"plain"), 400, "gzip");
    check_refused(&server.post(&token, &[], &vec![b'x'; (8 << 20) + 1]), 413, "8388608");
    check_refused(&server.post(&token, &[("Content-Encoding", "gzip")], &gzip(&vec![b'1'; 9 << 20])), 413, "8388608");
    assert_eq!(counted(&server, "app"), 0.0);
    assert_eq!(server.value("app", "drain.lines", "count"), None);
}

#[test]
fn ok_bad_content_costs_only_itself() {
    let server = Server::start();
    let token = server.drain("app");
    let good = frame(&now_line(5));
    let broken = b"99 this is no syslog line and its count is wrong ".to_vec();
    let reply = server.post(&token, &[], &[good.clone(), broken, good.clone(), b"garbage".to_vec(), good].concat());
    assert_eq!(reply.status, 204);
    assert_eq!(counted(&server, "app"), 3.0);
    let losses = server.grouped("app", "drain.losses", "sum", "code");
    assert!(losses.iter().map(|it| it.1).sum::<f64>() >= 2.0 && losses.iter().all(|it| !it.0.is_empty()), "{losses:?}");
    assert_eq!(server.post(&token, &[], &[0xff; 3000]).status, 204);
}

#[test]
fn ok_a_batch_counts_once() {
    let server = Server::start();
    let (token, other) = (server.drain("app"), server.drain("other"));
    let id = [("Logplex-Frame-Id", "09C557EAFCFB6CF2740EE62F62971098")];
    let lines: Vec<String> = (0..10).map(|it| now_line(it + 1)).collect();
    for _ in 0..3 {
        assert_eq!(server.post(&token, &id, &frames(&lines)).status, 204);
    }
    // A retry may have one frame more: logplex's report of the failed attempt.
    assert_eq!(server.post(&token, &id, &frames(&[lines.clone(), vec![now_line(1)]].concat())).status, 204);
    assert_eq!(counted(&server, "app"), 10.0);
    // The same id on another drain is another batch, and so is a batch without an id.
    assert_eq!(server.post(&other, &id, &frames(&lines)).status, 204);
    assert_eq!(server.post(&token, &[], &frames(&lines)).status, 204);
    assert_eq!(server.post(&token, &[("X-Request-Id", "5b6c1f0e")], &frames(&lines)).status, 204);
    assert_eq!(server.post(&token, &[("X-Request-Id", "5b6c1f0e")], &frames(&lines)).status, 204);
    assert_eq!((counted(&server, "app"), counted(&server, "other")), (30.0, 10.0));
    let server = Server::start_in(server.kill(), 0, &[]);
    wait_for("the server", || server.get("/readyz").status == 200);
    assert_eq!(server.post(&token, &id, &frames(&lines)).status, 204);
    assert_eq!(counted(&server, "app"), 30.0);
}

#[test]
fn ok_without_raw_lines_a_batch_still_counts_once() {
    let server = Server::start_with(&[("RETENTION_LOGS", "0")]);
    let token = server.drain("app");
    let id = [("Logplex-Frame-Id", "A1")];
    let before = std::time::Instant::now();
    assert_eq!(server.post(&token, &id, &frame(&now_line(5))).status, 204);
    // Longer than one checkpoint and one retention pass take.
    wait_for("retention to pass", || before.elapsed().as_secs() >= 8);
    let server = Server::start_in(server.kill(), 0, &[("RETENTION_LOGS", "0")]);
    assert_eq!(server.post(&token, &id, &frame(&now_line(5))).status, 204);
    assert_eq!(counted(&server, "app"), 1.0);
}

#[test]
fn ok_a_removed_drain_is_refused() {
    use testing::process::{binary, run};
    let server = Server::start();
    let token = server.drain("app");
    let (_, listed, _) = run(binary(server.dir.path()).args(["drain", "list", "--json"]));
    let row = listed.lines().find(|it| it.contains("\"app\"")).unwrap();
    let id = serde_json::from_str::<serde_json::Value>(row).unwrap()["id"].to_string();
    assert_eq!(run(binary(server.dir.path()).args(["drain", "remove", &id])).0, 0);
    wait_for("the drain to be refused", || server.post(&token, &[], b"").status == 401);
}
