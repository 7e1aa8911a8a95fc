//! A plain HTTP client. It follows no redirects, does not retry, and reads each reply to its end.

use std::{
    io::{Error, ErrorKind, Read, Result, Write},
    net::{SocketAddr, TcpStream},
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::wait::PATIENCE;

/// The reply to a request.
#[derive(Debug)]
pub struct Reply {
    /// The status code, such as 204.
    pub status: u16,
    /// The status line and the headers, in lower case.
    pub head: String,
    /// The same as it was sent.
    pub plain_head: String,
    /// The body without chunk sizes. Invalid UTF-8 is replaced.
    pub body: String,
}

impl Reply {
    /// The body parsed as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|it| panic!("{it}: {}", self.body))
    }
}

/// Sends one request on its own connection.
pub fn request(address: SocketAddr, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Result<Reply> {
    let stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    request_on(stream, address, method, path, headers, body)
}

/// Sends one request on a new connection, and reads the reply to the end of the connection.
pub fn request_on(
    mut stream: impl Read + Write,
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Result<Reply> {
    let mut head = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\nContent-Length: {}\r\n", body.len());
    // A test may send its own `Host`.
    if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
        head += &format!("Host: {address}\r\n");
    }
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    head += "\r\n";
    // The server may refuse the request and close the connection before the whole body is sent.
    let sent = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body)).and_then(|()| stream.flush());
    let mut bytes = vec![];
    let received = stream.read_to_end(&mut bytes);
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        sent.and(received)?;
        return Err(Error::from(ErrorKind::UnexpectedEof));
    };
    let status = head.split(' ').nth(1).and_then(|it| it.parse().ok()).unwrap();
    let chunked = head.to_ascii_lowercase().contains("transfer-encoding: chunked");
    let body = if chunked { unchunk(body) } else { body.to_owned() };
    Ok(Reply { status, head: head.to_ascii_lowercase(), plain_head: head.to_owned(), body })
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

/// Whether the other side has closed the connection, or does so within this time.
pub fn is_closed(stream: &mut TcpStream, within: Duration) -> bool {
    let end = Instant::now() + within;
    loop {
        let left = end.saturating_duration_since(Instant::now()).max(Duration::from_millis(1));
        stream.set_read_timeout(Some(left)).unwrap();
        match stream.read(&mut [0; 1_024]) {
            Ok(0) => return true,
            Ok(_) => {}
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => return false,
            Err(_) => return true,
        }
    }
}

/// Posts batches one after another on one connection.
pub struct Sender {
    stream: TcpStream,
    token: String,
}

impl Sender {
    /// Connects to the server and keeps the drain's token.
    pub fn new(address: SocketAddr, token: &str) -> Self {
        Self { stream: TcpStream::connect(address).unwrap(), token: token.to_owned() }
    }

    /// Posts a body of the app `bench` and waits for its 204.
    pub fn post(&mut self, body: &[u8], id: &str) {
        self.post_of("bench", body, id);
    }

    /// Posts a body of an app and waits for its 204.
    pub fn post_of(&mut self, app: &str, body: &[u8], id: &str) {
        let head = format!(
            "/logs?app={app} HTTP/1.1\r\nContent-Type: application/logplex-1\r\n\
             Logplex-Frame-Id: {id}\r\nLogplex-Drain-Token: d.bench"
        );
        let answer = self.ask(&head, body);
        assert!(answer.starts_with("http/1.1 204"), "{answer}");
    }

    /// Posts a body of any type to a path, from no platform, and waits for its 200 or 204.
    pub fn post_to(&mut self, path: &str, content_type: &str, body: &[u8]) {
        let answer = self.ask(&format!("{path} HTTP/1.1\r\nContent-Type: {content_type}"), body);
        assert!(answer.starts_with("http/1.1 200") || answer.starts_with("http/1.1 204"), "{answer}");
    }

    /// Posts a body below the rest of a head, and reads the answer to its end. Gives its head in
    /// lower case.
    fn ask(&mut self, head: &str, body: &[u8]) -> String {
        let head = format!(
            "POST {head}\r\nHost: bench\r\nAuthorization: Bearer {}\r\nContent-Length: {}\r\n\r\n",
            self.token,
            body.len()
        );
        // In one piece: the second of two small ones would wait for the first to be acknowledged.
        self.stream.write_all(&[head.as_bytes(), body].concat()).unwrap();
        let (mut answer, mut piece) = (String::new(), [0; 1_024]);
        loop {
            let n = self.stream.read(&mut piece).unwrap();
            assert!(n > 0, "the server closed the connection");
            answer += &String::from_utf8_lossy(&piece[..n]).to_ascii_lowercase();
            let Some((head, rest)) = answer.split_once("\r\n\r\n") else { continue };
            let length = head
                .split("content-length: ")
                .nth(1)
                .map_or(0, |it| it.split("\r\n").next().unwrap().parse::<usize>().unwrap());
            if rest.len() >= length {
                return head.to_owned();
            }
        }
    }
}

/// A text as a value of a query or of a form.
pub fn form_urlencoded(text: &str) -> String {
    text.bytes()
        .map(|it| if it.is_ascii_alphanumeric() { char::from(it).to_string() } else { format!("%{it:02X}") })
        .collect()
}

#[test]
fn ok_chunks() {
    assert_eq!(unchunk("5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n"), "hello!");
}
