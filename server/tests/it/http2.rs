//! Hostile HTTP/2, frame by frame: replies that are not taken, requests that are given up at once,
//! heads without an end, and hosts that are not this server. Honest use is tested in `tls.rs`.

use std::{
    io::{Read, Write},
    net::TcpStream,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use testing::{
    certificates::Authority,
    http::is_closed,
    process::Server,
    tls::{TlsStream, client, connect},
};

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RESET: u8 = 3;
const SETTINGS: u8 = 4;
const GOAWAY: u8 = 7;
const CONTINUATION: u8 = 9;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;
/// `:method: GET`, `:scheme: https` and `:path: /` in the static table of HPACK.
const GET_ROOT: [u8; 3] = [0x82, 0x87, 0x84];
/// `:status: 200` likewise.
const OK: u8 = 0x88;

/// A connection that has sent its preface with these settings.
fn opened(server: &Server, authority: &Authority, settings: &[u8]) -> TlsStream {
    let mut config = (*client(&authority.root(), None)).clone();
    config.alpn_protocols = vec![b"h2".to_vec()];
    let mut stream = connect(&Arc::new(config), server.address).unwrap();
    stream.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").unwrap();
    stream.write_all(&frame(SETTINGS, 0, 0, settings)).unwrap();
    stream
}

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// The head of `GET /` for a host.
fn head(authority: &str) -> Vec<u8> {
    [&GET_ROOT[..], &[0x01, u8::try_from(authority.len()).unwrap()], authority.as_bytes()].concat()
}

fn get(stream: u32, authority: &str) -> Vec<u8> {
    frame(HEADERS, END_STREAM | END_HEADERS, stream, &head(authority))
}

/// The next frame: its kind, its stream and its payload. `None` at the end of the connection.
fn next(stream: &mut TlsStream) -> Option<(u8, u32, Vec<u8>)> {
    let mut start = [0; 9];
    stream.read_exact(&mut start).ok()?;
    let length = usize::from(start[0]) << 16 | usize::from(start[1]) << 8 | usize::from(start[2]);
    let mut payload = vec![0; length];
    stream.read_exact(&mut payload).ok()?;
    Some((start[3], u32::from_be_bytes([start[5], start[6], start[7], start[8]]), payload))
}

/// Frames until one of this kind.
fn until(stream: &mut TlsStream, kind: u8) -> Option<Vec<u8>> {
    std::iter::from_fn(|| next(stream)).find(|it| it.0 == kind).map(|it| it.2)
}

#[track_caller]
fn check_honest(server: &Server) {
    let began = Instant::now();
    assert_eq!(server.get("/healthz").status, 200);
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
}

#[test]
fn ok_limits_are_announced() {
    let authority = Authority::new("limits");
    let server = crate::tls::started(&authority, &[]);
    let mut stream = opened(&server, &authority, &[]);
    let settings = until(&mut stream, SETTINGS).unwrap();
    let value = |id: u16| {
        let found = settings.chunks(6).find(|it| it[..2] == id.to_be_bytes())?;
        Some(u32::from_be_bytes([found[2], found[3], found[4], found[5]]))
    };
    // Requests at once, the window of a body, and the size of a head.
    assert_eq!((value(3), value(4), value(6)), (Some(100), Some(65_535), Some(32 << 10)));
    stream.write_all(&get(1, "localhost")).unwrap();
    assert_eq!(until(&mut stream, HEADERS).unwrap()[0], OK);
}

#[test]
fn err_requests_that_are_given_up() {
    let authority = Authority::new("resets");
    let server = crate::tls::started(&authority, &[]);
    let mut stream = opened(&server, &authority, &[]);
    let began = Instant::now();
    let mut sent = 0;
    for n in 0..20_000_u32 {
        let id = 2 * n + 1;
        let bytes = [get(id, "localhost"), frame(RESET, 0, id, &[0, 0, 0, 8])].concat();
        if stream.write_all(&bytes).is_err() {
            break;
        }
        sent = n;
    }
    assert!(sent < 19_000, "it took all of them");
    check_honest(&server);
    // Slower ones, each of which had begun.
    let mut stream = opened(&server, &authority, &[]);
    let mut taken = 0;
    for n in 0..2_000_u32 {
        let id = 2 * n + 1;
        if stream.write_all(&get(id, "localhost")).is_err() || until(&mut stream, HEADERS).is_none() {
            break;
        }
        if stream.write_all(&frame(RESET, 0, id, &[0, 0, 0, 8])).is_err() {
            break;
        }
        taken = n;
    }
    assert!((100..1_000).contains(&taken), "{taken}");
    check_honest(&server);
    eprintln!("closed after {sent} requests that were given up at once, {taken} that had begun; {:?}", began.elapsed());
}

#[test]
fn err_heads_without_an_end() {
    let authority = Authority::new("heads");
    let server = crate::tls::started(&authority, &[]);
    let mut stream = opened(&server, &authority, &[]);
    // A literal field of 16 kB in each frame, and never the last frame.
    let field = [
        &[0x00, 0x01, b'x', 0x7f, 0x80 | (15_000 - 127_u32) as u8, ((15_000 - 127_u32) >> 7) as u8][..],
        &[b'y'; 15_000],
    ]
    .concat();
    stream.write_all(&frame(HEADERS, END_STREAM, 1, &head("localhost"))).unwrap();
    let mut sent = 0;
    for _ in 0..10_000 {
        if stream.write_all(&frame(CONTINUATION, 0, 1, &field)).is_err() {
            break;
        }
        sent += 1;
    }
    assert!(sent < 5_000, "it took all of them");
    check_honest(&server);
    assert!(server.memory_kb("VmHWM") < 200_000, "{} kB", server.memory_kb("VmHWM"));
    eprintln!("closed after {sent} frames of 15 kB");
}

#[test]
fn err_hosts_that_are_not_this_server() {
    let authority = Authority::new("hosts");
    let server = crate::tls::started(&authority, &[]);
    let mut stream = opened(&server, &authority, &[]);
    let ask = |stream: &mut TlsStream, id: u32, head: &[u8]| {
        stream.write_all(&frame(HEADERS, END_STREAM | END_HEADERS, id, head)).unwrap();
        let body = std::iter::from_fn(|| next(stream)).find(|it| it.0 == DATA && it.1 == id).unwrap();
        String::from_utf8_lossy(&body.2).into_owned()
    };
    // A name that was made to resolve to this machine.
    let body = ask(&mut stream, 1, &head("evil.example"));
    assert!(body.contains("expected Host to be localhost"), "{body}");
    // Another name beside it: `host` is number 38 of the static table.
    let both = [&head("localhost")[..], &[0x0f, 38 - 15, 12], b"evil.example"].concat();
    let body = ask(&mut stream, 3, &both);
    assert!(body.contains("expected Host to be the same as :authority"), "{body}");
    check_honest(&server);
}

/// The deadlines of a connection, each tried at the same time as the others.
#[test]
fn err_each_deadline() {
    let authority = Authority::new("deadlines");
    let server = crate::tls::started(&authority, &[]);
    let closes = |stream: &mut TcpStream, earliest_s: u64, latest_s: u64| {
        let began = Instant::now();
        let is_closed = is_closed(stream, Duration::from_secs(latest_s));
        let took = began.elapsed();
        assert!(is_closed && took >= Duration::from_secs(earliest_s), "{took:?}");
        took
    };
    thread::scope(|scope| {
        // Nothing, the beginning of a handshake, and no request after one.
        for bytes in [&b""[..], b"\x16\x03\x01\x02\x00\x01"] {
            let mut stream = server.connection(bytes);
            scope.spawn(move || closes(&mut stream, 9, 13));
        }
        let mut silent = opened(&server, &authority, &[]);
        scope.spawn(move || closes(&mut silent.sock, 9, 13));
        // A page whose peer gives no room for it.
        let mut stalled = opened(&server, &authority, &[0, 4, 0, 0, 0, 0]);
        stalled.write_all(&get(1, "localhost")).unwrap();
        let took = scope.spawn(move || closes(&mut stalled.sock, 28, 40)).join().unwrap();
        eprintln!("a reply that is not taken: {took:?}");
    });
    check_honest(&server);
}

#[test]
fn ok_it_stops_with_a_goaway() {
    let authority = Authority::new("stop");
    let server = crate::tls::started(&authority, &[]);
    let mut stream = opened(&server, &authority, &[]);
    // A live stream: the connection is busy.
    let path = b"/api/v1/live";
    let head = [&[0x82, 0x87, 0x04, path.len() as u8][..], path, &[0x01, 9], b"localhost"].concat();
    stream.write_all(&frame(HEADERS, END_STREAM | END_HEADERS, 1, &head)).unwrap();
    assert_eq!(until(&mut stream, HEADERS).unwrap()[0], OK);
    let stopping = thread::spawn(move || server.stop());
    assert!(until(&mut stream, GOAWAY).is_some(), "it ended without a word");
    let (code, took) = stopping.join().unwrap();
    assert!(code == 0 && took < Duration::from_secs(5), "{code} after {took:?}");
}
