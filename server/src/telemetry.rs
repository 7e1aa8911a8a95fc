//! The server's own log (logfmt on stderr) and its own counters.
//!
//! Each message is a sentence that makes sense alone; ids are fields. Tokens and bodies never
//! appear, and the only addresses that do are those that send wrong passwords or sign in by the
//! provider. The logs of monitored apps do not pass through here.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use tracing_subscriber::{filter::LevelFilter, layer::SubscriberExt, util::SubscriberInitExt};

/// Least time between two lines about what anybody can cause.
const LOG_EVERY: Duration = Duration::from_secs(10);

/// Starts the log. A second call has no effect, so tests may call it as well.
pub(crate) fn start() {
    let log = tracing_logfmt::builder()
        .with_span_name(false)
        .with_span_path(false)
        .with_target(false)
        .layer()
        .with_writer(std::io::stderr);
    let writer = tracing_subscriber::registry().with(LevelFilter::INFO).with(log);
    let _already_started = writer.try_init();
}

/// The server's own counters since the process started.
#[derive(Debug, Default)]
pub struct Counters {
    /// Batches committed and counted.
    pub batches: Count,
    /// Lines counted, of all apps.
    pub lines: Count,
    /// Batches acknowledged again without counting, because they had been committed before.
    pub duplicates: Count,
    /// Batches refused because they had no valid token.
    pub unauthorized: Count,
    /// Requests refused for their type, size, encoding, app name or head.
    pub refused: Count,
    /// Batches refused with 503 because the queue stayed full.
    pub shed: Count,
    /// Batches refused with 503 because their drain had too much in flight.
    pub shares_refused: Count,
    /// Lines that were taken in and not kept, because their drain is paused.
    pub lines_paused: Count,
    /// Spans of OpenTelemetry that tell no request, such as those of a client.
    pub spans_ignored: Count,
    /// Batches that could not be stored.
    pub failed: Count,
    /// Measurements added to the series `(other)` because their app has as many series as it may
    /// have.
    pub series_overflowed: Count,
    /// Passwords that were compared and were wrong.
    pub passwords_wrong: Count,
    /// Passwords that were not compared, because too many others were waiting.
    pub passwords_refused: Count,
    /// Sign-ins by the provider that led nowhere.
    pub oidc_refused: Count,
    /// Changes that could not be written down, because too many others were waiting.
    pub audits_lost: Count,
    /// Requests refused because whoever asked may not do this.
    pub forbidden: Count,
    /// Live streams refused because as many as are allowed were open.
    pub subscribers_refused: Count,
    /// Searches of log lines refused because too many were running.
    pub searches_refused: Count,
    /// Lines left out of live tails because they arrived faster than a tail may send.
    pub tail_lines_skipped: Count,
    /// Requests answered with 500 after a panic.
    pub panics: Count,
    /// Requests that exceeded the time limit for a reply.
    pub replies_late: Count,
    /// Connections refused because all others were busy.
    pub connections_refused: Count,
    /// Idle or slow connections closed to admit a new one.
    pub connections_evicted: Count,
    /// Connections that the system could not accept.
    pub accepts_failed: Count,
    /// Connections closed because a request's head was too slow or too long.
    pub heads_refused: Count,
    /// TLS handshakes that failed.
    pub handshakes_failed: Count,
    /// Connections and requests without TLS where it is expected.
    pub plain_refused: Count,
    /// Syslog datagrams with a drain's token, and packets of statsd.
    pub datagrams: Count,
    /// When datagrams were last lost, microseconds since 1970.
    pub datagrams_lost_at_us: Gauge,
    /// Events and service checks of statsd.
    pub statsd_ignored: Count,
    /// Datagrams dropped because they had no known token, and seconds of statsd likewise.
    pub datagrams_refused: Count,
    /// Datagrams that the kernel dropped, or that could not be stored.
    pub datagrams_lost: Count,
    /// Requests refused because their body was too slow.
    pub bodies_slow: Count,
    /// Connections closed because the peer did not read the reply.
    pub answers_slow: Count,
    /// How long the last commit of batches took, microseconds.
    pub commit_us: Gauge,
}

impl Counters {
    /// Counts lost datagrams, at this time since 1970.
    pub(crate) fn lose_datagrams(&self, n: u64, at: Duration) {
        self.datagrams_lost.add(n);
        self.datagrams_lost_at_us.set(at);
    }
}

/// Lets what anybody can cause be logged once in a while.
#[derive(Debug, Default)]
pub(crate) struct LogPace(Mutex<Option<Instant>>);

impl LogPace {
    /// Whether it is time for another line.
    pub(crate) fn is_due(&self) -> bool {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_due = last.is_none_or(|it| it.elapsed() >= LOG_EVERY);
        if is_due {
            *last = Some(Instant::now());
        }
        is_due
    }
}

/// A value that is replaced. Relaxed atomics: it orders nothing else.
#[derive(Debug, Default)]
pub struct Gauge(AtomicU64);

impl Gauge {
    /// Replaces it by a time, microseconds.
    pub fn set(&self, time: Duration) {
        self.0.store(u64::try_from(time.as_micros()).unwrap_or(u64::MAX), Relaxed);
    }

    #[must_use]
    pub fn get(&self) -> u64 {
        self.0.load(Relaxed)
    }
}

/// A counter that only increases. Relaxed atomics: it orders nothing else.
#[derive(Debug, Default)]
pub struct Count(AtomicU64);

impl Count {
    pub fn add(&self, n: u64) {
        self.0.fetch_add(n, Relaxed);
    }

    #[must_use]
    pub fn get(&self) -> u64 {
        self.0.load(Relaxed)
    }
}
