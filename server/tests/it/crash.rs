//! `kill -9` in the middle of a load, again and again: what was acknowledged is counted, and nothing twice.
//!
//! A sender that gets no answer sends the same batch again under the same id, as logplex and the shuttle do.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, AtomicU64, Ordering::SeqCst},
};
use std::time::Duration;

use crate::{
    harness::{Server, request, wait_for},
    traffic::{Dice, frames, now_line},
};

const SENDERS: u64 = 3;

/// What senders were promised, kept apart from the server.
pub struct Ledger {
    address: Mutex<std::net::SocketAddr>,
    acknowledged: AtomicU64,
    batches: AtomicU64,
    retries: AtomicU64,
    stop: AtomicBool,
}

impl Ledger {
    pub fn new(server: &Server) -> Arc<Self> {
        Arc::new(Self {
            address: Mutex::new(server.address),
            acknowledged: AtomicU64::new(0),
            batches: AtomicU64::new(0),
            retries: AtomicU64::new(0),
            stop: AtomicBool::new(false),
        })
    }
}

fn send(ledger: &Ledger, token: &str, sender: u64) {
    let mut dice = Dice(sender);
    let bearer = format!("Bearer {token}");
    for batch in 0_u64.. {
        if ledger.stop.load(SeqCst) {
            return;
        }
        let n = 1 + dice.roll(300);
        let body = frames(&(0..n).map(|it| now_line(1 + it)).collect::<Vec<_>>());
        let id = format!("{sender:04X}{batch:028X}");
        loop {
            let address = *ledger.address.lock().unwrap();
            let headers = [("Authorization", &*bearer), ("Logplex-Frame-Id", &*id)];
            match request(address, "POST", "/logs", &headers, &body) {
                Ok(reply) if reply.status == 204 => break,
                Ok(reply) => panic!("{reply:?}"),
                Err(_) => ledger.retries.fetch_add(1, SeqCst),
            };
            // A sender's back-off, while the server is away.
            std::thread::sleep(Duration::from_millis(5));
        }
        ledger.acknowledged.fetch_add(n, SeqCst);
        ledger.batches.fetch_add(1, SeqCst);
    }
}

#[test]
fn ok_killed_twenty_times_counts_what_was_acknowledged() {
    killed(20);
}

/// Kills the server so often under load, and compares what it counts in the end with the ledger.
pub fn killed(rounds: usize) {
    let mut server = Server::start();
    let token = server.drain("app");
    let ledger = Ledger::new(&server);
    let senders: Vec<_> = (0..SENDERS)
        .map(|it| {
            let (ledger, token) = (Arc::clone(&ledger), token.clone());
            std::thread::spawn(move || send(&ledger, &token, it))
        })
        .collect();
    let mut dice = Dice(99);
    for _ in 0..rounds {
        let target = ledger.batches.load(SeqCst) + 20 + dice.roll(400);
        wait_for("batches to be acknowledged", || ledger.batches.load(SeqCst) >= target);
        server = Server::start_in(server.kill(), 0, &[]);
        *ledger.address.lock().unwrap() = server.address;
    }
    ledger.stop.store(true, SeqCst);
    senders.into_iter().for_each(|it| it.join().unwrap());
    let acknowledged = ledger.acknowledged.load(SeqCst);
    let counted = |server: &Server| server.value("app", "router.requests", "count");
    eprintln!(
        "{rounds} kills, {} batches, {acknowledged} lines acknowledged, {:?} counted, {} sends without an answer",
        ledger.batches.load(SeqCst),
        counted(&server),
        ledger.retries.load(SeqCst)
    );
    assert!(ledger.retries.load(SeqCst) > 0, "no kill hit a batch");
    assert_eq!(counted(&server), Some(acknowledged as f64));
    assert_eq!(server.value("app", "drain.lines", "sum"), Some(acknowledged as f64));
    assert_eq!(server.value("app", "router.service", "count"), Some(acknowledged as f64));
    let server = Server::start_in(server.kill(), 0, &[]);
    assert_eq!(counted(&server), Some(acknowledged as f64));
}

#[test]
fn ok_sigterm_under_load_ends_soon_and_loses_nothing() {
    let server = Server::start();
    let token = server.drain("app");
    let ledger = Ledger::new(&server);
    let sender = {
        let (ledger, token) = (Arc::clone(&ledger), token);
        std::thread::spawn(move || send(&ledger, &token, 7))
    };
    wait_for("a load", || ledger.batches.load(SeqCst) > 100);
    let dir = Arc::clone(&server.dir);
    let (code, took) = server.stop();
    assert_eq!(code, 0);
    assert!(took.as_secs() < 5, "{took:?}");
    let server = Server::start_in(dir, 0, &[]);
    *ledger.address.lock().unwrap() = server.address;
    ledger.stop.store(true, SeqCst);
    sender.join().unwrap();
    assert_eq!(server.value("app", "router.requests", "count"), Some(ledger.acknowledged.load(SeqCst) as f64));
}
