//! Slow senders, honest or not: endless bodies, gzip that costs much CPU, syslog frames in pieces,
//! and silence. An honest sender beside them is answered in time. Idle connections without a body
//! are tested in `connections.rs`.

use std::{
    io::{Read, Write},
    net::TcpStream,
    thread,
    time::{Duration, Instant},
};

use testing::{
    frames::{frame, frames, lines, now_line},
    http::is_closed,
    process::Server,
    wait::wait_for,
};

use crate::syslog::{REQUEST, check, connected, counted, message, started};

const ANSWER_MAX: Duration = Duration::from_secs(1);

/// The head of a POST to the drain.
fn head(token: &str, rest: &str) -> Vec<u8> {
    format!("POST /logs HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n{rest}\r\n\r\n").into_bytes()
}

fn status(stream: &mut TcpStream) -> u16 {
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).unwrap();
    String::from_utf8_lossy(&answer[9..]).parse().unwrap()
}

/// Sends an honest sender's batches and returns the longest wait for an answer.
#[track_caller]
fn check_honest(server: &Server, token: &str) -> Duration {
    let body = frames(&lines(7, 300, 60));
    let mut worst = Duration::ZERO;
    for _ in 0..10 {
        let began = Instant::now();
        assert_eq!(server.post(token, &[], &body).status, 204);
        worst = worst.max(began.elapsed());
    }
    assert!(worst < ANSWER_MAX, "{worst:?}");
    worst
}

#[test]
fn ok_bodies_that_never_end() {
    let server = Server::start();
    let (honest, hostile) = (server.drain("honest"), server.drain("hostile"));
    // In chunks, as gzip, and with the largest length.
    let kinds =
        ["Transfer-Encoding: chunked", "Content-Encoding: gzip\r\nContent-Length: 8000000", "Content-Length: 8000000"];
    let mut endless: Vec<TcpStream> =
        (0..48).map(|it| server.connection(&head(&hostile, kinds[it % kinds.len()]))).collect();
    let worst = check_honest(&server, &honest);
    eprintln!("48 endless bodies: {worst:?} to a 204");
    // The same drain may send more, until it has used up its share of open bodies.
    assert_eq!(server.post(&hostile, &[], &frame(&now_line(1))).status, 204);
    endless.extend((0..32).map(|_| server.connection(&head(&hostile, kinds[0]))));
    wait_for("the drain's share to be used up", || {
        let began = Instant::now();
        let reply = server.post(&hostile, &[], &frame(&now_line(1)));
        assert!(began.elapsed() < Duration::from_secs(5), "senders give up at 5 s");
        reply.status == 503 && reply.body.contains("one drain")
    });
    check_honest(&server, &honest);
}

#[test]
fn ok_large_bodies_that_never_end() {
    let server = Server::start();
    let (honest, hostile) = (server.drain("honest"), server.drain("hostile"));
    // Each body lacks one byte of the largest size. Together they exceed what one drain may hold in
    // memory.
    let piece = vec![b'x'; (8 << 20) - 1];
    let head = head(&hostile, &format!("Content-Length: {}", 8 << 20));
    thread::scope(|scope| {
        let sending = [(); 8].map(|()| {
            let mut stream = server.connection(&head);
            stream.set_write_timeout(Some(Duration::from_secs(2))).unwrap();
            scope.spawn(|| {
                let _refused = stream.write_all(&piece);
                stream
            })
        });
        let worst = check_honest(&server, &honest);
        eprintln!("8 large endless bodies: {worst:?} to a 204");
        let kept = sending.map(|it| it.join().unwrap());
        check_honest(&server, &honest);
        drop(kept);
    });
    let held_kb = server.memory_kb("VmHWM");
    assert!(held_kb < 200 << 10, "{held_kb} kB");
}

#[test]
fn err_gzip_that_is_all_work() {
    let server = Server::start();
    let token = server.drain("app");
    let empty = flate2::write::GzEncoder::new(vec![], flate2::Compression::fast()).finish().unwrap();
    let body = empty.repeat((8 << 20) / empty.len());
    let began = Instant::now();
    let reply = server.post(&token, &[("Content-Encoding", "gzip")], &body);
    eprintln!("{} empty members: {} after {:?}", body.len() / empty.len(), reply.status, began.elapsed());
    assert!(reply.status == 400 && reply.body.contains("more than 1000"), "{reply:?}");
    assert!(began.elapsed() < ANSWER_MAX);
}

#[test]
fn err_a_question_without_end() {
    let server = Server::start();
    let path = <dashboard::server_fns::AskOverview as leptos::server_fn::ServerFn>::PATH;
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    );
    let mut stream = server.connection(head.as_bytes());
    let piece = [b"10000\r\n", &[b' '; 1 << 16][..], b"\r\n"].concat();
    let began = Instant::now();
    let mut sent = 0;
    while stream.write_all(&piece).is_ok() {
        sent += piece.len();
        assert!(sent < 64 << 20 && began.elapsed() < Duration::from_secs(5), "{sent} bytes were taken");
    }
}

/// How long the server waits before it closes the connection.
fn waited(mut stream: TcpStream) -> Duration {
    let began = Instant::now();
    assert!(is_closed(&mut stream, Duration::from_secs(20)));
    began.elapsed()
}

#[test]
fn ok_each_deadline() {
    let (server, port) = started();
    let token = server.drain("app");
    let body = frame(&now_line(1));
    thread::scope(|scope| {
        let ten = |name: &'static str, stream: TcpStream| {
            scope.spawn(move || {
                let waited = waited(stream);
                assert!((9.0..14.0).contains(&waited.as_secs_f64()), "{name}: {waited:?}");
            });
        };
        ten("silence", server.connection(b""));
        ten("half a head", server.connection(b"GET / HTTP/1.1\r\nHost: te"));
        ten("syslog, silence", connected(port));
        let mut stream = connected(port);
        stream.write_all(b"99 <158>1 - - ").unwrap();
        ten("syslog, half a frame", stream);
        scope.spawn(|| {
            let mut stream = server.connection(&head(&token, "Content-Length: 9"));
            let began = Instant::now();
            assert_eq!(status(&mut stream), 408);
            assert!((9.0..14.0).contains(&began.elapsed().as_secs_f64()), "a body: {:?}", began.elapsed());
            assert!(is_closed(&mut stream, Duration::from_secs(1)));
        });
        // Honest but slower than any known sender: the connection is kept and the batch is counted.
        scope.spawn(|| {
            let mut stream = server.connection(&head(&token, &format!("Content-Length: {}", body.len())));
            for piece in body.chunks(body.len().div_ceil(12)) {
                thread::sleep(Duration::from_secs(1));
                stream.write_all(piece).unwrap();
            }
            assert_eq!(status(&mut stream), 204);
            thread::sleep(Duration::from_secs(11));
            stream.write_all(&head(&token, "Content-Length: 0")).unwrap();
            let mut rest = vec![];
            stream.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
            let _waits = stream.read_to_end(&mut rest);
            assert_eq!(String::from_utf8_lossy(&rest).matches("HTTP/1.1 204").count(), 1);
        });
    });
}

#[test]
fn ok_a_first_syslog_frame_in_two_pieces() {
    let (server, port) = started();
    let token = server.drain("app");
    for bytes in
        [counted(&message(&token, "heroku", "-", REQUEST)), (message(&token, "heroku", "-", REQUEST) + "\n").into()]
    {
        let mut stream = connected(port);
        let (first, second) = bytes.split_at(40);
        stream.write_all(first).unwrap();
        // As long as one TCP retransmission.
        thread::sleep(Duration::from_millis(600));
        stream.write_all(second).unwrap();
        // Once the connection is authenticated, later frames may come in pieces too.
        let next = counted(&message("h", "heroku", "-", REQUEST));
        for piece in next.chunks(next.len().div_ceil(3)) {
            thread::sleep(Duration::from_millis(300));
            stream.write_all(piece).unwrap();
        }
    }
    check(&server, "app", 4.0);
}

#[test]
fn ok_silent_syslog_connections_keep_nobody_out() {
    let (server, port) = started();
    let token = server.drain("app");
    let proven = {
        let mut stream = connected(port);
        stream.write_all(&counted(&message(&token, "heroku", "-", REQUEST))).unwrap();
        check(&server, "app", 1.0);
        stream
    };
    let mut silent: Vec<TcpStream> = (0..500).map(|_| connected(port)).collect();
    connected(port).write_all(&counted(&message(&token, "heroku", "-", REQUEST))).unwrap();
    check(&server, "app", 2.0);
    assert!(silent[..400].iter_mut().all(|it| is_closed(it, Duration::from_secs(1))));
    // An authenticated connection is not closed to make room for others.
    (&proven).write_all(&counted(&message("h", "heroku", "-", REQUEST))).unwrap();
    check(&server, "app", 3.0);
}

#[test]
fn ok_a_long_frame_in_pieces() {
    let (server, port) = started();
    let token = server.drain("app");
    let mut stream = connected(port);
    stream.write_all(&counted(&message(&token, "heroku", "-", REQUEST))).unwrap();
    let long = counted(&message("h", "app", "-", &format!("{REQUEST} {}", "x".repeat(1 << 20))));
    for piece in long.chunks(50_000) {
        stream.write_all(piece).unwrap();
    }
    stream.write_all(&counted(&message("h", "heroku", "-", REQUEST))).unwrap();
    wait_for("the lines after the long frame", || {
        server.value("app", "router.requests", "sum").is_some_and(|it| it >= 2.0)
    });
}

/// Tests that take longer. `make torture` runs them.
mod torture {
    use super::*;

    #[test]
    #[ignore = "takes half a minute: make torture"]
    fn err_a_body_that_drips() {
        let server = Server::start();
        let token = server.drain("app");
        let mut stream = server.connection(&head(&token, "Content-Length: 1000"));
        let began = Instant::now();
        let mut dripping = stream.try_clone().unwrap();
        thread::spawn(move || {
            while dripping.write_all(b"x").is_ok() {
                thread::sleep(Duration::from_secs(1));
            }
        });
        stream.set_read_timeout(Some(Duration::from_secs(40))).unwrap();
        assert_eq!(status(&mut stream), 408);
        assert!((29.0..35.0).contains(&began.elapsed().as_secs_f64()), "{:?}", began.elapsed());
    }

    #[test]
    #[ignore = "takes half a minute: make torture"]
    fn err_an_answer_that_nobody_takes() {
        let server = Server::start();
        // Requests pages until the buffers of both sides are full.
        let mut stream = server.connection(b"");
        stream.set_write_timeout(Some(Duration::from_secs(1))).unwrap();
        while stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").is_ok() {}
        let open = || std::fs::read_dir(format!("/proc/{}/fd", server.pid())).unwrap().count();
        let before = open();
        let began = Instant::now();
        while open() >= before {
            assert!(began.elapsed() < Duration::from_secs(40), "the connection is still open");
            thread::sleep(Duration::from_millis(100));
        }
    }

    #[test]
    #[ignore = "takes minutes: make torture"]
    fn ok_an_honest_sender_beside_all_of_them() {
        let (server, port) = started();
        let (honest, hostile) = (server.drain("honest"), server.drain("hostile"));
        let over = std::sync::atomic::AtomicBool::new(false);
        let is_over = || over.load(std::sync::atomic::Ordering::Relaxed);
        let (mut waits, mut probes) = (vec![], vec![]);
        thread::scope(|scope| {
            for kind in 0..4 {
                let (server, hostile) = (&server, &hostile);
                scope.spawn(move || {
                    let mut kept = std::collections::VecDeque::new();
                    while !is_over() {
                        let bytes = match kind {
                            0 => [b"GET / HTTP/1.1\r\nX: ", &vec![b'x'; 30 << 10][..]].concat(),
                            1 => head(hostile, "Transfer-Encoding: chunked"),
                            2 => [&head(hostile, "Content-Length: 8000000")[..], &vec![b'x'; 1 << 20]].concat(),
                            _ => b"99 <158>1 - - ".to_vec(),
                        };
                        let stream = if kind == 3 {
                            TcpStream::connect(("127.0.0.1", port)).unwrap()
                        } else {
                            server.connection(b"")
                        };
                        stream.set_write_timeout(Some(Duration::from_millis(50))).unwrap();
                        let _refused = (&stream).write_all(&bytes);
                        kept.push_back(stream);
                        if kept.len() > 300 {
                            kept.pop_front();
                        }
                        // A few hundred a second in all. More would measure the machine, which the
                        // attackers and the server share.
                        thread::sleep(Duration::from_millis(10));
                    }
                });
            }
            let body = frames(&lines(7, 300, 60));
            let began = Instant::now();
            while began.elapsed() < Duration::from_secs(60) {
                let sent = Instant::now();
                let posted = server.post(&honest, &[], &body).status;
                waits.push((sent.elapsed(), posted));
                let asked = Instant::now();
                let probed = server.get("/healthz").status;
                probes.push((asked.elapsed(), probed));
                thread::sleep(Duration::from_millis(100));
            }
            over.store(true, std::sync::atomic::Ordering::Relaxed);
        });
        assert!(waits.iter().all(|it| it.1 == 204) && probes.iter().all(|it| it.1 == 200));
        waits.sort();
        let (worst, held_kb) = (waits[waits.len() - 1].0, server.memory_kb("VmHWM"));
        let probed = probes.iter().map(|it| it.0).max().unwrap();
        let median = waits[waits.len() / 2].0;
        eprintln!("{} batches: median {median:?}, worst {worst:?}; worst probe {probed:?}; {held_kb} kB", waits.len());
        assert!(worst < Duration::from_secs(2) && probed < ANSWER_MAX && held_kb < 200 << 10);
        assert_eq!(server.value("honest", "router.requests", "sum"), Some(waits.len() as f64 * 300.0));
    }
}
