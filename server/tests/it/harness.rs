//! Starts the real binary on a free port with a database in a temporary folder, and fails a test in which it died or panicked.

use std::{
    io::{BufRead, BufReader, ErrorKind, Read, Write},
    net::{SocketAddr, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use serde_json::Value;
use tempfile::TempDir;

/// How long anything may take before a test gives up.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// A running server.
pub struct Server {
    pub address: SocketAddr,
    pub dir: Arc<TempDir>,
    child: Child,
    announced: String,
}

/// What came back of a request.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Reply {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|it| panic!("{it}: {}", self.body))
    }
}

/// The binary, with an environment of its own.
pub fn binary(dir: &Path) -> Command {
    own_environment(Command::new(env!("CARGO_BIN_EXE_streamgauge")), dir)
}

fn own_environment(mut command: Command, dir: &Path) -> Command {
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default()).current_dir(dir);
    // A panic says where it came from.
    command.env("DATABASE_URL", format!("sqlite://{}", database(dir).display())).env("RUST_BACKTRACE", "1");
    command
}

pub fn database(dir: &Path) -> PathBuf {
    dir.join("test.db")
}

pub fn run(command: &mut Command) -> (i32, String, String) {
    let Output { status, stdout, stderr } = command.stdin(Stdio::null()).output().unwrap();
    (status.code().unwrap_or(-1), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

impl Server {
    pub fn start() -> Self {
        Self::start_in(Arc::new(TempDir::new().unwrap()), 0, &[])
    }

    pub fn start_with(settings: &[(&str, &str)]) -> Self {
        Self::start_in(Arc::new(TempDir::new().unwrap()), 0, settings)
    }

    /// With so many descriptors at most.
    pub fn start_with_descriptors(descriptors: usize) -> Self {
        let dir = Arc::new(TempDir::new().unwrap());
        let mut limited = Command::new("sh");
        limited.args(["-c", &format!("ulimit -n {descriptors}; exec {}", env!("CARGO_BIN_EXE_streamgauge"))]);
        Self::start_as(own_environment(limited, dir.path()), dir, 0, &[])
    }

    pub fn start_in(dir: Arc<TempDir>, port: u16, settings: &[(&str, &str)]) -> Self {
        Self::start_as(binary(dir.path()), dir, port, settings)
    }

    fn start_as(mut command: Command, dir: Arc<TempDir>, port: u16, settings: &[(&str, &str)]) -> Self {
        let log = std::fs::OpenOptions::new().create(true).append(true).open(dir.path().join("log")).unwrap();
        command.env("PORT", port.to_string()).envs(settings.iter().copied());
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let Some(Ok(first)) = lines.next() else { panic!("it did not start: {}", read(dir.path(), "log")) };
        let address = first.strip_prefix("listening on http://").unwrap().parse().unwrap();
        let announced = lines.next().unwrap().unwrap();
        std::thread::spawn(move || lines.for_each(drop));
        Self { address, dir, child, announced }
    }

    /// The URL that the first start printed.
    pub fn first_drain(&self) -> &str {
        self.announced.strip_prefix("drain: ").unwrap()
    }

    /// Makes a drain for an app with the command; gives its token once the server knows it.
    pub fn drain(&self, app: &str) -> String {
        let mut command = binary(self.dir.path());
        let (code, url, error) = run(command.env("PORT", self.address.port().to_string()).args(["drain", "add", app]));
        assert_eq!((code, &*error), (0, ""));
        let token = url.trim().split_once("any:").unwrap().1.split_once('@').unwrap().0.to_owned();
        let known = || self.post(&token, &[], b"").status == 204;
        wait_for("the server to know the drain", known);
        let shown = || self.get("/api/v1/apps").json()["apps"].as_array().unwrap().iter().any(|it| it["app"] == app);
        wait_for("the app to be shown", shown);
        token
    }

    pub fn post(&self, token: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
        let bearer = format!("Bearer {token}");
        let all = [&[("Authorization", &*bearer), ("Content-Type", "application/logplex-1")], headers].concat();
        self.request("POST", "/logs", &all, body).unwrap()
    }

    pub fn get(&self, path: &str) -> Reply {
        self.request("GET", path, &[], b"").unwrap()
    }

    /// One request on a connection of its own, in plain bytes.
    pub fn request(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> std::io::Result<Reply> {
        request(self.address, method, path, headers, body)
    }

    /// The only value of a query over the last day.
    pub fn value(&self, app: &str, metric: &str, stat: &str) -> Option<f64> {
        let found = self.grouped(app, metric, stat, "none");
        assert!(found.len() <= 1, "{found:?}");
        found.first().map(|it| it.1)
    }

    /// Values of a query over the last day, by label; 0 without such a metric.
    pub fn grouped(&self, app: &str, metric: &str, stat: &str, by: &str) -> Vec<(String, f64)> {
        let reply =
            self.get(&format!("/api/v1/apps/{app}/query?metric={metric}&stat={stat}&from=-23h&step=all&by={by}"));
        if reply.status == 404 {
            return vec![];
        }
        assert_eq!(reply.status, 200, "{}", reply.body);
        let series = reply.json()["series"].as_array().unwrap().clone();
        let point = |it: &Value| {
            let label = it["labels"][by].as_str().unwrap_or_default().to_owned();
            it["points"].get(0).map(|point| (label, point[1].as_f64().unwrap()))
        };
        series.iter().filter_map(point).collect()
    }

    /// A connection, and bytes already sent on it.
    pub fn connection(&self, bytes: &[u8]) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        // The other side may have closed it before all is sent.
        let _refused = stream.write_all(bytes);
        stream
    }

    /// A value in kB of the process' status.
    pub fn memory_kb(&self, name: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid())).unwrap();
        let line = status.lines().find_map(|it| it.strip_prefix(name)?.strip_prefix(':')).unwrap();
        line.split_whitespace().next().unwrap().parse().unwrap()
    }

    /// The number of the process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// From now on the peak is that of what comes.
    pub fn forget_peak(&self) {
        std::fs::write(format!("/proc/{}/clear_refs", self.pid()), "5").unwrap();
    }

    /// `kill -9`.
    pub fn kill(mut self) -> Arc<TempDir> {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        Arc::clone(&self.dir)
    }

    /// SIGTERM, and the exit code.
    pub fn stop(mut self) -> (i32, Duration) {
        let began = Instant::now();
        run(Command::new("kill").arg(self.child.id().to_string()));
        (self.child.wait().unwrap().code().unwrap_or(-1), began.elapsed())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _gone = self.child.wait();
        let log = read(self.dir.path(), "log");
        if !std::thread::panicking() {
            assert!(!log.contains("panicked"), "{log}");
        }
    }
}

pub fn request(
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> std::io::Result<Reply> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut head = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\nContent-Length: {}\r\n", body.len());
    // A test may come under another name.
    if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
        head += &format!("Host: {address}\r\n");
    }
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    head += "\r\n";
    // A refusal may come, and the connection end, before the whole body is sent.
    let sent = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body));
    let mut bytes = vec![];
    let received = stream.read_to_end(&mut bytes);
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        sent.and(received)?;
        return Err(std::io::ErrorKind::UnexpectedEof.into());
    };
    let status = head.split(' ').nth(1).and_then(|it| it.parse().ok()).unwrap();
    let chunked = head.to_ascii_lowercase().contains("transfer-encoding: chunked");
    let body = if chunked { unchunk(body) } else { body.to_owned() };
    Ok(Reply { status, head: head.to_ascii_lowercase(), body })
}

fn unchunk(mut rest: &str) -> String {
    let mut whole = String::new();
    while let Some((size, after)) = rest.split_once("\r\n") {
        let size = usize::from_str_radix(size, 16).unwrap();
        whole += &after[..size];
        rest = after.get(size + 2..).unwrap_or("");
    }
    whole
}

/// Waits until something is so.
#[track_caller]
pub fn wait_for(what: &str, mut so: impl FnMut() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !so() {
        assert!(Instant::now() < end, "waited too long for {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn read(dir: &Path, name: &str) -> String {
    std::fs::read_to_string(dir.join(name)).unwrap_or_default()
}

/// Whether the other side has closed the connection, or does before the time is over.
pub fn is_closed(stream: &mut TcpStream, within: Duration) -> bool {
    let end = Instant::now() + within;
    loop {
        stream
            .set_read_timeout(Some(end.saturating_duration_since(Instant::now()).max(Duration::from_millis(1))))
            .unwrap();
        match stream.read(&mut [0; 1_024]) {
            Ok(0) => return true,
            Ok(_) => {}
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => return false,
            Err(_) => return true,
        }
    }
}

/// A port that nobody listens on now.
pub fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
