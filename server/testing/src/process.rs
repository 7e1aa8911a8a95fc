//! Starts the real binary on a free port with a database in a temporary folder. Fails the test if
//! the process died or panicked. It does not build the binary.

use std::{
    env,
    io::{BufRead, BufReader, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use rustls::ClientConfig;
use serde_json::Value;
use tempfile::TempDir;

use crate::{
    http::{Reply, request, request_on},
    tls,
    wait::{PATIENCE, wait_for},
};

/// Ticks a second of the kernel's CPU times.
const TICKS_PER_S: f64 = 100.0;

/// A running server, which is killed when this value is dropped.
pub struct Server {
    /// The address of its HTTP listener.
    pub address: SocketAddr,
    /// The folder with its database and its log.
    pub dir: Arc<TempDir>,
    child: Child,
    announced: String,
    /// How requests are encrypted, where the server has a certificate.
    client: Option<Arc<ClientConfig>>,
}

/// The path of the binary. Cargo gives it to tests and benches of the package `server`. A test that
/// is started by hand looks in the folder above its own.
pub fn path() -> PathBuf {
    let named = env::var_os("CARGO_BIN_EXE_streamgauge").map(PathBuf::from);
    named.unwrap_or_else(|| env::current_exe().unwrap().parent().unwrap().with_file_name("streamgauge"))
}

/// A command for the binary with a clean environment.
pub fn binary(dir: &Path) -> Command {
    own_environment(Command::new(path()), dir)
}

fn own_environment(mut command: Command, dir: &Path) -> Command {
    command.env_clear().env("PATH", env::var_os("PATH").unwrap_or_default()).current_dir(dir);
    // Panics in the log then have a backtrace.
    command.env("DATABASE_URL", format!("sqlite://{}", database(dir).display())).env("RUST_BACKTRACE", "1");
    command
}

/// The database file in a server's folder.
pub fn database(dir: &Path) -> PathBuf {
    dir.join("test.db")
}

/// Runs a command to its end. Returns its exit code, stdout and stderr.
pub fn run(command: &mut Command) -> (i32, String, String) {
    let Output { status, stdout, stderr } = command.stdin(Stdio::null()).output().unwrap();
    (status.code().unwrap_or(-1), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

/// CPU seconds, user and system, of a shell command, whose output is thrown away.
pub fn cpu_s(dir: &Path, command: &str) -> f64 {
    // The report of `time` goes to the shell's stderr, apart from the command's output.
    let script = format!("TIMEFORMAT='%3U %3S'; time {{ {command}; }} >/dev/null 2>&1");
    let output = Command::new("bash").args(["-c", &script]).current_dir(dir).output().unwrap();
    assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stderr).unwrap();
    text.split_whitespace().map(|it| it.parse::<f64>().unwrap()).sum::<f64>().max(0.001)
}

impl Server {
    /// Starts a server in a new folder.
    pub fn start() -> Self {
        Self::start_in(Arc::new(TempDir::new().unwrap()), 0, &[])
    }

    /// Starts a server in a new folder with these environment variables.
    pub fn start_with(settings: &[(&str, &str)]) -> Self {
        Self::start_in(Arc::new(TempDir::new().unwrap()), 0, settings)
    }

    /// Starts a server with a limit on file descriptors.
    pub fn start_with_descriptors(descriptors: usize) -> Self {
        let dir = Arc::new(TempDir::new().unwrap());
        let mut limited = Command::new("sh");
        limited.args(["-c", &format!("ulimit -n {descriptors}; exec {}", path().display())]);
        Self::start_as(own_environment(limited, dir.path()), dir, 0, &[])
    }

    /// Starts a server in a folder that may contain a database. Port 0 means any free port.
    pub fn start_in(dir: Arc<TempDir>, port: u16, settings: &[(&str, &str)]) -> Self {
        Self::start_as(binary(dir.path()), dir, port, settings)
    }

    fn start_as(mut command: Command, dir: Arc<TempDir>, port: u16, settings: &[(&str, &str)]) -> Self {
        let log = std::fs::OpenOptions::new().create(true).append(true).open(dir.path().join("log")).unwrap();
        command.env("PORT", port.to_string()).envs(settings.iter().copied());
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let Some(Ok(first)) = lines.next() else { panic!("it did not start: {}", read(dir.path(), "log")) };
        let (scheme, address) = first.strip_prefix("listening on ").unwrap().split_once("://").unwrap();
        let address = address.parse().unwrap();
        // The authority of package `testing` keeps its own certificate beside those that it issues.
        let cert = settings.iter().find(|it| it.0 == "TLS_CERT").filter(|_| scheme == "https");
        let client = cert.map(|it| tls::client(&Path::new(it.1).with_file_name("ca.pem"), None));
        let announced = lines.next().unwrap().unwrap();
        std::thread::spawn(move || lines.for_each(drop));
        Self { address, dir, child, announced, client }
    }

    /// The drain URL that the first start printed.
    pub fn first_drain(&self) -> &str {
        self.announced.strip_prefix("drain: ").unwrap()
    }

    /// The token in the drain URL of the first start.
    pub fn first_token(&self) -> String {
        token_of(self.first_drain())
    }

    /// Adds a drain with these command arguments and returns its token.
    pub fn add_drain(&self, args: &[&str]) -> String {
        let mut command = binary(self.dir.path());
        let port = self.address.port().to_string();
        let (code, url, error) = run(command.env("PORT", port).args(["drain", "add"]).args(args));
        assert_eq!((code, &*error), (0, ""));
        token_of(&url)
    }

    /// Adds a drain for an app and returns its token once the server accepts it.
    pub fn drain(&self, app: &str) -> String {
        let token = self.add_drain(&[app]);
        let known = || self.post(&token, &[], b"").status == 204;
        wait_for("the server to know the drain", known);
        let shown = || self.get("/api/v1/apps").json()["apps"].as_array().unwrap().iter().any(|it| it["app"] == app);
        wait_for("the app to be shown", shown);
        token
    }

    /// Posts frames to the drain with this token.
    pub fn post(&self, token: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
        let bearer = format!("Bearer {token}");
        let all = [&[("Authorization", &*bearer), ("Content-Type", "application/logplex-1")], headers].concat();
        self.request("POST", "/logs", &all, body).unwrap()
    }

    /// Sends a GET request for a path.
    pub fn get(&self, path: &str) -> Reply {
        self.request("GET", path, &[], b"").unwrap()
    }

    /// Sends one request on its own connection.
    pub fn request(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> std::io::Result<Reply> {
        match &self.client {
            None => request(self.address, method, path, headers, body),
            Some(client) => request_on(tls::connect(client, self.address)?, self.address, method, path, headers, body),
        }
    }

    /// The only value of a query over the last day.
    pub fn value(&self, app: &str, metric: &str, stat: &str) -> Option<f64> {
        let found = self.grouped(app, metric, stat, "none");
        assert!(found.len() <= 1, "{found:?}");
        found.first().map(|it| it.1)
    }

    /// The values of a query over the last day by label, empty without such a metric.
    pub fn grouped(&self, app: &str, metric: &str, stat: &str, by: &str) -> Vec<(String, f64)> {
        let reply =
            self.get(&format!("/api/v1/apps/{app}/query?metric={metric}&stat={stat}&from=-23h&step=all&by={by}"));
        if reply.status == 404 {
            return vec![];
        }
        assert_eq!(reply.status, 200, "{}", reply.body);
        let series = reply.json()["series"].as_array().unwrap().clone();
        let point = |series: &Value| {
            let label = series["labels"][by].as_str().unwrap_or_default().to_owned();
            series["points"].get(0).map(|point| (label, point[1].as_f64().unwrap()))
        };
        series.iter().filter_map(point).collect()
    }

    /// Opens a connection and sends these bytes.
    pub fn connection(&self, bytes: &[u8]) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        // The server may close the connection before everything is sent.
        let _refused = stream.write_all(bytes);
        stream
    }

    /// A memory value of `/proc/PID/status`, kB.
    pub fn memory_kb(&self, name: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid())).unwrap();
        let line = status.lines().find_map(|it| it.strip_prefix(name)?.strip_prefix(':')).unwrap();
        line.split_whitespace().next().unwrap().parse().unwrap()
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Resets the peak memory (`VmHWM`) to the current value.
    pub fn forget_peak(&self) {
        std::fs::write(format!("/proc/{}/clear_refs", self.pid()), "5").unwrap();
    }

    /// CPU seconds of the process so far, user and system.
    pub fn cpu_s(&self) -> f64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.pid())).unwrap();
        let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
        (fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) / TICKS_PER_S
    }

    /// The size of the database and its WAL, bytes.
    pub fn file_bytes(&self) -> u64 {
        let file = database(self.dir.path());
        let log = file.with_extension("db-wal");
        [file, log].iter().map(|path| std::fs::metadata(path).map_or(0, |it| it.len())).sum()
    }

    /// Kills the process with SIGKILL and returns its folder.
    pub fn kill(mut self) -> Arc<TempDir> {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        Arc::clone(&self.dir)
    }

    /// Sends SIGTERM. Returns the exit code and how long the process took to end.
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

fn read(dir: &Path, name: &str) -> String {
    std::fs::read_to_string(dir.join(name)).unwrap_or_default()
}

/// The stdout of a command that must succeed.
#[track_caller]
pub fn said(dir: &Path, args: &[&str]) -> String {
    let (code, out, error) = run(binary(dir).args(args));
    assert_eq!((code, &*error), (0, ""), "{args:?}");
    out
}

/// The token in a drain URL.
pub fn token_of(url: &str) -> String {
    url.trim().split_once("any:").unwrap().1.split_once('@').unwrap().0.to_owned()
}

/// A port without a listener at the moment.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
