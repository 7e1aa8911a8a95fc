//! statsd over UDP: types, tags, apps of a shared drain, what is refused, and many packets.

use std::{
    net::UdpSocket,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use testing::{
    process::{Server, binary, free_port, run},
    wait::wait_for,
};

const TOKEN: &str = "a-token-of-statsd";

/// A server whose statsd belongs to a drain of `shop`, or to a shared drain.
fn started(args: &[&str]) -> (Server, UdpSocket) {
    let dir = Arc::new(tempfile::tempdir().unwrap());
    let (code, _, error) = run(binary(dir.path()).args([&["drain", "add", "--token", TOKEN][..], args].concat()));
    assert_eq!((code, &*error), (0, ""));
    let port = free_port();
    let settings = [("STATSD_PORT", &*port.to_string()), ("STATSD_TOKEN", TOKEN)];
    let server = Server::start_in(dir, 0, &settings);
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.connect(("127.0.0.1", port)).unwrap();
    (server, socket)
}

#[test]
fn ok_every_type() {
    let (server, socket) = started(&["shop"]);
    socket.send(b"jobs:1|c\njobs:2|c|@0.5\nqueue:7|g\nqueue:+2|g\nusers:a|s\nusers:b|s\n").unwrap();
    socket.send(b"query:12:14|ms|#env:x,dyno:web.1\nsize:3|h\n_e{1,1}:a|b\n_sc|x|0\n").unwrap();
    wait_for("the metrics", || server.value("shop", "query", "count") == Some(2.0));
    for (metric, stat, expected) in [
        ("jobs", "sum", 5.0),
        ("queue", "last", 9.0),
        ("users", "last", 2.0),
        ("query", "sum", 26.0),
        ("size", "sum", 3.0),
    ] {
        assert_eq!(server.value("shop", metric, stat), Some(expected), "{metric}");
    }
    assert_eq!(server.grouped("shop", "query", "count", "source"), [("web.1".to_owned(), 2.0)]);
    assert_eq!(super::losses(&server, "shop"), None);
    // What is no statsd is a loss with its reason.
    socket.send(b"jobs:1|c\nwhat\njobs:NaN|c\nrouter.requests:1|c").unwrap();
    wait_for("the losses", || super::losses(&server, "shop") == Some(3.0));
    let reasons = server.get("/api/v1/apps/shop/losses").body;
    assert!(reasons.contains("lines of statsd"), "{reasons}");
}

#[test]
fn ok_a_shared_drain_takes_the_app_of_a_tag() {
    let (server, socket) = started(&["--shared", "any"]);
    socket.send(b"a:1|c|#app:shop\na:2|c|#app:mail\na:4|c").unwrap();
    wait_for("both apps", || server.value("shop", "a", "sum").is_some() && server.value("mail", "a", "sum").is_some());
    assert_eq!((server.value("shop", "a", "sum"), server.value("mail", "a", "sum")), (Some(1.0), Some(2.0)));
}

#[test]
fn err_settings_that_make_no_sense() {
    let dir = tempfile::tempdir().unwrap();
    let (code, _, error) = run(binary(dir.path()).arg("serve").env("STATSD_PORT", "0"));
    assert!(code != 0 && error.contains("STATSD_TOKEN"), "{error}");
}

/// 50,000 packets a second for three seconds: whatever was sent was counted, or the kernel says
/// that it dropped it.
#[test]
fn ok_many_packets() {
    let (server, socket) = started(&["shop"]);
    let (began, mut sent) = (Instant::now(), 0_u32);
    let cpu_s = server.cpu_s();
    while began.elapsed() < Duration::from_secs(3) {
        let due = began.elapsed().as_millis() as u32 * 50;
        while sent < due {
            socket.send(b"hits:1|c|#host:a").unwrap();
            sent += 1;
        }
        thread::yield_now();
    }
    let seconds = began.elapsed().as_secs_f64();
    let port = format!(":{:04X}", socket.peer_addr().unwrap().port());
    let is_ours = |row: &&str| row.split_whitespace().nth(1).is_some_and(|it| it.ends_with(&port));
    let lost = || {
        let table = std::fs::read_to_string("/proc/net/udp").unwrap();
        let drops = table.lines().find(is_ours).and_then(|row| row.split_whitespace().last()?.parse::<f64>().ok());
        drops.unwrap()
    };
    wait_for("all of them", || server.value("shop", "hits", "sum").unwrap_or(0.0) + lost() >= f64::from(sent));
    let counted = server.value("shop", "hits", "sum").unwrap_or(0.0);
    eprintln!(
        "{:.0} packets/s: {sent} sent, {counted} counted, {} dropped by the kernel, {:.2} CPU-seconds a second",
        f64::from(sent) / seconds,
        lost(),
        (server.cpu_s() - cpu_s) / seconds
    );
    assert_eq!(counted + lost(), f64::from(sent));
}
