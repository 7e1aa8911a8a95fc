//! What senders were promised, kept apart from the server: a test compares it with what the server
//! counted.

use std::{
    net::SocketAddr,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering::SeqCst},
    },
    thread::sleep,
    time::{Duration, Instant},
};

use crate::http::request;

/// Sums over all senders.
pub struct Ledger {
    address: Mutex<SocketAddr>,
    acknowledged_lines: AtomicU64,
    batches: AtomicU64,
    retries: AtomicU64,
    is_over: AtomicBool,
}

/// One batch, and how it is sent.
pub struct Batch<'a> {
    /// The drain's token.
    pub token: &'a str,
    /// The same in every try.
    pub id: &'a str,
    /// Sent beside the token and the id.
    pub headers: &'a [(&'a str, &'a str)],
    /// The frames.
    pub body: &'a [u8],
    /// Lines in the body.
    pub lines: u64,
    /// The pause before another try.
    pub pause: Duration,
    /// Whether 503 is an answer that makes the sender try again. Any other answer than it and 204
    /// is a mistake.
    pub may_be_refused: bool,
}

impl Ledger {
    /// Nothing promised yet by the server at this address.
    pub fn new(address: SocketAddr) -> Self {
        Self {
            address: Mutex::new(address),
            acknowledged_lines: AtomicU64::new(0),
            batches: AtomicU64::new(0),
            retries: AtomicU64::new(0),
            is_over: AtomicBool::new(false),
        }
    }

    /// The server came back elsewhere.
    pub fn move_to(&self, address: SocketAddr) {
        *self.address.lock().unwrap() = address;
    }

    /// Sends a batch until it is acknowledged, under one id, as logplex and the shuttle do; gives
    /// the time of the try that was.
    pub fn deliver(&self, batch: &Batch<'_>) -> Duration {
        let bearer = format!("Bearer {}", batch.token);
        let headers = [&[("Authorization", &*bearer), ("Logplex-Frame-Id", batch.id)], batch.headers].concat();
        loop {
            let address = *self.address.lock().unwrap();
            let sent = Instant::now();
            match request(address, "POST", "/logs", &headers, batch.body) {
                Ok(reply) if reply.status == 204 => {
                    self.acknowledged_lines.fetch_add(batch.lines, SeqCst);
                    self.batches.fetch_add(1, SeqCst);
                    return sent.elapsed();
                }
                Ok(reply) => assert!(batch.may_be_refused && reply.status == 503, "{reply:?}"),
                Err(_) => {}
            }
            self.retries.fetch_add(1, SeqCst);
            sleep(batch.pause);
        }
    }

    /// Senders end after their present batch.
    pub fn end(&self) {
        self.is_over.store(true, SeqCst);
    }

    /// Whether senders are to end.
    pub fn is_over(&self) -> bool {
        self.is_over.load(SeqCst)
    }

    /// Lines of all batches that were answered 204.
    pub fn acknowledged_lines(&self) -> u64 {
        self.acknowledged_lines.load(SeqCst)
    }

    /// Batches that were answered 204.
    pub fn batches(&self) -> u64 {
        self.batches.load(SeqCst)
    }

    /// Tries that brought no 204.
    pub fn retries(&self) -> u64 {
        self.retries.load(SeqCst)
    }
}
