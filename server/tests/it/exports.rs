//! Exports of log lines: every line that matches, oldest first, in each format and over all apps. A
//! client that leaves makes room for the next, and a slow one holds nobody's memory.

use std::{
    io::{Read, Write},
    net::TcpStream,
    thread,
    time::Duration,
};

use serde_json::Value;
use testing::{
    clock::{now_ms, stamp},
    frames::{frames, lines, octet_counted},
    http::Reply,
    process::Server,
    wait::wait_for,
};

const LOGPLEX: [(&str, &str); 1] = [("Logplex-Drain-Token", "d.1")];
/// The most memory that a slow export may add, kB.
const MEMORY_KB_MAX: u64 = 60 << 10;

fn frame_at(ago_s: i64, who: &str, message: &str) -> Vec<u8> {
    octet_counted(&format!("<190>1 {} host {who} - {message}", stamp((now_ms() - ago_s * 1_000) * 1_000)))
}

fn export(server: &Server, rest: &str) -> Reply {
    let reply = server.get(&format!("/api/v1/apps/shop/logs/export?{rest}"));
    assert_eq!(reply.status, 200, "{rest}: {}", reply.body);
    reply
}

/// A server whose app has the lines of two batches, of which the second is older.
fn filled() -> Server {
    let server = Server::start();
    let token = server.drain("shop");
    let later = [frame_at(5, "app web.1", "n=3 password=hunter2"), frame_at(4, "app web.2", "n=4\n# truncated")];
    let earlier = [frame_at(9, "app web.1", "n=1"), frame_at(7, "heroku router", "n=2")];
    for batch in [later, earlier] {
        assert_eq!(server.post(&token, &LOGPLEX, &batch.concat()).status, 204);
    }
    server
}

#[test]
fn ok_every_line_that_matches_oldest_first() {
    let server = filled();
    let reply = export(&server, "from=-1h");
    let texts: Vec<&str> = reply.body.lines().map(|it| it.get(33..).unwrap_or(it)).collect();
    let expected =
        ["app[web.1]: n=1", "heroku[router]: n=2", "app[web.1]: n=3 password=***", "app[web.2]: n=4", "\t# truncated"];
    assert_eq!(texts, expected, "{}", reply.body);
    assert!(reply.head.contains("content-type: text/plain"), "{}", reply.head);
    let name = "content-disposition: attachment; filename=\"shop-logs-2";
    assert!(reply.head.contains(name) && reply.head.contains("z.log\""), "{}", reply.head);
    assert_eq!(export(&server, "from=-1h&source=web.1&q=n%3E1").body.lines().count(), 1);
    assert_eq!(export(&server, "from=-1h&q=nowhere").body, "");
    // The text is a search's own: what it gives, the API of searches gives too.
    let reply = export(&server, "from=-1h&format=ndjson");
    let all: Vec<Value> = reply.body.lines().map(|it| serde_json::from_str(it).unwrap()).collect();
    let found = server.get("/api/v1/apps/shop/logs").json();
    let newest_last: Vec<&Value> = found["lines"].as_array().unwrap().iter().rev().collect();
    assert_eq!(all.iter().collect::<Vec<_>>(), newest_last);
    assert!(reply.head.contains("application/x-ndjson") && reply.head.contains("z.ndjson\""), "{}", reply.head);
}

#[test]
fn ok_a_compressed_file_is_sent_to_its_end() {
    let server = filled();
    let head = "GET /api/v1/apps/shop/logs/export HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
    let mut stream = server.connection(format!("{head}Accept-Encoding: gzip\r\n\r\n").as_bytes());
    let mut reply = vec![];
    stream.read_to_end(&mut reply).unwrap();
    assert!(memchr::memmem::find(&reply, b"content-encoding: gzip").is_some() && reply.ends_with(b"\r\n0\r\n\r\n"));
}

#[test]
fn ok_lines_of_all_apps_say_their_app() {
    let server = filled();
    let token = server.drain("blog");
    assert_eq!(server.post(&token, &LOGPLEX, &frame_at(20, "app web.1", "of=blog")).status, 204);
    let reply = server.get("/api/v1/logs/export?from=-1h");
    assert_eq!((reply.status, reply.body.lines().count()), (200, 6), "{}", reply.body);
    assert!(reply.body.starts_with("blog 2") && reply.body.contains("\nshop 2"), "{}", reply.body);
    assert!(reply.head.contains("filename=\"all-apps-logs-2"), "{}", reply.head);
    let reply = server.get("/api/v1/logs/export?from=-1h&format=ndjson&q=of%3D*");
    assert_eq!(serde_json::from_str::<Value>(&reply.body).unwrap()["of"], "blog");
}

#[test]
fn ok_records_about_the_progress() {
    let server = filled();
    let body = export(&server, "from=-1h&progress=1").body;
    let last = body.lines().last().and_then(|it| it.strip_prefix('\u{1e}')).unwrap();
    let record: Value = serde_json::from_str(last).unwrap();
    assert_eq!((&record["share"], &record["lines"], &record["cut"]), (&1_000.into(), &4.into(), &Value::Null));
}

#[test]
fn err_exports() {
    let server = filled();
    for (path, status, said) in [
        ("apps/shop/logs/export?format=pdf", 400, "text or ndjson, found"),
        ("apps/shop/logs/export?q=status%3E%3D", 400, "(search, character"),
        ("apps/shop/logs/export?from=9&to=5", 400, "after"),
        ("logs/export?level=loud", 400, "error or warning"),
        ("apps/nobody/logs/export", 404, "no app named nobody"),
    ] {
        let reply = server.get(&format!("/api/v1/{path}"));
        let detail = reply.json()["detail"].as_str().unwrap_or_default().to_owned();
        assert!(reply.status == status && detail.contains(said), "{path}: {} {detail}", reply.status);
    }
    assert_eq!(server.get("/apps/nobody/logs/export").status, 404);
}

#[test]
fn ok_the_page_leads_to_the_file_of_its_range() {
    let server = filled();
    let page = server.get("/apps/shop/logs/export?q=n%3E1&source=web.1");
    assert_eq!(page.status, 200);
    let href = page.body.split("href=\"").find(|it| it.starts_with("/api/v1/apps/shop/logs/export")).unwrap();
    let href = href.split('"').next().unwrap().replace("&amp;", "&");
    assert_eq!(server.get(&href).body.lines().count(), 1, "{href}");
    let wrong = server.get("/apps/shop/logs/export?q=status%3E%3D").body;
    assert!(wrong.contains("(search, character") && !wrong.contains("data-export"), "{wrong}");
}

/// Begins an export and reads nothing of it.
fn begun(server: &Server) -> TcpStream {
    let mut stream = TcpStream::connect(server.address).unwrap();
    write!(stream, "GET /api/v1/apps/shop/logs/export?from=-24h HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    stream.read_exact(&mut [0; 12]).unwrap();
    stream
}

#[test]
fn ok_a_client_that_leaves_ends_its_export() {
    let server = Server::start();
    let token = server.drain("shop");
    for seed in 0..6 {
        assert_eq!(server.post(&token, &LOGPLEX, &frames(&lines(seed, 12_000, 3_000))).status, 204);
    }
    let next = || server.get("/api/v1/apps/shop/logs/export?from=-1h&q=nowhere").status;
    server.forget_peak();
    let before_kb = server.memory_kb("VmHWM");
    let waits = begun(&server);
    // It holds the only slot for as long as it waits for its client, and searches have their own.
    assert_eq!(next(), 503);
    assert_eq!(server.get("/api/v1/apps/shop/logs?limit=1").status, 200);
    thread::sleep(Duration::from_millis(300));
    let held_kb = server.memory_kb("VmHWM") - before_kb;
    assert!(held_kb < MEMORY_KB_MAX, "{held_kb} kB");
    drop(waits);
    wait_for("the slot of exports", || next() == 200);
}
