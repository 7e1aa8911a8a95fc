//! A drain for tests: it takes one request at a time, keeps it, and replies as configured.
//!
//! It speaks only the HTTP/1.1 that a drain's client needs: keep-alive and `Content-Length`. It
//! does not check what it receives.

use std::{
    io::{BufRead, BufReader, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::mpsc::{Receiver, Sender, channel},
    thread,
    time::Duration,
};

/// The reply to one request.
#[derive(Clone, Copy, Debug)]
pub enum Reply {
    /// Replies with this status code.
    Status(u16),
    /// Replies 503 with `Retry-After`, seconds.
    RetryAfter(u64),
    /// Closes the connection without a reply.
    Hangup,
}

/// One request as the drain received it.
#[derive(Debug)]
pub struct Request {
    /// The first line: method, path and version.
    pub line: String,
    /// The headers, with names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body as received.
    pub body: Vec<u8>,
}

/// A running test drain.
#[derive(Debug)]
pub struct Peer {
    address: SocketAddr,
    requests: Receiver<Request>,
}

impl Request {
    /// The value of a header, whose name is given in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|it| it.0 == name).map(|it| it.1.as_str())
    }
}

impl Peer {
    /// Starts a drain that gives these replies in order, and 204 to all later requests.
    pub fn start(replies: &[Reply]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        Self::listen(listener, replies)
    }

    /// A free address, and a function that starts a drain there.
    pub fn later() -> (SocketAddr, impl FnOnce() -> Self) {
        let address = TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr()).expect("a free port");
        (address, move || Self::listen(TcpListener::bind(address).expect("the port is still free"), &[]))
    }

    fn listen(listener: TcpListener, replies: &[Reply]) -> Self {
        let address = listener.local_addr().expect("an address");
        let (sender, requests) = channel();
        let replies = replies.to_vec();
        thread::spawn(move || {
            let mut replies = replies.into_iter();
            for stream in listener.incoming() {
                serve(stream.expect("a connection"), &mut replies, &sender);
            }
        });
        Self { address, requests }
    }

    /// The drain's URL with a token in it.
    pub fn url(&self) -> String {
        format!("http://any:TOKEN@{}/logs?app=a", self.address)
    }

    /// All requests so far that [`Self::next`] has not returned.
    pub fn requests(&self) -> Vec<Request> {
        self.requests.try_iter().collect()
    }

    /// Waits for the next request.
    pub fn next(&self) -> Request {
        self.requests.recv_timeout(Duration::from_secs(20)).expect("a request within 20 s")
    }
}

/// Serves one connection until the client closes it.
fn serve(stream: TcpStream, replies: &mut impl Iterator<Item = Reply>, requests: &Sender<Request>) {
    let mut reader = BufReader::new(stream.try_clone().expect("a second handle"));
    let mut writer = stream;
    while let Some(request) = read(&mut reader) {
        // The test may have ended and dropped the receiver.
        let _ = requests.send(request);
        let (status, header) = match replies.next() {
            None => (204, String::new()),
            Some(Reply::Status(status)) => (status, "Location: http://127.0.0.1:1/\r\n".to_owned()),
            Some(Reply::RetryAfter(seconds)) => (503, format!("Retry-After: {seconds}\r\n")),
            Some(Reply::Hangup) => return,
        };
        let reply = format!("HTTP/1.1 {status} Reason\r\n{header}Content-Length: 0\r\n\r\n");
        if writer.write_all(reply.as_bytes()).is_err() {
            return;
        }
    }
}

/// Reads one request, or `None` if the client has closed the connection.
fn read(reader: &mut impl BufRead) -> Option<Request> {
    let mut line = String::new();
    if reader.read_line(&mut line).ok()? == 0 {
        return None;
    }
    let mut headers = Vec::new();
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        let Some((name, value)) = header.trim_end().split_once(": ") else { break };
        headers.push((name.to_ascii_lowercase(), value.to_owned()));
    }
    let mut request = Request { line: line.trim_end().to_owned(), headers, body: Vec::new() };
    let length = request.header("content-length")?.parse().ok()?;
    request.body.resize(length, 0);
    reader.read_exact(&mut request.body).ok()?;
    Some(request)
}
