//! The attacks, one function each, each limited to some seconds. They do not check the server's
//! answers: `mod.rs` judges the honest drain, the probes and the memory.

use std::{
    io::{Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpStream},
    path::PathBuf,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use socket2::{Domain, Socket, Type};

use super::{PASSWORD, second_server};
use testing::{frames::message_frame, random::Dice};

/// How long an attack that only waits keeps its connections.
const HOLD: Duration = Duration::from_secs(8);
/// The number of partial requests or silent connections in one attack.
const CONNECTIONS: usize = 300;

/// Held by attacks that rename the file, since two at once would disturb each other.
static FILE: Mutex<()> = Mutex::new(());

/// An attacker with a loopback address of its own.
pub struct Attacker {
    pub address: SocketAddr,
    pub syslog: SocketAddr,
    pub from: Ipv4Addr,
    pub folder: PathBuf,
    pub hostile: String,
    pub shared: String,
    pub dice: Dice,
    pub counter: u64,
}

type Attack = fn(&mut Attacker);

/// All attacks by name.
pub const ATTACKS: &[(&str, Attack)] = &[
    ("extreme queries", extreme_queries),
    ("tiny frames beside open tails", tiny_frames),
    ("bodies without an end", endless_bodies),
    ("half headers", half_headers),
    ("searches of 500 words", many_searches),
    ("searches over noise", noise_searches),
    ("gzip of empty members", empty_members),
    ("a gzip bomb", bomb),
    ("a second server", second_servers),
    ("the file renamed", renamed_file),
    ("unknown tokens", unknown_tokens),
    ("silent syslog", silent_syslog),
    ("apps without end", many_apps),
    ("password guesses", password_guesses),
    ("series without end", many_series),
];

pub fn basic(password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("any:{password}")))
}

impl Attacker {
    fn connect_to(&self, address: SocketAddr) -> Option<TcpStream> {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).ok()?;
        socket.bind(&SocketAddr::from((self.from, 0)).into()).ok()?;
        socket.connect_timeout(&address.into(), Duration::from_secs(2)).ok()?;
        let stream = TcpStream::from(socket);
        stream.set_read_timeout(Some(HOLD)).ok()?;
        stream.set_write_timeout(Some(HOLD)).ok()?;
        Some(stream)
    }

    fn connect(&self) -> Option<TcpStream> {
        self.connect_to(self.address)
    }

    /// Sends a request and does not wait for its answer.
    fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Option<TcpStream> {
        let mut stream = self.connect()?;
        let mut head = format!("{method} {path} HTTP/1.1\r\nHost: {}\r\n", self.address);
        for (name, value) in headers {
            head += &format!("{name}: {value}\r\n");
        }
        head += &format!("Connection: close\r\nContent-Length: {}\r\n\r\n", body.len());
        stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body)).ok()?;
        Some(stream)
    }

    fn get(&self, path: &str) -> Option<TcpStream> {
        self.send("GET", path, &[("Authorization", &basic(PASSWORD))], b"")
    }

    fn post(&self, token: &str, query: &str, headers: &[(&str, &str)], body: &[u8]) -> Option<TcpStream> {
        let bearer = format!("Bearer {token}");
        let all = [&[("Authorization", &*bearer)], headers].concat();
        self.send("POST", &format!("/logs{query}"), &all, body)
    }

    fn next(&mut self) -> u64 {
        self.counter += 1;
        self.counter
    }
}

/// Reads answers to their ends, for at most [`HOLD`] in all.
fn read_all(streams: impl IntoIterator<Item = Option<TcpStream>>) {
    let due = Instant::now() + HOLD;
    let mut room = [0; 16 << 10];
    for mut stream in streams.into_iter().flatten() {
        while Instant::now() < due && stream.read(&mut room).is_ok_and(|bytes| bytes > 0) {}
    }
}

fn framed(text: &str) -> Vec<u8> {
    message_frame("app web.1", text)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(vec![], flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn extreme_queries(attacker: &mut Attacker) {
    const NUMBERS: [&str; 8] =
        ["9223372036854775807", "-9223372036854775808", "0", "-1", "1e308", "NaN", "", "253402300800"];
    const PATHS: [&str; 6] = ["logs/histogram", "logs", "query", "events", "logs/1-1", "endpoints"];
    for _ in 0..200 {
        let dice = &mut attacker.dice;
        let mut number = || NUMBERS[dice.roll(NUMBERS.len() as u64) as usize];
        let question = format!("metric=router.requests&from={}&to={}&step={}", number(), number(), number());
        let path = PATHS[dice.roll(PATHS.len() as u64) as usize];
        read_all([attacker.get(&format!("/api/v1/apps/honest/{path}?{question}"))]);
        read_all([attacker.get(&format!("/apps/honest/logs?{question}"))]);
    }
}

fn tiny_frames(attacker: &mut Attacker) {
    let tails: Vec<_> = (0..20).map(|_| attacker.get("/api/v1/apps/hostile/logs/tail")).collect();
    let frames = gzip(&b"15 <1>1 - - - - - ".repeat((8 << 20) / 18));
    let answers = (0..3).map(|_| attacker.post(&attacker.hostile, "", &[("Content-Encoding", "gzip")], &frames));
    read_all(answers.collect::<Vec<_>>());
    read_all(tails);
}

fn endless_bodies(attacker: &mut Attacker) {
    let bearer = format!("Authorization: Bearer {}", attacker.hostile);
    let kinds = ["Transfer-Encoding: chunked", "Content-Encoding: gzip\r\nContent-Length: 8000000"];
    let open: Vec<_> = (0..16)
        .filter_map(|number| {
            let mut stream = attacker.connect()?;
            let head = format!(
                "POST /logs HTTP/1.1\r\nHost: {}\r\n{bearer}\r\n{}\r\n\r\n",
                attacker.address,
                kinds[number % 2]
            );
            stream.write_all(head.as_bytes()).ok()?;
            Some(stream)
        })
        .collect();
    std::thread::sleep(HOLD);
    drop(open);
}

fn half_headers(attacker: &mut Attacker) {
    let filling = "x".repeat(16 << 10);
    let open: Vec<_> = (0..CONNECTIONS)
        .filter_map(|_| {
            let mut stream = attacker.connect()?;
            let head = format!("GET / HTTP/1.1\r\nHost: {}\r\nX-Filling: {filling}", attacker.address);
            stream.write_all(head.as_bytes()).ok()?;
            Some(stream)
        })
        .collect();
    std::thread::sleep(HOLD);
    drop(open);
}

fn many_searches(attacker: &mut Attacker) {
    let words: String = (0..500).map(|number| format!("-word{number}+")).collect();
    let few: String = (0..30).map(|number| format!("-word{number}+")).collect();
    let paths = [
        format!("/api/v1/apps/honest/logs?from=-23h&q={words}"),
        format!("/api/v1/apps/honest/logs?from=-23h&q={few}"),
        format!("/api/v1/apps/honest/logs/histogram?from=-23h&q={few}"),
    ];
    read_all((0..50).map(|number| attacker.get(&paths[number % paths.len()])).collect::<Vec<_>>());
}

fn noise_searches(attacker: &mut Attacker) {
    let letters = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/";
    let noise: String = (0..1 << 20).map(|_| char::from(letters[attacker.dice.roll(64) as usize])).collect();
    let body = framed(&noise);
    read_all((0..4).map(|_| attacker.post(&attacker.hostile, "", &[], &body)).collect::<Vec<_>>());
    let path = "/api/v1/apps/hostile/logs?from=-23h&q=nowhere";
    read_all((0..8).map(|_| attacker.get(path)).collect::<Vec<_>>());
}

fn empty_members(attacker: &mut Attacker) {
    let member = gzip(b"");
    let body = member.repeat((8 << 20) / member.len());
    read_all(
        (0..4)
            .map(|_| attacker.post(&attacker.hostile, "", &[("Content-Encoding", "gzip")], &body))
            .collect::<Vec<_>>(),
    );
}

fn bomb(attacker: &mut Attacker) {
    let body = gzip(&vec![0; 64 << 20]);
    read_all([attacker.post(&attacker.hostile, "", &[("Content-Encoding", "gzip")], &body)]);
}

fn second_servers(attacker: &mut Attacker) {
    let _alone = FILE.lock().unwrap_or_else(PoisonError::into_inner);
    let number = attacker.next();
    let link = format!("link-{}-{number}.db", attacker.from);
    std::os::unix::fs::symlink(attacker.folder.join("test.db"), attacker.folder.join(&link)).unwrap();
    assert_eq!(second_server(&attacker.folder, &link), 1, "a second server on a symlink");
    std::fs::remove_file(attacker.folder.join(&link)).unwrap();
}

/// Renames the file away and back. Batches sent meanwhile are refused, and counted once they are
/// sent again.
fn renamed_file(attacker: &mut Attacker) {
    let _alone = FILE.lock().unwrap_or_else(PoisonError::into_inner);
    let (here, away) = (attacker.folder.join("test.db"), attacker.folder.join(format!("away-{}.db", attacker.from)));
    std::fs::rename(&here, &away).unwrap();
    std::thread::sleep(Duration::from_secs(3));
    std::fs::rename(away, here).unwrap();
}

fn unknown_tokens(attacker: &mut Attacker) {
    for _ in 0..500 {
        let token = format!("sg_{:016x}{:06x}", attacker.dice.roll(u64::MAX), attacker.dice.roll(1 << 24));
        read_all([attacker.post(&token, "", &[], &framed("guess"))]);
    }
}

fn silent_syslog(attacker: &mut Attacker) {
    let open: Vec<_> = (0..CONNECTIONS)
        .filter_map(|number| {
            let mut stream = attacker.connect_to(attacker.syslog)?;
            if number % 2 == 0 {
                stream.write_all(b"<190>1 - host app web.1").ok()?;
            }
            Some(stream)
        })
        .collect();
    std::thread::sleep(HOLD);
    drop(open);
}

fn many_apps(attacker: &mut Attacker) {
    for _ in 0..100 {
        let number = attacker.next();
        let app = format!("?app=app-{}-{number}", attacker.from);
        read_all([attacker.post(&attacker.shared, &app, &[], &framed("hello"))]);
    }
}

fn password_guesses(attacker: &mut Attacker) {
    for _ in 0..300 {
        let guess = basic(&format!("guess {}", attacker.next()));
        read_all([attacker.send("GET", "/api/v1/apps", &[("Authorization", &*guess)], b"")]);
    }
}

fn many_series(attacker: &mut Attacker) {
    let batch = attacker.next();
    let body: Vec<u8> = (0..2_000)
        .flat_map(|line| {
            let pairs: String = (0..50).map(|pair| format!("measure#m{batch}-{line}-{pair}=1 ")).collect();
            framed(&format!("source=s{batch}-{line} {pairs}"))
        })
        .collect();
    read_all([attacker.post(&attacker.hostile, "", &[], &body)]);
}
