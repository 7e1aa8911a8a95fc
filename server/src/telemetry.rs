//! Our own log (logfmt on stderr) and our own counters.
//!
//! A message can be read alone and carries its ids as fields; tokens and bodies never appear, and of addresses only those that guess
//! passwords. What the apps send is not logged here.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use tracing_subscriber::{filter::LevelFilter, layer::SubscriberExt, util::SubscriberInitExt};

/// Starts the log. A second call does nothing, so that tests may call it too.
pub fn start() {
    let log = tracing_logfmt::builder()
        .with_span_name(false)
        .with_span_path(false)
        .with_target(false)
        .layer()
        .with_writer(std::io::stderr);
    let writer = tracing_subscriber::registry().with(LevelFilter::INFO).with(log);
    let _already_started = writer.try_init();
}

/// What happened at the door and behind it, since the process started.
#[derive(Debug, Default)]
pub struct Counters {
    /// Batches counted.
    pub batches: Count,
    /// Lines counted.
    pub lines: Count,
    /// Batches that had been delivered before, and were acknowledged again without counting.
    pub duplicates: Count,
    /// Requests without a valid token.
    pub unauthorized: Count,
    /// Requests of a wrong type, size, encoding or app name.
    pub refused: Count,
    /// Requests sent away with 503 because the queue was full.
    pub shed: Count,
    /// Batches sent away with 503 because their drain had too much in flight.
    pub shares_refused: Count,
    /// Batches that could not be stored.
    pub failed: Count,
    /// Measurements that went to a series `(other)`, since their own would have been one too many for its app.
    pub series_folded: Count,
    /// Wrong passwords.
    pub passwords_wrong: Count,
    /// Passwords that were not looked at, because too many wait for their turn.
    pub passwords_refused: Count,
    /// Live streams refused because there were too many.
    pub subscribers_refused: Count,
    /// Searches of log lines refused because too many were running.
    pub searches_refused: Count,
    /// Lines that tails left out because they came faster than a tail is sent.
    pub tail_lines_skipped: Count,
    /// Requests that ended in a panic of ours.
    pub panics: Count,
    /// Requests that took longer than any may.
    pub replies_late: Count,
    /// Connections refused because all others were being answered.
    pub connections_refused: Count,
    /// Connections closed for a newcomer, since nothing had come on them for longest.
    pub connections_evicted: Count,
    /// Connections that the system could not accept.
    pub accepts_failed: Count,
    /// Connections closed because the head of a request was too slow or too long.
    pub heads_refused: Count,
    /// Requests refused because their body was too slow.
    pub bodies_slow: Count,
    /// Connections closed because nobody took the answer.
    pub answers_slow: Count,
}

/// A number that only goes up.
#[derive(Debug, Default)]
pub struct Count(AtomicU64);

impl Count {
    /// Adds to it.
    pub fn add(&self, n: u64) {
        self.0.fetch_add(n, Relaxed);
    }

    /// Its value.
    #[must_use]
    pub fn get(&self) -> u64 {
        self.0.load(Relaxed)
    }
}
