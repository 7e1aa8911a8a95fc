//! Posts batches, one at a time, each until it is delivered or given up.
//!
//! Transport errors, 429 and 5xx are retried under the same batch id. So is a 401 in the first
//! seconds, when the server may not know a new drain yet. Any other status is final. Redirects are
//! not followed (a POST would become a GET without a body), and proxy variables are ignored, as
//! log-shuttle does.

use std::{
    io::Write,
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, RecvError},
    },
    thread,
    time::{Duration, Instant},
};

use flate2::{Compression, write::GzEncoder};
use ureq::{
    Agent,
    http::{Response, StatusCode, header},
    tls::TlsConfig,
};

use super::{
    backoff,
    batch::Batch,
    json_lines,
    losses::{Losses, Report},
    spool::Spool,
    target::Target,
};
use crate::clock;

/// How long a 401 is retried, in case the drain is new; the server reads its drains every second.
const NEW_DRAIN: Duration = Duration::from_secs(3);

/// How batches are sent.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// The drain to post to.
    pub target: Target,
    /// Whether bodies are compressed.
    pub gzip: bool,
    /// Whether bodies are JSON lines instead of frames.
    pub json: bool,
    /// Whether the server's certificate is not checked.
    pub skip_verify: bool,
    /// Whether each answered request is told on stderr.
    pub verbose: bool,
    /// How long one attempt may take.
    pub timeout: Duration,
    /// Most attempts for one batch; `None` for no limit.
    pub attempts_max: Option<u32>,
    /// APP-NAME of the frames that report losses.
    pub appname: String,
}

/// What became of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The server has accepted it.
    Delivered,
    /// It was refused, or its attempts are used up.
    Lost,
}

/// Posts batches over its own connection.
#[derive(Debug)]
pub(crate) struct Outlet {
    settings: Settings,
    losses: Arc<Losses>,
    agent: Agent,
    started: Instant,
    /// Whether the server has ever accepted a batch from this outlet.
    is_known: bool,
    /// The last message on stderr, so that a long outage is logged once.
    last_logged: String,
}

/// The result of one attempt.
enum Attempt {
    Accepted,
    Retry { reason: String, retry_after: Option<Duration> },
    Unauthorized { reason: String },
    Refused { reason: String },
}

impl Outlet {
    /// An outlet that counts delivered and lost lines in `losses`.
    #[must_use]
    pub(crate) fn new(settings: Settings, losses: Arc<Losses>) -> Self {
        let tls = TlsConfig::builder().disable_verification(settings.skip_verify).build();
        let config = Agent::config_builder()
            .tls_config(tls)
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .timeout_global(Some(settings.timeout))
            .user_agent(concat!("streamgauge-shuttle/", env!("CARGO_PKG_VERSION")))
            .accept_encoding("")
            .build();
        Self {
            settings,
            losses,
            agent: config.new_agent(),
            started: Instant::now(),
            is_known: false,
            last_logged: String::new(),
        }
    }

    /// Delivers batches until the queue is closed. Several outlets may share one queue.
    pub(crate) fn run(mut self, queue: &Mutex<Receiver<Batch>>) {
        while let Ok(batch) = next(queue) {
            self.deliver(batch);
        }
    }

    /// Delivers the batches of a spool until it is closed and empty.
    pub(crate) fn run_spool(mut self, spool: &Spool) {
        while let Some(next) = spool.next(|| self.losses.take_report()) {
            let outcome = self.send(next.batch, &next.report);
            let is_delivered = outcome == Outcome::Delivered;
            if is_delivered {
                self.losses.deliver(next.entry.frames);
            }
            spool.end(next.entry, is_delivered);
        }
    }

    /// Sends a batch with a report of losses, until it is delivered or given up.
    pub(crate) fn deliver(&mut self, batch: Batch) -> Outcome {
        let lines = batch.frames;
        let report = self.losses.take_report();
        let outcome = self.send(batch, &report);
        match outcome {
            Outcome::Delivered => self.losses.deliver(lines),
            Outcome::Lost => {
                self.losses.lose(lines, clock::now_us());
                self.losses.add_report(report);
            }
        }
        outcome
    }

    fn send(&mut self, batch: Batch, report: &Report) -> Outcome {
        let lines = batch.frames;
        let request = self.request(batch, report);
        for attempt in 1.. {
            match self.post(&request) {
                Attempt::Accepted => {
                    self.tell_delivery(&request, attempt);
                    self.is_known = true;
                    self.last_logged.clear();
                    return Outcome::Delivered;
                }
                Attempt::Unauthorized { .. } if self.may_be_new() => {
                    thread::sleep(backoff::wait(attempt, getrandom::u32().unwrap_or(0), None));
                }
                Attempt::Refused { reason } | Attempt::Unauthorized { reason } => {
                    self.log_once(format!("{reason}; {lines} lines are lost"));
                    break;
                }
                Attempt::Retry { reason, .. } if self.settings.attempts_max.is_some_and(|it| attempt >= it) => {
                    self.log_once(format!("{reason}; {lines} lines are lost after {attempt} attempts"));
                    break;
                }
                Attempt::Retry { reason, retry_after } => {
                    self.log_once(format!("{reason}; trying again"));
                    thread::sleep(backoff::wait(attempt, getrandom::u32().unwrap_or(0), retry_after));
                }
            }
        }
        Outcome::Lost
    }

    fn may_be_new(&self) -> bool {
        !self.is_known && self.started.elapsed() < NEW_DRAIN
    }

    fn request(&self, batch: Batch, report: &Report) -> Request {
        let frames = batch.frames + report.frames();
        let mut body = Vec::new();
        report.push_frames(&mut body, &self.settings.appname, clock::now_us());
        let body = if body.is_empty() {
            batch.body
        } else {
            body.extend_from_slice(&batch.body);
            body
        };
        let body = if self.settings.json { json_lines::of_frames(&body) } else { body };
        let compressed = self.settings.gzip.then(|| gzip(&body)).flatten();
        let is_gzip = compressed.is_some();
        let [dropped, lost] = [report.dropped, report.lost].map(|count| count.map(|it| it.lines));
        Request { id: batch.id, body: compressed.unwrap_or(body), is_gzip, frames, dropped, lost }
    }

    fn post(&self, request: &Request) -> Attempt {
        let content_type = if self.settings.json { "application/x-ndjson" } else { "application/logplex-1" };
        let mut post = self
            .agent
            .post(self.settings.target.uri.clone())
            .header(header::CONTENT_TYPE, content_type)
            .header("Logplex-Msg-Count", request.frames.to_string())
            .header("Logplex-Frame-Id", &request.id)
            .header("X-Request-Id", &request.id);
        if let Some(authorization) = &self.settings.target.authorization {
            post = post.header(header::AUTHORIZATION, authorization);
        }
        if request.is_gzip {
            post = post.header(header::CONTENT_ENCODING, "gzip");
        }
        for (name, lines) in [("Logplex-Drop-Count", request.dropped), ("Logplex-Lost-Count", request.lost)] {
            if let Some(lines) = lines {
                post = post.header(name, lines.to_string());
            }
        }
        match post.send(&request.body[..]) {
            Ok(response) => classify(response),
            Err(error @ (ureq::Error::BadUri(_) | ureq::Error::Http(_) | ureq::Error::TlsRequired)) => {
                Attempt::Refused { reason: error.to_string() }
            }
            Err(error) => Attempt::Retry { reason: error.to_string(), retry_after: None },
        }
    }

    fn tell_delivery(&self, request: &Request, attempt: u32) {
        if self.settings.verbose {
            let Request { id, frames, body, .. } = request;
            eprintln!(
                "streamgauge: shuttle: delivered request_id={id} lines={frames} bytes={} attempts={attempt}",
                body.len()
            );
        }
    }

    /// Logs a message, unless it is the same as the last one.
    fn log_once(&mut self, message: String) {
        if message != self.last_logged {
            eprintln!("streamgauge: shuttle: {message}");
            self.last_logged = message;
        }
    }
}

/// A batch as it is sent, the same in each attempt.
#[derive(Debug)]
struct Request {
    id: String,
    body: Vec<u8>,
    is_gzip: bool,
    frames: u64,
    dropped: Option<u64>,
    lost: Option<u64>,
}

/// Holds the lock only while waiting for a batch, never while sending one.
fn next(queue: &Mutex<Receiver<Batch>>) -> Result<Batch, RecvError> {
    queue.lock().unwrap_or_else(PoisonError::into_inner).recv()
}

fn classify(mut response: Response<ureq::Body>) -> Attempt {
    let status = response.status();
    // Read to its end even on success, because the connection can't be reused otherwise.
    let text = response.body_mut().with_config().limit(REPLY_BYTES_MAX).read_to_string();
    if status.is_success() {
        return Attempt::Accepted;
    }
    let text = text.unwrap_or_default();
    let text = text.lines().next().unwrap_or_default().trim();
    let reason =
        if text.is_empty() { format!("the server says {status}") } else { format!("the server says {status}: {text}") };
    if status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error() {
        let retry_after = response.headers().get(header::RETRY_AFTER).and_then(|it| it.to_str().ok());
        return Attempt::Retry { reason, retry_after: retry_after.and_then(backoff::retry_after) };
    }
    if status == StatusCode::UNAUTHORIZED { Attempt::Unauthorized { reason } } else { Attempt::Refused { reason } }
}

/// Most bytes of a reply that are read.
const REPLY_BYTES_MAX: u64 = 4096;

/// Compresses a body. Writing to memory doesn't fail; if it did, the body would be sent
/// uncompressed.
fn gzip(body: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 4), Compression::fast());
    encoder.write_all(body).ok()?;
    encoder.finish().ok()
}
