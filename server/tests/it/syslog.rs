//! Syslog over TCP: tokens in every place where real senders can put them, both framings, and
//! hostile or unknown senders. The grammar of headers is tested in the pipeline.

use std::{
    io::{ErrorKind, Read, Write},
    net::TcpStream,
};

use testing::{
    clock::{now_ms, stamp},
    process::{Server, binary, run},
    wait::{PATIENCE, wait_for},
};

pub fn started() -> (Server, u16) {
    let port = testing::process::free_port();
    (Server::start_with(&[("SYSLOG_PORT", &port.to_string())]), port)
}

pub fn connected(port: u16) -> TcpStream {
    let mut stream = None;
    wait_for("the syslog port", || {
        stream = TcpStream::connect(("127.0.0.1", port)).ok();
        stream.is_some()
    });
    let stream = stream.unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

pub fn message(host: &str, app: &str, data: &str, text: &str) -> String {
    format!("<158>1 {} {host} {app} router - {data} {text}", stamp(now_ms() * 1_000))
}

pub fn counted(message: &str) -> Vec<u8> {
    format!("{} {message}", message.len()).into_bytes()
}

pub const REQUEST: &str = "at=info method=GET path=\"/\" host=h dyno=web.1 connect=1ms service=7ms status=200 bytes=5";

#[track_caller]
pub fn check(server: &Server, app: &str, requests: f64) {
    wait_for("the requests to be counted", || {
        server.value(app, "router.requests", "sum").is_some_and(|it| it >= requests)
    });
    assert_eq!(server.value(app, "router.requests", "sum"), Some(requests));
}

/// Who has sent on the drain of the app `app`, the last one first; a test itself may have before.
pub fn senders(server: &Server) -> Vec<String> {
    let drains = server.get("/api/v1/drains").json();
    let drain = drains["drains"].as_array().unwrap().iter().find(|it| it["app"] == "app").unwrap().clone();
    let text = |it: &serde_json::Value| it.as_str().unwrap().to_owned();
    let senders = drain["senders"].as_array().unwrap().iter();
    senders.map(|it| format!("{} from {}", text(&it["agent"]), text(&it["address"]))).collect()
}

#[test]
fn ok_tokens_wherever_a_sender_can_put_them() {
    let (server, port) = started();
    let token = server.drain("app");
    let sent = [
        counted(&message(&token, "heroku", "-", REQUEST)),
        (message("web-1", &token, "-", REQUEST) + "\n").into_bytes(),
        counted(&message("web-1", "nginx", &format!("[streamgauge@0 token=\"{token}\"]"), REQUEST)),
        (message("web-1", "nginx", &format!("[{token}@41058 tag=\"x\"]"), REQUEST) + "\n").into_bytes(),
    ];
    for bytes in &sent {
        connected(port).write_all(bytes).unwrap();
    }
    check(&server, "app", 4.0);
    // All messages use one connection, with the token in the first only. The file then contains no
    // token.
    let mut stream = connected(port);
    stream.write_all(&sent[0]).unwrap();
    stream.write_all(&counted(&message("h", "heroku", "-", REQUEST))).unwrap();
    stream.write_all((message("h", "heroku", "-", REQUEST) + "\n").as_bytes()).unwrap();
    check(&server, "app", 7.0);
    assert_eq!(senders(&server)[0], "syslog over TCP from 127.0.0.1");
    let dir = server.kill();
    for name in ["test.db", "test.db-wal"] {
        let bytes = std::fs::read(dir.path().join(name)).unwrap_or_default();
        assert!(memchr::memmem::find(&bytes, token.as_bytes()).is_none(), "{name} holds the token");
    }
}

/// RFC 3164 as real senders write it: Docker's driver with and without a host, the C library,
/// rsyslog, and a firewall.
#[test]
fn ok_rfc_3164_in_both_framings() {
    let (server, port) = started();
    let token = server.drain("app");
    let messages = [
        format!("<30>Nov 27 00:58:07 dockerhost {token}[2139]: count#a=1"),
        format!("<30>Nov  7 00:58:07 {token}[2139]: count#a=1"),
        format!("<13>Nov 27 00:58:07 {token} logger: count#a=1"),
        format!("<13>{} web-1 {token}: count#a=1", stamp(now_ms() * 1_000)),
        format!("<189>Nov 27 2026 00:58:07 {token} : %ASA-6-302013: count#a=1"),
    ];
    for message in &messages {
        connected(port).write_all(&counted(message)).unwrap();
        connected(port).write_all(format!("{message}\n").as_bytes()).unwrap();
    }
    // The first message on a connection authenticates the later ones.
    let mut stream = connected(port);
    stream.write_all(&counted(&messages[0])).unwrap();
    stream
        .write_all(b"<30>Nov 27 00:58:08 dockerhost web[1]: count#a=1\n<189>Nov 27 2026 00:58:07: count#a=1\n")
        .unwrap();
    drop(stream);
    wait_for("the counts", || server.value("app", "a", "sum").is_some_and(|it| it >= 13.0));
    assert_eq!(server.value("app", "a", "sum"), Some(13.0));
    assert!(!server.get("/api/v1/apps/app/losses").body.contains("header_version"));
    let dir = server.kill();
    for name in ["test.db", "test.db-wal"] {
        let bytes = std::fs::read(dir.path().join(name)).unwrap_or_default();
        assert!(memchr::memmem::find(&bytes, token.as_bytes()).is_none(), "{name} holds the token");
    }
}

#[test]
fn ok_a_token_of_logplex() {
    let (server, port) = started();
    let theirs = "d.9a1c6f0e-4f0b-4b8e-9c53-6d7a3a0f7a11";
    let mut command = binary(server.dir.path());
    assert_eq!(run(command.args(["drain", "add", "shop", "--token", theirs])).0, 0);
    wait_for("the app to be shown", || server.get("/api/v1/apps").body.contains("shop"));
    connected(port).write_all(&counted(&message(theirs, "heroku", "-", REQUEST))).unwrap();
    check(&server, "shop", 1.0);
}

#[test]
fn ok_a_shared_drain_takes_the_app_from_each_line() {
    let (server, port) = started();
    let token = server.first_token();
    let data = format!("[sg token=\"{token}\"]");
    let line = |app: &str, data: &str| counted(&message("h", app, data, REQUEST));
    let sent = [line("one", &data), line("two", &data), line("two", "-"), line("one", "-")].concat();
    connected(port).write_all(&sent).unwrap();
    check(&server, "one", 2.0);
    check(&server, "two", 2.0);
    // A token is not an app name: nothing is counted under it, and the connection is closed.
    let mut stream = connected(port);
    stream.write_all(&line(&token, "-")).unwrap();
    assert!(stream.read_to_end(&mut vec![]).is_ok_and(|it| it == 0));
    let apps = server.get("/api/v1/apps").body;
    assert!(!apps.contains(&token) && !apps.contains("xxxx"), "{apps}");
}

#[test]
fn ok_a_sender_that_is_slow() {
    let (server, port) = started();
    let token = server.drain("app");
    let mut stream = connected(port);
    stream.set_nodelay(true).unwrap();
    let bytes =
        [counted(&message(&token, "heroku", "-", REQUEST)), counted(&message("h", "heroku", "-", REQUEST))].concat();
    for piece in bytes.chunks(3) {
        stream.write_all(piece).unwrap();
    }
    check(&server, "app", 2.0);
}

#[test]
fn ok_damage_is_counted_and_the_rest_too() {
    let (server, port) = started();
    let token = server.drain("app");
    let mut stream = connected(port);
    // The first line has ended, so the damaged bytes after it do not belong to it.
    stream.write_all(&counted(&message(&token, "heroku", "-", &format!("{REQUEST}\n")))).unwrap();
    stream.write_all(b"rubbish without any form ").unwrap();
    stream.write_all(&counted(&message("h", "heroku", "-", REQUEST))).unwrap();
    drop(stream);
    check(&server, "app", 2.0);
    assert_eq!(server.grouped("app", "drain.losses", "sum", "code"), [("frame_count".to_owned(), 1.0)]);
}

/// Whether the server has neither closed nor reset the connection.
fn is_waiting(stream: &mut TcpStream) -> bool {
    matches!(stream.read(&mut [0]), Err(error) if error.kind() == ErrorKind::WouldBlock)
}

#[test]
fn err_a_stranger_is_shut_out() {
    let (server, port) = started();
    server.drain("app");
    for bytes in [counted(&message("h", "heroku", "-", REQUEST)), b"GET / HTTP/1.1\r\nHost: x\r\n\r\n".to_vec()] {
        let mut stream = connected(port);
        stream.write_all(&bytes).unwrap();
        let mut answer = vec![];
        // Either the end of the stream, or a reset if the server left bytes unread.
        let closed = stream.read_to_end(&mut answer);
        assert!(answer.is_empty());
        assert!(closed.is_ok_and(|it| it == 0) || !is_waiting(&mut stream), "the connection is still open");
    }
    assert_eq!(server.value("app", "router.requests", "sum"), None);
}
