//! What a million lines cost the whole server: real HTTP over several connections, each batch committed to SQLite before its
//! answer. CPU seconds of the server's process alone; the senders here use the other core.
//!
//! Asserts that every line sent was counted. Once with raw lines kept (the default), once without.
#![expect(clippy::print_stdout, reason = "the result of a bench is its output")]
#![allow(clippy::unwrap_used, reason = "a bench that can't go on should say where")]

#[path = "../pipeline/benches/traffic.rs"]
mod traffic;

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use traffic::{Traffic, traffic};

const SEED: u64 = 0x5EED;
/// A million lines, each sent once, 10,000 for each second of their own time.
const BODIES_BYTES: usize = 320 << 20;
const STEP_US: u64 = 100;
const CONNECTIONS: usize = 4;
/// Of the kernel's clock for CPU times.
const TICKS_PER_S: f64 = 100.0;

fn main() {
    println!(
        "{:<16} {:>10} {:>14} {:>14} {:>12} {:>10} {:>10}",
        "raw lines", "lines", "lines/s", "lines/CPU-s", "CPU s/M", "p50 ms", "p99 ms"
    );
    measure("kept (3d)", "3d");
    measure("not kept", "0s");
}

fn measure(name: &str, retention: &str) {
    let now_ms = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as i64;
    let traffic = traffic(SEED, BODIES_BYTES, 80, now_ms, STEP_US);
    let server = Server::start(retention);
    let (before_s, begun) = (server.cpu_s(), Instant::now());
    let next = AtomicUsize::new(0);
    let mut waits: Vec<Duration> = std::thread::scope(|scope| {
        let senders: Vec<_> = (0..CONNECTIONS).map(|_| scope.spawn(|| send(&server, &traffic, &next))).collect();
        senders.into_iter().flat_map(|it| it.join().unwrap()).collect()
    });
    let (wall_s, cpu_s) = (begun.elapsed().as_secs_f64(), server.cpu_s() - before_s);
    waits.sort();
    let lines = server.lines();
    assert_eq!(lines, traffic.lines, "lines counted by the server, and lines sent");
    let ms = |q: f64| waits[((waits.len() - 1) as f64 * q) as usize].as_secs_f64() * 1e3;
    println!(
        "{name:<16} {lines:>10} {:>14.0} {:>14.0} {:>12.3} {:>10.2} {:>10.2}",
        lines as f64 / wall_s,
        lines as f64 / cpu_s,
        cpu_s * 1e6 / lines as f64,
        ms(0.5),
        ms(0.99)
    );
}

/// Posts batches on one connection until all are sent; how long each answer took.
fn send(server: &Server, traffic: &Traffic, next: &AtomicUsize) -> Vec<Duration> {
    let mut stream = TcpStream::connect(&server.address).unwrap();
    let mut waits = vec![];
    loop {
        let number = next.fetch_add(1, Relaxed);
        let Some(body) = traffic.bodies.get(number) else { return waits };
        let head = format!(
            "POST /logs?app=bench HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {}\r\nContent-Type: application/logplex-1\r\n\
             Logplex-Frame-Id: {number:032X}\r\nLogplex-Drain-Token: d.bench\r\nContent-Length: {}\r\n\r\n",
            server.token,
            body.len()
        );
        let begun = Instant::now();
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(body).unwrap();
        let mut answer = [0; 1_024];
        let mut filled = 0;
        while !answer[..filled].ends_with(b"\r\n\r\n") {
            let n = stream.read(&mut answer[filled..]).unwrap();
            assert!(n > 0, "the server closed the connection");
            filled += n;
        }
        assert!(answer.starts_with(b"HTTP/1.1 204"), "{}", String::from_utf8_lossy(&answer[..filled]));
        waits.push(begun.elapsed());
    }
}

struct Server {
    address: String,
    token: String,
    child: Child,
    _dir: tempfile::TempDir,
}

impl Server {
    fn start(retention: &str) -> Self {
        let dir = tempfile::TempDir::new().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_streamgauge"));
        command.env("DATABASE_URL", format!("sqlite://{}", dir.path().join("bench.db").display()));
        command.env("PORT", "0").env("RETENTION_LOGS", retention).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first = lines.next().unwrap().unwrap();
        let address = first.strip_prefix("listening on http://").unwrap().to_owned();
        let drain = lines.next().unwrap().unwrap();
        let token = drain.split_once("any:").unwrap().1.split_once('@').unwrap().0.to_owned();
        Self { address, token, child, _dir: dir }
    }

    /// CPU seconds of the process so far, user and system.
    fn cpu_s(&self) -> f64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap();
        let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
        (fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) / TICKS_PER_S
    }

    /// Lines that the API says were counted.
    fn lines(&self) -> u64 {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let path = "/api/v1/apps/bench/query?metric=drain.lines&stat=sum&from=-1h&step=all";
        write!(stream, "GET {path} HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n").unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        let body = text.split_once("\r\n\r\n").unwrap().1;
        let json = &body[body.find('{').unwrap()..=body.rfind('}').unwrap()];
        let answer: serde_json::Value = serde_json::from_str(json).unwrap();
        answer["series"][0]["points"][0][1].as_f64().unwrap() as u64
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _gone = self.child.wait();
    }
}
