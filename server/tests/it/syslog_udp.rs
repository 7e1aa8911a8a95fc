//! Syslog over UDP (RFC 5426): `logger`, tokens in each place, datagrams that prove nothing, and
//! what the kernel drops.

use std::{net::UdpSocket, process::Command};

use testing::{
    process::{Server, run},
    wait::wait_for,
};

use crate::syslog::{REQUEST, check, message, senders, started};

fn sender(port: u16) -> UdpSocket {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.connect(("127.0.0.1", port)).unwrap();
    socket
}

fn files_hold(server: Server, token: &str) -> bool {
    let dir = server.kill();
    ["test.db", "test.db-wal"].iter().any(|name| {
        let bytes = std::fs::read(dir.path().join(name)).unwrap_or_default();
        memchr::memmem::find(&bytes, token.as_bytes()).is_some()
    })
}

#[test]
fn ok_logger_over_udp() {
    let (server, port) = started();
    let (own, shared) = (server.drain("app"), server.first_token());
    let logger = |args: &[&str]| {
        let mut command = Command::new("logger");
        command.args(["--udp", "--server", "127.0.0.1", "--port", &port.to_string()]).args(args);
        let (code, _, error) = run(command.arg("count#deploys=1"));
        assert_eq!(code, 0, "{error}");
    };
    logger(&["--tag", &own]);
    logger(&["--rfc3164", "--tag", &own]);
    let parameter = format!("token=\"{own}\"");
    logger(&["--tag", "shop", "--sd-id", "sg@1", "--sd-param", &parameter]);
    let parameter = format!("token=\"{shared}\"");
    logger(&["--tag", "other", "--sd-id", "sg@1", "--sd-param", &parameter]);
    for (app, deploys) in [("app", 3.0), ("other", 1.0)] {
        wait_for("the counts", || server.value(app, "deploys", "sum").is_some_and(|it| it >= deploys));
        assert_eq!(server.value(app, "deploys", "sum"), Some(deploys));
    }
    assert!(!files_hold(server, &own), "the file holds the token");
}

#[test]
fn ok_each_datagram_is_one_message() {
    let (server, port) = started();
    let (token, socket) = (server.drain("app"), sender(port));
    let one = message(&token, "heroku", "-", REQUEST);
    for end in ["", "\n", "\r\n", "\0"] {
        socket.send(format!("{one}{end}").as_bytes()).unwrap();
    }
    // A message with a line end inside, and one of the largest size.
    socket.send(message(&token, "heroku", "-", &format!("{REQUEST}\nsecond line")).as_bytes()).unwrap();
    let long = format!("{REQUEST} {}", "x".repeat(60_000));
    socket.send(message(&token, "heroku", "-", &long).as_bytes()).unwrap();
    check(&server, "app", 6.0);
    assert_eq!(senders(&server)[0], "syslog over UDP from 127.0.0.1");
    assert!(server.get("/api/v1/apps/app/losses").json()["reasons"].as_array().unwrap().is_empty());
}

#[test]
fn err_datagrams_that_prove_nothing() {
    let (server, port) = started();
    let (token, socket) = (server.drain("app"), sender(port));
    // The token of a datagram does not hold for the next one, even from the same address.
    let sent = [
        message(&token, "heroku", "-", REQUEST).into_bytes(),
        message("h", "heroku", "-", REQUEST).into_bytes(),
        message("sg_0123456789abcdef0123456789abcdef", "heroku", "-", REQUEST).into_bytes(),
        message("h", "heroku", "-", &format!("{REQUEST} {token}")).into_bytes(),
        b"".to_vec(),
        b"\n".to_vec(),
        vec![0xff; 60_000],
        message(&token, "heroku", "-", REQUEST).into_bytes(),
    ];
    for bytes in &sent {
        socket.send(bytes).unwrap();
    }
    check(&server, "app", 2.0);
    let log = std::fs::read_to_string(server.dir.path().join("log")).unwrap();
    assert_eq!(log.matches("token were dropped").count(), 1, "{log}");
}

/// More datagrams than the kernel keeps while the server is stopped: what it drops is counted, and
/// what it kept is not lost.
#[test]
fn ok_what_the_kernel_drops_is_counted() {
    let (server, port) = started();
    let (token, socket) = (server.drain("app"), sender(port));
    let pid = server.pid().to_string();
    let signal = |name: &str| assert_eq!(run(Command::new("kill").args([name, &pid])).0, 0);
    signal("-STOP");
    let text = format!("{REQUEST} {}", "x".repeat(8_000));
    let line = message(&token, "heroku", "-", &text);
    const SENT: u32 = 4_000;
    for _ in 0..SENT {
        socket.send(line.as_bytes()).unwrap();
    }
    signal("-CONT");
    let log = || std::fs::read_to_string(server.dir.path().join("log")).unwrap();
    wait_for("the log to say so", || log().contains("the kernel dropped datagrams"));
    let text = log();
    let dropped = text.split("lost=").nth(1).unwrap().split_whitespace().next().unwrap();
    let kept = f64::from(SENT) - dropped.parse::<f64>().unwrap();
    check(&server, "app", kept);
    let page = server.get("/alerts").body;
    let figure = page.split("Datagrams").nth(1).unwrap();
    assert!(figure[..200].contains("lost, last"), "{}", &figure[..200]);
    let health = server.get("/api/v1/server").json();
    assert_eq!(health["datagrams"]["lost"].as_u64().map(|it| it.to_string()).as_deref(), Some(dropped));
    eprintln!("of {SENT} datagrams the kernel dropped {dropped}");
}
