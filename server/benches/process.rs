//! The real binary as a process, for benches: started with a database of its own, posted to, asked, measured.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::Mutex,
};

/// Of the kernel's clock for CPU times.
const TICKS_PER_S: f64 = 100.0;

/// A running server.
pub struct Server {
    pub address: String,
    pub token: String,
    child: Child,
    dir: Option<tempfile::TempDir>,
    connection: Mutex<TcpStream>,
}

impl Server {
    /// Starts one that keeps raw lines for so long.
    pub fn start(retention: &str) -> Self {
        Self::start_in(tempfile::TempDir::new().unwrap(), retention)
    }

    pub fn start_in(dir: tempfile::TempDir, retention: &str) -> Self {
        Self::start_with(dir, &[("RETENTION_LOGS", retention)])
    }

    pub fn start_with(dir: tempfile::TempDir, settings: &[(&str, &str)]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_streamgauge"));
        command.env("DATABASE_URL", format!("sqlite://{}", dir.path().join("bench.db").display()));
        command.env("PORT", "0").envs(settings.iter().copied()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first = lines.next().unwrap().unwrap();
        let address = first.strip_prefix("listening on http://").unwrap().to_owned();
        let drain = lines.next().unwrap().unwrap();
        let token = drain.split_once("any:").map(|it| it.1.split_once('@').unwrap().0.to_owned()).unwrap_or_default();
        let connection = Mutex::new(TcpStream::connect(&address).unwrap());
        Self { address, token, child, dir: Some(dir), connection }
    }

    /// Ends it as a signal would; its folder and token.
    pub fn stop(mut self) -> (tempfile::TempDir, String) {
        let ended = Command::new("kill").arg(self.child.id().to_string()).status().unwrap().success();
        assert!(ended && self.child.wait().unwrap().success());
        (self.dir.take().unwrap(), std::mem::take(&mut self.token))
    }

    /// Posts a body and waits for its 204, on one connection for all.
    pub fn post(&self, body: &[u8], id: &str) {
        let mut stream = self.connection.lock().unwrap();
        send(&mut stream, &self.token, body, id);
    }

    /// CPU seconds of the process so far, user and system.
    pub fn cpu_s(&self) -> f64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap();
        let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
        (fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) / TICKS_PER_S
    }

    /// Memory that it holds and the most that it ever held, kB.
    pub fn memory_kb(&self) -> (u64, u64) {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let field = |name: &str| {
            let line = status.lines().find(|it| it.starts_with(name)).unwrap();
            line.split_whitespace().nth(1).unwrap().parse().unwrap()
        };
        (field("VmRSS:"), field("VmHWM:"))
    }

    /// Bytes of the database and of what belongs to it.
    pub fn file_bytes(&self) -> u64 {
        let bytes = |name: &str| std::fs::metadata(self.path(name)).map_or(0, |it| it.len());
        bytes("bench.db") + bytes("bench.db-wal")
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.as_ref().unwrap().path().join(name)
    }

    /// The JSON that a path answers with.
    pub fn get(&self, path: &str) -> serde_json::Value {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
        let mut bytes = vec![];
        stream.read_to_end(&mut bytes).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let body = if head.to_ascii_lowercase().contains("chunked") { unchunk(body) } else { body.to_owned() };
        serde_json::from_str(&body).unwrap_or_else(|it| panic!("{it}: {head}"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _gone = self.child.wait();
    }
}

/// Posts a body on a connection and waits for its 204.
pub fn send(stream: &mut TcpStream, token: &str, body: &[u8], id: &str) {
    let head = format!(
        "POST /logs?app=bench HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\nContent-Type: application/logplex-1\r\n\
         Logplex-Frame-Id: {id}\r\nLogplex-Drain-Token: d.bench\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
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
