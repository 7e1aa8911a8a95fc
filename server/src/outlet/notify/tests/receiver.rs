//! An HTTP server in the test process. It keeps every request, and answers as a function says.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

/// A request as it came.
#[derive(Clone, Debug)]
pub(super) struct Request {
    /// The path and query.
    pub path: String,
    /// Names in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
}

impl Request {
    /// The value of a header; empty without it.
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|it| it.0 == name).map_or("", |it| it.1.as_str())
    }

    /// The body as JSON.
    pub(super) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }
}

/// An answer: status line and headers, and the body.
#[derive(Clone, Debug)]
pub(super) enum Answer {
    /// Status, further headers, body.
    Says(u16, &'static str, String),
    /// Nothing, until the client gives up.
    Never,
    /// A head and then a body without end, as fast as it is read.
    Endless,
}

pub(super) fn status(status: u16) -> Answer {
    Answer::Says(status, "", String::new())
}

/// A receiver that listens.
pub(super) struct Receiver {
    /// `http://127.0.0.1:PORT`.
    pub origin: String,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Receiver {
    /// Listens on a free port. `answer` gets the requests so far, this one included.
    pub(super) fn new(answer: impl Fn(&[Request]) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let origin = format!("http://{}", listener.local_addr().expect("an address"));
        let requests: Arc<Mutex<Vec<Request>>> = Arc::default();
        let (kept, answer) = (Arc::clone(&requests), Arc::new(answer));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (kept, answer) = (Arc::clone(&kept), Arc::clone(&answer));
                thread::spawn(move || serve(&stream, &kept, &*answer));
            }
        });
        Self { origin, requests }
    }

    /// The requests so far.
    pub(super) fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until there are so many requests.
    pub(super) async fn wait(&self, count: usize) -> Vec<Request> {
        let begun = Instant::now();
        loop {
            let found = self.requests();
            if found.len() >= count {
                return found;
            }
            assert!(begun.elapsed() < Duration::from_secs(30), "expected {count} requests, found {}", found.len());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

fn serve(mut stream: &TcpStream, kept: &Mutex<Vec<Request>>, answer: &dyn Fn(&[Request]) -> Answer) {
    let Some(request) = read(stream) else { return };
    let answer = {
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push(request);
        answer(&kept)
    };
    let _gone = match answer {
        Answer::Says(status, headers, body) => {
            let len = body.len();
            let head = format!("HTTP/1.1 {status} x\r\nContent-Length: {len}\r\nConnection: close\r\n{headers}\r\n");
            stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes()))
        }
        Answer::Never => stream.read(&mut [0; 1]).map(drop),
        Answer::Endless => {
            let head = b"HTTP/1.1 500 x\r\nContent-Length: 1000000000000\r\n\r\n";
            let mut sent = stream.write_all(head);
            while sent.is_ok() {
                sent = stream.write_all(&[b'x'; 4_096]);
            }
            sent
        }
    };
}

fn read(stream: &TcpStream) -> Option<Request> {
    let mut lines = BufReader::new(stream);
    let mut line = String::new();
    lines.read_line(&mut line).ok()?;
    let path = line.split(' ').nth(1)?.to_owned();
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        lines.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        headers.push((name.to_ascii_lowercase(), value.to_owned()));
    }
    let len = headers.iter().find(|it| it.0 == "content-length").and_then(|it| it.1.parse().ok()).unwrap_or(0);
    let mut body = vec![0; len];
    lines.read_exact(&mut body).ok()?;
    Some(Request { path, headers, body: String::from_utf8(body).ok()? })
}
