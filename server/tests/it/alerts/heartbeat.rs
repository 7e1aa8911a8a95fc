//! The heartbeat: an outgoing request while lines are taken in and rules are judged.

use testing::{
    process::Server,
    receiver::{Answer, Receiver},
    wait::wait_for,
};

/// A server with a heartbeat, once its first request has got this status from the receiver.
fn beating(status: u16) -> (Server, Receiver) {
    let answer = Answer::Says(status, "Location: /elsewhere\r\n".to_owned(), String::new());
    let receiver = Receiver::start(move |_| answer.clone());
    let url = format!("{}/ping/hunter2", receiver.origin());
    let server = Server::start_with(&[("HEARTBEAT_URL", &url), ("ALERT_PRIVATE", "1")]);
    wait_for("a heartbeat", || !receiver.requests().is_empty());
    assert_eq!(receiver.requests()[0].line, "GET /ping/hunter2 HTTP/1.1");
    (server, receiver)
}

#[test]
fn ok_a_heartbeat_is_sent() {
    let (server, _receiver) = beating(200);
    let log = std::fs::read_to_string(server.dir.path().join("log")).unwrap();
    assert!(!log.contains("heartbeat"), "{log}");
}

#[test]
fn err_a_heartbeat_is_refused_and_the_log_says_so_without_its_url() {
    let (server, receiver) = beating(302);
    let log = || std::fs::read_to_string(server.dir.path().join("log")).unwrap();
    wait_for("the log to say so", || log().contains("no heartbeat"));
    assert!(log().contains("found 302") && !log().contains("hunter2"), "{}", log());
    assert_eq!(receiver.requests().len(), 1, "the redirect was followed");
}
