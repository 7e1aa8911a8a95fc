//! Drains as senders meet them: a URL works as soon as it is printed, and guessing tokens does not
//! slow other senders. Batches and receipts are tested in `logs.rs`.

use std::{
    io::Write,
    net::TcpStream,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    thread,
    time::{Duration, Instant},
};

use testing::{
    clock::{now_ms, stamp},
    frames::{frame, now_line},
    process::{Server, binary, run, said, token_of},
    wait::wait_for,
};

/// Adds a drain with the command and does not wait for the server to see it.
pub fn made(server: &Server, args: &[&str]) -> String {
    token_of(&said(server.dir.path(), &[&["drain", "add"], args].concat()))
}

#[test]
fn ok_a_new_drain_may_post_at_once() {
    let server = Server::start();
    let refused: Vec<u16> = (0..50)
        .map(|it| server.post(&made(&server, &[&format!("app-{it}")]), &[], &frame(&now_line(5))).status)
        .filter(|it| *it != 204)
        .collect();
    assert_eq!(refused, [0; 0], "of 50 first posts");
}

#[test]
fn ok_a_new_drain_may_post_at_once_while_others_guess() {
    let server = Server::start();
    let over = Arc::new(AtomicBool::new(false));
    let guessers: Vec<_> = (0..8)
        .map(|guesser| {
            let (address, over) = (server.address, Arc::clone(&over));
            thread::spawn(move || {
                let mut n = 0_u64;
                while !over.load(Relaxed) {
                    let bearer = format!("Bearer sg_{guesser}{n:021}");
                    let reply =
                        testing::http::request(address, "POST", "/logs", &[("Authorization", &bearer)], b"").unwrap();
                    assert_eq!(reply.status, 401);
                    n += 1;
                }
                n
            })
        })
        .collect();
    for it in 0..10 {
        let token = made(&server, &[&format!("app-{it}")]);
        let began = Instant::now();
        assert_eq!(server.post(&token, &[], &frame(&now_line(5))).status, 204);
        assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
    }
    over.store(true, Relaxed);
    let guesses: u64 = guessers.into_iter().map(|it| it.join().unwrap()).sum();
    assert!(guesses > 0);
}

#[test]
fn ok_a_new_drain_may_speak_syslog_at_once() {
    let port = testing::process::free_port();
    let server = Server::start_with(&[("SYSLOG_PORT", &port.to_string())]);
    let send = |token: &str, stream: &mut TcpStream| {
        let line = format!("<158>1 {} {token} heroku router - - {}\n", stamp(now_ms() * 1_000), request());
        stream.write_all(line.as_bytes()).unwrap();
    };
    let mut stream = None;
    wait_for("the syslog port", || {
        stream = TcpStream::connect(("127.0.0.1", port)).ok();
        stream.is_some()
    });
    let mut stream = stream.unwrap();
    // The second app's batch comes over a connection that the first has authenticated.
    for app in ["one", "two"] {
        send(&made(&server, &[app]), &mut stream);
    }
    // A token that the sender chose itself.
    let theirs = "d.9a1c6f0e-4f0b-4b8e-9c53-6d7a3a0f7a11";
    made(&server, &["three", "--token", theirs]);
    send(theirs, &mut TcpStream::connect(("127.0.0.1", port)).unwrap());
    for app in ["one", "two", "three"] {
        wait_for("the request", || server.value(app, "router.requests", "sum") == Some(1.0));
    }
}

fn request() -> &'static str {
    "at=info method=GET path=\"/\" host=h dyno=web.1 connect=1ms service=7ms status=200 bytes=5"
}

#[test]
fn ok_a_removed_drain_stops() {
    let server = Server::start();
    let token = server.drain("app");
    let (_, list, _) = run(binary(server.dir.path()).args(["drain", "list", "--json"]));
    let row = list.lines().find(|it| it.contains("\"app\"")).unwrap();
    let id = serde_json::from_str::<serde_json::Value>(row).unwrap()["id"].to_string();
    assert_eq!(run(binary(server.dir.path()).args(["drain", "remove", &id])).0, 0);
    let began = Instant::now();
    wait_for("the token to be refused", || server.post(&token, &[], b"").status == 401);
    assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
}
