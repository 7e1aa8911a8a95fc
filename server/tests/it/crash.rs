//! Repeats `kill -9` under load: every acknowledged line is counted, and none twice. Power loss is
//! not simulated.
//!
//! A sender without an answer sends the same batch again under the same id, as logplex and the
//! shuttle do.

use std::{sync::Arc, time::Duration};

use testing::{
    frames::{frames, now_line},
    ledger::{Batch, Ledger},
    process::Server,
    random::Dice,
    wait::wait_for,
};

const SENDERS: u64 = 3;

fn send(ledger: &Ledger, token: &str, sender: u64) {
    let mut dice = Dice(sender);
    for batch in 0_u64.. {
        if ledger.is_over() {
            return;
        }
        let lines = 1 + dice.roll(300);
        let body = frames(&(0..lines).map(|it| now_line(1 + it)).collect::<Vec<_>>());
        let id = format!("{sender:04X}{batch:028X}");
        // The sender's back-off while the server is down.
        let pause = Duration::from_millis(5);
        ledger.deliver(&Batch { token, id: &id, headers: &[], body: &body, lines, pause, may_be_refused: false });
    }
}

#[test]
fn ok_killed_twenty_times_counts_what_was_acknowledged() {
    killed(20);
}

/// Kills the server `rounds` times under load, then compares its counts with the ledger.
pub fn killed(rounds: usize) {
    let mut server = Server::start();
    let token = server.drain("app");
    let ledger = Arc::new(Ledger::new(server.address));
    let senders: Vec<_> = (0..SENDERS)
        .map(|sender| {
            let (ledger, token) = (Arc::clone(&ledger), token.clone());
            std::thread::spawn(move || send(&ledger, &token, sender))
        })
        .collect();
    let mut dice = Dice(99);
    for _ in 0..rounds {
        let target = ledger.batches() + 20 + dice.roll(400);
        wait_for("batches to be acknowledged", || ledger.batches() >= target);
        server = Server::start_in(server.kill(), 0, &[]);
        ledger.move_to(server.address);
    }
    ledger.end();
    senders.into_iter().for_each(|it| it.join().unwrap());
    let acknowledged = ledger.acknowledged_lines();
    let counted = |server: &Server| server.value("app", "router.requests", "count");
    eprintln!(
        "{rounds} kills, {} batches, {acknowledged} lines acknowledged, {:?} counted, {} sends without an answer",
        ledger.batches(),
        counted(&server),
        ledger.retries()
    );
    assert!(ledger.retries() > 0, "no kill hit a batch");
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
    let ledger = Arc::new(Ledger::new(server.address));
    let sender = {
        let (ledger, token) = (Arc::clone(&ledger), token);
        std::thread::spawn(move || send(&ledger, &token, 7))
    };
    wait_for("a load", || ledger.batches() > 100);
    let dir = Arc::clone(&server.dir);
    let (code, took) = server.stop();
    assert_eq!(code, 0);
    assert!(took.as_secs() < 5, "{took:?}");
    let server = Server::start_in(dir, 0, &[]);
    ledger.move_to(server.address);
    ledger.end();
    sender.join().unwrap();
    assert_eq!(server.value("app", "router.requests", "count"), Some(ledger.acknowledged_lines() as f64));
}
