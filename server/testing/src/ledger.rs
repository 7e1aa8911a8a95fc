//! Records which batches the server acknowledged, apart from the server. A test compares these
//! totals with the server's counts. It does not read those counts itself.

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

/// Totals over all senders.
pub struct Ledger {
    address: Mutex<SocketAddr>,
    acknowledged_lines: AtomicU64,
    batches: AtomicU64,
    retries: AtomicU64,
    is_over: AtomicBool,
}

/// One batch and the way to send it.
pub struct Batch<'a> {
    /// The token of the drain.
    pub token: &'a str,
    /// The batch's id, which stays the same in every attempt.
    pub id: &'a str,
    /// Headers besides the token and the id.
    pub headers: &'a [(&'a str, &'a str)],
    /// The frames as one POST body.
    pub body: &'a [u8],
    /// The number of lines in the body.
    pub lines: u64,
    /// The pause before the next attempt.
    pub pause: Duration,
    /// Whether a 503 is acceptable and the sender tries again. Any other status except 204 fails
    /// the test.
    pub may_be_refused: bool,
}

impl Ledger {
    /// An empty ledger for the server at this address.
    pub fn new(address: SocketAddr) -> Self {
        Self {
            address: Mutex::new(address),
            acknowledged_lines: AtomicU64::new(0),
            batches: AtomicU64::new(0),
            retries: AtomicU64::new(0),
            is_over: AtomicBool::new(false),
        }
    }

    /// Sends later attempts to the server's new address.
    pub fn move_to(&self, address: SocketAddr) {
        *self.address.lock().unwrap() = address;
    }

    /// Sends a batch under one id until it is acknowledged, as logplex and the shuttle do. Returns
    /// how long the successful attempt took.
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

    /// Asks senders to stop after their current batch.
    pub fn end(&self) {
        self.is_over.store(true, SeqCst);
    }

    /// Whether senders should stop.
    pub fn is_over(&self) -> bool {
        self.is_over.load(SeqCst)
    }

    /// The number of lines in all acknowledged batches.
    pub fn acknowledged_lines(&self) -> u64 {
        self.acknowledged_lines.load(SeqCst)
    }

    /// The number of acknowledged batches.
    pub fn batches(&self) -> u64 {
        self.batches.load(SeqCst)
    }

    /// The number of attempts without a 204.
    pub fn retries(&self) -> u64 {
        self.retries.load(SeqCst)
    }
}
