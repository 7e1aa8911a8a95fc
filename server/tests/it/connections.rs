//! Hostile connections from the same address as honest ones: partial request heads, silence,
//! HTTP/1.0, and more connections than file descriptors. Honest requests must still be answered.
//! Slow bodies are tested in `slow.rs`.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

use testing::{
    frames::{frame, now_line},
    http::is_closed,
    process::Server,
    wait::wait_for,
};

/// The longest that an honest request may take beside idle connections.
const ANSWER_MAX: Duration = Duration::from_secs(1);
const HALF: &str = "GET /api/v1/apps HTTP/1.1\r\nHost: localhost\r\nX-Filling: ";

/// An incomplete request head of this many bytes.
fn half(bytes: usize) -> Vec<u8> {
    [HALF.as_bytes(), &vec![b'x'; bytes - HALF.len()]].concat()
}

/// Sends a raw request and returns everything that comes back.
fn ask(server: &Server, request: &str) -> String {
    let mut answer = vec![];
    let _reset = server.connection(request.as_bytes()).read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

#[track_caller]
fn check(server: &Server, request: &str, status: u16, body: &str) {
    let answer = ask(server, request);
    assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")) && answer.contains(body), "{request:?}: {answer}");
}

/// Checks that an honest sender and a probe are answered in time. Returns the longer time.
#[track_caller]
fn check_honest(server: &Server, token: &str) -> Duration {
    let began = Instant::now();
    assert_eq!(server.post(token, &[], &frame(&now_line(1))).status, 204);
    let posted = began.elapsed();
    assert_eq!(server.get("/healthz").status, 200);
    let probed = began.elapsed() - posted;
    assert!(posted.max(probed) < ANSWER_MAX, "{posted:?}, {probed:?}");
    posted.max(probed)
}

/// Opens a live stream and waits for its response head. Returns the connection and its status.
fn stream(server: &Server) -> (TcpStream, u16) {
    let mut stream = server.connection(b"GET /api/v1/live HTTP/1.1\r\nHost: localhost\r\n\r\n");
    let mut status = [0; 12];
    stream.read_exact(&mut status).unwrap();
    (stream, String::from_utf8_lossy(&status[9..]).parse().unwrap())
}

#[test]
fn err_a_request_without_one_host() {
    let server = Server::start();
    let one = "Host: localhost\r\n";
    let end = "Connection: close\r\n\r\n";
    for path in ["/", "/api/v1/apps", "/logs", "/style.css"] {
        check(&server, &format!("GET {path} HTTP/1.1\r\n{end}"), 400, "expected one Host header, found 0");
        check(&server, &format!("GET {path} HTTP/1.1\r\n{one}{one}{end}"), 400, "expected one Host header, found 2");
    }
    check(&server, &format!("GET /healthz HTTP/1.1\r\n{one}{one}{end}"), 400, "found 2");
    check(&server, &format!("GET /api/v1/apps HTTP/1.1\r\n{one}{end}"), 200, "apps");
    // Some load balancers know HTTP/1.0 only and send no `Host`.
    let answer = ask(&server, "GET /healthz HTTP/1.0\r\n\r\n");
    assert!(answer.starts_with("HTTP/1.0 200 "), "{answer}");
}

#[test]
fn err_a_transfer_coding_that_is_not_read() {
    let server = Server::start();
    let token = server.drain("app");
    let head = |coding: &str| {
        format!(
            "POST /logs HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nTransfer-Encoding: {coding}\r\n"
        )
    };
    let end = "Connection: close\r\n\r\n0\r\n\r\n";
    check(&server, &format!("{}{end}", head("chunked")), 204, "content-length: 0");
    for coding in ["gzip, chunked", "chunked, chunked", "gzip\r\nTransfer-Encoding: chunked"] {
        check(&server, &format!("{}{end}", head(coding)), 501, "expected Transfer-Encoding: chunked or none");
    }
}

#[test]
fn err_a_head_that_is_too_long() {
    let server = Server::start();
    let end = "\r\nConnection: close\r\n\r\n";
    let longest = [&half(30 << 10)[..], end.as_bytes()].concat();
    assert!(ask(&server, &String::from_utf8(longest).unwrap()).starts_with("HTTP/1.1 200 "));
    // The head is refused as soon as it is too long, even if its end never comes.
    let began = Instant::now();
    let answer = ask(&server, &String::from_utf8(half(40 << 10)).unwrap());
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431 "), "{answer}");
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}

#[test]
fn ok_a_thousand_half_heads() {
    let server = Server::start();
    let token = server.drain("app");
    let before_kb = server.memory_kb("VmRSS");
    let half = half(31 << 10);
    let mut halves: Vec<TcpStream> = (0..1_000).map(|_| server.connection(&half)).collect();
    let longest = check_honest(&server, &token);
    let grown_kb = server.memory_kb("VmRSS") - before_kb;
    eprintln!("a thousand half heads: {grown_kb} kB more, {longest:?} to an answer");
    assert!(grown_kb < 60 << 10, "{grown_kb} kB for half heads");
    // The oldest connections were closed to make room.
    assert!(halves[..400].iter_mut().all(|it| is_closed(it, Duration::from_secs(1))));
    assert!(!is_closed(halves.last_mut().unwrap(), Duration::from_millis(50)));
    // A connection that has received an answer is closed last.
    let mut kept = server.connection(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
    let mut answer = [0; 15];
    kept.read_exact(&mut answer).unwrap();
    let more: Vec<TcpStream> = (0..600).map(|_| server.connection(&half)).collect();
    assert!(!is_closed(&mut kept, Duration::from_millis(50)));
    kept.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    kept.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200 OK");
    drop(more);
    check_honest(&server, &token);
}

#[test]
fn ok_more_connections_than_descriptors() {
    let server = Server::start_with_descriptors(192);
    let token = server.drain("app");
    // Silent connections are closed to make room.
    let silent: Vec<TcpStream> = (0..400).map(|_| server.connection(b"")).collect();
    check_honest(&server, &token);
    // Connections with an answer in progress are not. When they hold all places, only probes are
    // answered.
    let mut streams = vec![];
    let refused = loop {
        let (stream, status) = stream(&server);
        if status != 200 {
            break status;
        }
        streams.push(stream);
        assert!(streams.len() < 192, "the number of streams is not limited");
    };
    assert_eq!((refused, streams.len()), (503, 18));
    let more: Vec<TcpStream> = (0..400).map(|_| server.connection(b"")).collect();
    for path in ["/healthz", "/readyz"] {
        let began = Instant::now();
        assert_eq!(server.get(path).status, 200, "{path}");
        assert!(began.elapsed() < ANSWER_MAX, "{:?}", began.elapsed());
    }
    let reply = server.get("/api/v1/apps");
    assert!(reply.status == 503 && reply.head.contains("retry-after: 1"), "{reply:?}");
    drop((silent, more, streams.pop()));
    wait_for("connections to be accepted again", || server.get("/api/v1/apps").status == 200);
    check_honest(&server, &token);
}

#[test]
fn err_more_streams_than_one_address_may_have() {
    let server = Server::start();
    let token = server.drain("app");
    let mut streams: Vec<TcpStream> = vec![];
    for number in 0..250 {
        let (stream, status) = stream(&server);
        assert_eq!(status, 200, "stream {number}");
        streams.push(stream);
    }
    let reply = server.get("/api/v1/live");
    assert!(reply.status == 503 && reply.body.contains("250 live streams of one address"), "{reply:?}");
    check_honest(&server, &token);
    // A stream that ends frees its place.
    streams.pop();
    wait_for("room for a stream", || stream(&server).1 == 200);
}

#[test]
fn ok_it_stops_whatever_is_open() {
    let server = Server::start();
    let token = server.drain("app");
    let halves: Vec<TcpStream> = (0..20).map(|_| server.connection(&half(1_000))).collect();
    let streams: Vec<_> = (0..20).map(|_| stream(&server)).collect();
    let begun = format!(
        "POST /logs HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nContent-Length: 100\r\n\r\n1"
    );
    let bodies: Vec<TcpStream> = (0..20).map(|_| server.connection(begun.as_bytes())).collect();
    check_honest(&server, &token);
    let (code, took) = server.stop();
    assert!(code == 0 && took < Duration::from_secs(5), "{code}, {took:?}");
    drop((halves, streams, bodies));
}
