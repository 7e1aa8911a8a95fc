//! The upstream that answers as the path says, and a client that counts what it was answered. It
//! knows no log.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    thread,
    time::{Duration, Instant},
};

use testing::{http::request, process::Server, wait::PATIENCE};

/// How long the upstream takes for a path that begins with `/slow`.
const SLOW_MS: u64 = 60;

/// Answers `/NNN/…` with the status NNN. `/slow` takes a while, `/drop` has no answer, and `/hang`
/// waits until whoever asked goes away.
pub(super) struct Upstream {
    pub port: u16,
}

impl Upstream {
    pub(super) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                thread::spawn(move || answer(&stream));
            }
        });
        Self { port }
    }
}

fn answer(mut stream: &TcpStream) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let mut next = || {
        let mut line = String::new();
        reader.read_line(&mut line).ok().map(|_| line)
    };
    let first = next()?;
    let (method, path) = first.split_once(" /")?;
    let mut length = 0;
    while let Some(line) = next().filter(|it| !it.trim_end().is_empty()) {
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse::<u64>().ok()?;
        }
    }
    std::io::copy(&mut reader.by_ref().take(length), &mut std::io::sink()).ok()?;
    match path.get(..4)? {
        "drop" => return None,
        "hang" => {
            let _gone = reader.read(&mut [0]);
            return None;
        }
        "slow" => thread::sleep(Duration::from_millis(SLOW_MS)),
        _ => {}
    }
    let status = path.get(..3).filter(|it| it.parse::<u16>().is_ok()).unwrap_or("200");
    let length = if status == "204" { "" } else { "Content-Length: 6\r\n" };
    let body = if status == "204" || method == "HEAD" { "" } else { "hello\n" };
    write!(stream, "HTTP/1.1 {status} Said\r\nLocation: /\r\n{length}Connection: close\r\n\r\n{body}").ok()
}

/// Methods and paths, and how often each is asked. Some of what clients choose is meant to be
/// mistaken for the end of a line's field.
const PLAN: [(&str, &str, &str, usize); 12] = [
    ("GET", "/200/orders/7?page=2", "curl/8", 110),
    ("POST", "/201/orders", "curl/8", 40),
    ("HEAD", "/200/orders", "curl/8", 10),
    ("DELETE", "/204/orders/7", "curl/8", 20),
    ("GET", "/301/old", "curl/8", 15),
    ("GET", "/404/a%22%20500%201%20b", "curl/8", 25),
    ("GET", "/404/b", "a\" 500 77 \"b\\", 5),
    ("PUT", "/422/c", "", 7),
    ("GET", "/500/d", "curl/8", 12),
    ("PATCH", "/503/e", "curl/8", 8),
    ("GET", "/slow", "curl/8", 3),
    ("GET", "/drop", "curl/8", 3),
];

/// What a client was answered.
pub(super) struct Client {
    address: SocketAddr,
    by_status: BTreeMap<String, f64>,
    by_method: BTreeMap<String, f64>,
}

impl Client {
    /// Sends all requests, as soon as the program listens. `messages`: what the program says if it
    /// does not.
    pub(super) fn start(port: u16, messages: impl Fn() -> String) -> Self {
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        let listens = || TcpStream::connect(address).is_ok();
        wait_for_or("the program to listen", listens, messages);
        let mut client = Self { address, by_status: BTreeMap::new(), by_method: BTreeMap::new() };
        // Round by round, so that statuses are mixed.
        for round in 0.. {
            let left = PLAN.iter().filter(|it| it.3 > round);
            if left.clone().count() == 0 {
                return client;
            }
            for (method, path, agent, _) in left {
                client.ask(method, path, agent);
            }
        }
        client
    }

    pub(super) fn ask(&mut self, method: &str, path: &str, agent: &str) {
        let body: &[u8] = if matches!(method, "POST" | "PUT" | "PATCH") { b"x=1" } else { b"" };
        let status = request(self.address, method, path, &[("User-Agent", agent)], body).unwrap().status;
        self.count(&status.to_string(), method);
    }

    /// How often that status was the answer.
    pub(super) fn answers(&self, status: &str) -> f64 {
        self.by_status.get(status).copied().unwrap_or_default()
    }

    /// Notes a request. An empty status is none, and an empty method is unknown.
    fn count(&mut self, status: &str, method: &str) {
        *self.by_status.entry(status.to_owned()).or_default() += 1.0;
        if !method.is_empty() {
            *self.by_method.entry(method.to_owned()).or_default() += 1.0;
        }
    }

    /// Sends what is no request of HTTP, and counts the answer.
    pub(super) fn say_rubbish(&mut self) {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.write_all(b"rubbish\" 200 5 \"\r\n\r\n").unwrap();
        let mut reply = String::new();
        let _reset = stream.read_to_string(&mut reply);
        assert_eq!(reply.split(' ').nth(1), Some("400"), "{reply}");
        self.count("400", "");
    }

    /// Asks, and goes away before the answer; the program calls that `status`.
    pub(super) fn give_up(&mut self, status: &str) {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.write_all(b"GET /hang HTTP/1.1\r\nHost: shop\r\n\r\n").unwrap();
        thread::sleep(Duration::from_millis(50));
        drop(stream);
        self.count(status, "GET");
    }

    /// The path of each request that was answered by the upstream.
    pub(super) fn paths(&self) -> Vec<String> {
        PLAN.iter().flat_map(|it| std::iter::repeat_n(it.1.to_owned(), it.3)).collect()
    }

    pub(super) fn total(&self) -> f64 {
        self.by_status.values().sum()
    }

    /// The counts of the app `shop` are the client's own.
    #[track_caller]
    pub(super) fn check(&self, server: &Server) {
        let count = || server.value("shop", "router.requests", "count").unwrap_or(0.0);
        wait_for_or(
            "the requests to be counted",
            || count() >= self.total(),
            || format!("{:?}", server.grouped("shop", "router.requests", "count", "status")),
        );
        assert_eq!(count(), self.total());
        let by = |label| -> BTreeMap<String, f64> {
            let found = server.grouped("shop", "router.requests", "count", label);
            found.into_iter().filter(|it| !it.0.is_empty()).collect()
        };
        let answered: BTreeMap<_, _> = self.by_status.clone().into_iter().filter(|it| !it.0.is_empty()).collect();
        assert_eq!(by("status"), answered);
        assert_eq!(by("method"), self.by_method);
        let losses = server.get("/api/v1/apps/shop/losses").json();
        assert_eq!(losses["reasons"], serde_json::json!([]), "{losses}");
    }

    /// So many requests have a time, in the right unit.
    #[track_caller]
    pub(super) fn check_times(&self, server: &Server, without: f64) {
        let value = |stat| server.value("shop", "router.service", stat);
        assert_eq!(value("count"), Some(self.total() - without));
        let slowest_ms = value("max").unwrap();
        // In a wrong unit it would be 1,000 times as much or less.
        let expected_ms = SLOW_MS as f64 * 0.98..=SLOW_MS as f64 * 100.0;
        assert!(expected_ms.contains(&slowest_ms), "{slowest_ms} ms is not in {expected_ms:?}");
    }
}

/// Waits, and says why it waited too long.
#[track_caller]
fn wait_for_or(what: &str, so: impl Fn() -> bool, why: impl Fn() -> String) {
    let end = Instant::now() + PATIENCE;
    while !so() {
        assert!(Instant::now() < end, "waited too long for {what}: {}", why());
        thread::sleep(Duration::from_millis(10));
    }
}
