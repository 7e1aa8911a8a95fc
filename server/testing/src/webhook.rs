//! A receiver of webhooks: a small HTTP server that keeps what it is sent, and refuses every so
//! many requests on purpose.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

/// One accepted request.
#[derive(Clone, Debug)]
pub struct Received {
    /// When it arrived.
    pub at: Instant,
    /// Its path and query.
    pub path: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Received {
    /// The value of a header, empty where there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|it| it.0 == name).map_or("", |it| &it.1)
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// A running receiver. Its threads end with the process.
#[derive(Clone)]
pub struct Webhook {
    pub address: SocketAddr,
    accepted: Arc<Mutex<Vec<Received>>>,
    requests: Arc<AtomicUsize>,
}

impl Webhook {
    /// A receiver that answers every `refuse_every`th request with 503; 0 refuses none.
    pub fn start(refuse_every: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let receiver = Self { address, accepted: Arc::default(), requests: Arc::default() };
        let shared = receiver.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = shared.clone();
                thread::spawn(move || shared.serve(stream, refuse_every));
            }
        });
        receiver
    }

    /// The URL that requests go to.
    pub fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    /// Everything that was accepted so far, in order of arrival.
    pub fn accepted(&self) -> Vec<Received> {
        self.accepted.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How many requests came, refused ones as well.
    pub fn requests(&self) -> usize {
        self.requests.load(Ordering::Relaxed)
    }

    fn serve(&self, stream: TcpStream, refuse_every: usize) {
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        let mut reader = BufReader::new(stream);
        while let Some(received) = read(&mut reader) {
            let number = self.requests.fetch_add(1, Ordering::Relaxed) + 1;
            let is_refused = refuse_every > 0 && number.is_multiple_of(refuse_every);
            if !is_refused {
                self.accepted.lock().unwrap_or_else(PoisonError::into_inner).push(received);
            }
            let status = if is_refused { "503 Service Unavailable" } else { "200 OK" };
            let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 2\r\n\r\nok");
            if reader.get_mut().write_all(answer.as_bytes()).is_err() {
                return;
            }
        }
    }
}

/// Reads one request; `None` at the end of the connection.
fn read(reader: &mut BufReader<TcpStream>) -> Option<Received> {
    let mut first = String::new();
    reader.read_line(&mut first).ok().filter(|it| *it > 0)?;
    let path = first.split(' ').nth(1)?.to_owned();
    let mut headers = vec![];
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let mut received = Received { at: Instant::now(), path, headers, body: vec![] };
    received.body = vec![0; received.header("content-length").parse().unwrap_or(0)];
    reader.read_exact(&mut received.body).ok()?;
    Some(received)
}
