//! An HTTP server in the test process. It keeps every request and answers as a function says.
//!
//! It speaks only the HTTP/1.1 that clients of tests need: keep-alive and `Content-Length`. It does
//! not check what it receives. Its threads end with the process.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Request {
    /// When it was read.
    pub at: Instant,
    /// The first line: method, path and version.
    pub line: String,
    /// Names in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// The body as received.
    pub body: Vec<u8>,
}

impl Request {
    /// The path and query.
    pub fn path(&self) -> &str {
        self.line.split(' ').nth(1).unwrap_or("")
    }

    /// The value of a header, whose name is given in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|it| it.0 == name).map(|it| it.1.as_str())
    }

    /// The body as text.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// An answer to a request.
#[derive(Clone, Debug)]
pub enum Answer {
    /// Status, further headers, body.
    Says(u16, String, String),
    /// Closes the connection without an answer.
    Hangup,
    /// Nothing, until the client gives up.
    Never,
    /// A head and then a body without end, as fast as it is read.
    Endless,
}

/// An answer that is only a status.
pub fn status(status: u16) -> Answer {
    Answer::Says(status, String::new(), String::new())
}

/// A running receiver. Clones share it.
#[derive(Clone, Debug)]
pub struct Receiver {
    /// Where it listens.
    pub address: SocketAddr,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Receiver {
    /// Listens on a free port. `answer` gets the requests so far, this one included.
    pub fn start(answer: impl Fn(&[Request]) -> Answer + Send + Sync + 'static) -> Self {
        Self::listen(TcpListener::bind("127.0.0.1:0").unwrap(), answer)
    }

    /// Answers what comes to a listener.
    pub fn listen(listener: TcpListener, answer: impl Fn(&[Request]) -> Answer + Send + Sync + 'static) -> Self {
        let receiver = Self { address: listener.local_addr().unwrap(), requests: Arc::default() };
        let (shared, answer) = (receiver.clone(), Arc::new(answer));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (shared, answer) = (shared.clone(), Arc::clone(&answer));
                thread::spawn(move || shared.serve(stream, &*answer));
            }
        });
        receiver
    }

    /// `http://127.0.0.1:PORT`.
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The requests so far, in order of arrival.
    pub fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Answers the requests of one connection until either side closes it.
    fn serve(&self, stream: TcpStream, answer: &dyn Fn(&[Request]) -> Answer) {
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        let mut reader = BufReader::new(stream);
        while let Some(request) = read(&mut reader) {
            let answer = {
                let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
                requests.push(request);
                answer(&requests)
            };
            let Answer::Says(status, headers, body) = answer else { return end(reader.into_inner(), &answer) };
            let len = body.len();
            let reply = format!("HTTP/1.1 {status} Reason\r\n{headers}Content-Length: {len}\r\n\r\n{body}");
            if reader.get_mut().write_all(reply.as_bytes()).is_err() {
                return;
            }
        }
    }
}

/// Answers as no server should.
fn end(mut stream: TcpStream, answer: &Answer) {
    match answer {
        Answer::Never => drop(stream.read(&mut [0; 1])),
        Answer::Endless => {
            let mut sent = stream.write_all(b"HTTP/1.1 500 Reason\r\nContent-Length: 1000000000000\r\n\r\n");
            while sent.is_ok() {
                sent = stream.write_all(&[b'x'; 4_096]);
            }
        }
        Answer::Hangup | Answer::Says(..) => {}
    }
}

/// Reads one request; `None` at the end of the connection.
fn read(reader: &mut impl BufRead) -> Option<Request> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|it| *it > 0)?;
    let mut headers = vec![];
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        let Some((name, value)) = header.trim_end().split_once(':') else { break };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let mut request = Request { at: Instant::now(), line: line.trim_end().to_owned(), headers, body: vec![] };
    let len = request.header("content-length").and_then(|it| it.parse().ok()).unwrap_or(0);
    request.body.resize(len, 0);
    reader.read_exact(&mut request.body).ok()?;
    Some(request)
}
