//! The heartbeat: an outgoing request while lines are taken in and rules are judged.

use std::{
    io::{Read, Write},
    net::TcpListener,
    sync::mpsc,
    thread,
};

use testing::{process::Server, wait::PATIENCE};

/// A receiver that answers each request with this status, and passes its first line on.
fn receiver(status: &'static str) -> (String, mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/ping/hunter2", listener.local_addr().unwrap());
    let (sender, lines) = mpsc::channel();
    thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let mut bytes = [0; 4_096];
            let n = stream.read(&mut bytes).unwrap_or(0);
            let text = String::from_utf8_lossy(&bytes[..n]).lines().next().unwrap_or_default().to_owned();
            let _gone = write!(
                stream,
                "HTTP/1.1 {status}\r\nContent-Length: 0\r\nLocation: /elsewhere\r\nConnection: close\r\n\r\n"
            );
            if sender.send(text).is_err() {
                return;
            }
        }
    });
    (url, lines)
}

#[test]
fn ok_a_heartbeat_is_sent() {
    let (url, lines) = receiver("200 OK");
    let server = Server::start_with(&[("HEARTBEAT_URL", &url), ("ALERT_PRIVATE", "1")]);
    assert_eq!(lines.recv_timeout(PATIENCE).unwrap(), "GET /ping/hunter2 HTTP/1.1");
    let log = std::fs::read_to_string(server.dir.path().join("log")).unwrap();
    assert!(!log.contains("heartbeat"), "{log}");
}

#[test]
fn err_a_heartbeat_is_refused_and_the_log_says_so_without_its_url() {
    let (url, lines) = receiver("302 Found");
    let server = Server::start_with(&[("HEARTBEAT_URL", &url), ("ALERT_PRIVATE", "1")]);
    assert_eq!(lines.recv_timeout(PATIENCE).unwrap(), "GET /ping/hunter2 HTTP/1.1");
    let log = || std::fs::read_to_string(server.dir.path().join("log")).unwrap();
    testing::wait::wait_for("the log to say so", || log().contains("no heartbeat"));
    assert!(log().contains("found 302") && !log().contains("hunter2"), "{}", log());
    assert!(lines.try_recv().is_err(), "the redirect was followed");
}
