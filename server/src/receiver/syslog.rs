//! Syslog over TCP: octet-counted frames or lines, told apart frame by frame. Nothing is ever answered, as the protocol
//! has it; a store that is busy is felt by the sender as a connection that takes no more.
//!
//! A frame proves itself by a drain's token: as HOSTNAME (where logplex puts its own token), as APP-NAME, or anywhere in
//! STRUCTURED-DATA, which is what rsyslog and syslog-ng can be told to write. The token holds for the frames after it
//! until another comes. It is overwritten before anything is kept. What arrives before the first token closes the
//! connection. TLS is left to a proxy.
//!
//! # Limits
//! [`CONNECTIONS_MAX`]; [`IDLE_MAX`] without a byte; a batch is committed at [`BATCH_BYTES`] or after [`BATCH_WAIT`].

use std::{sync::Arc, time::Duration};

use pipeline::{Frames, Line, frame, syslog};
use tokio::{
    io::AsyncReadExt,
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time::{Instant, sleep, timeout, timeout_at},
};
use tokio_util::sync::CancellationToken;

use super::{Intake, batch::Source, logs::now_ms};
use crate::access::{App, Drain, Token};

/// Most connections at once; further ones are closed at once.
pub const CONNECTIONS_MAX: usize = 500;
/// A connection that has been silent for so long is closed. Logplex closes its own after 4 minutes.
pub const IDLE_MAX: Duration = Duration::from_secs(300);
/// Bytes that make a batch full.
pub const BATCH_BYTES: usize = 100 << 10;
/// How long the first frame of a batch waits for more.
pub const BATCH_WAIT: Duration = Duration::from_millis(200);
/// How long to wait after the system could not accept a connection.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// Tries before a batch is given up that the store could not keep.
const TRIES_MAX: u32 = 5;
/// Words of a frame's structured data that are tried as tokens.
const WORDS_MAX: usize = 4;

/// Accepts connections until the token is cancelled.
pub async fn listen(listener: TcpListener, intake: Intake, shutdown: CancellationToken) {
    let room = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    loop {
        let accepted = tokio::select! {
            () = shutdown.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        let Ok((stream, peer)) = accepted else {
            sleep(ACCEPT_PAUSE).await;
            continue;
        };
        let Ok(permit) = Arc::clone(&room).try_acquire_owned() else {
            intake.counters.shed.add(1);
            continue;
        };
        let connection =
            Connection { stream, intake: intake.clone(), buffer: Vec::new(), proven: None, stranger: None };
        let shutdown = shutdown.clone();
        tokio::spawn(async move {
            tokio::select! {
                () = shutdown.cancelled() => {}
                why = connection.run() => tracing::debug!(%peer, why, "a syslog connection ended"),
            }
            drop(permit);
        });
    }
}

/// What the last token proved.
#[derive(Debug)]
struct Proven {
    token: Vec<u8>,
    drain: Drain,
}

impl Proven {
    /// The app of a line: that of its drain, or of a shared one the app that APP-NAME names, which the token does not.
    fn app_of(&self, line: &Line<'_>) -> Option<Arc<str>> {
        if let Some(app) = &self.drain.app {
            return Some(Arc::clone(&app.name));
        }
        let name = std::str::from_utf8(line.app).ok().filter(|_| line.app != self.token)?;
        App::check_name(name).is_ok().then(|| Arc::from(name))
    }
}

/// Frames of one drain and app, from there in a batch to the next.
#[derive(Debug)]
struct Run {
    begin: usize,
    drain_id: i64,
    app: Option<Arc<str>>,
}

struct Connection {
    stream: TcpStream,
    intake: Intake,
    buffer: Vec<u8>,
    proven: Option<Arc<Proven>>,
    /// The last word that was looked up and is no token.
    stranger: Option<String>,
}

impl Connection {
    /// Reads until the sender leaves; says why it ended.
    async fn run(mut self) -> &'static str {
        let mut due = None::<Instant>;
        loop {
            self.buffer.reserve(BATCH_BYTES);
            let read = async {
                match due {
                    Some(due) => timeout_at(due, self.stream.read_buf(&mut self.buffer)).await.ok(),
                    None => timeout(IDLE_MAX, self.stream.read_buf(&mut self.buffer)).await.ok(),
                }
            };
            let is_over = match read.await {
                Some(Ok(0)) => true,
                Some(Ok(_)) if self.buffer.len() < BATCH_BYTES => {
                    due = due.or_else(|| Some(Instant::now() + BATCH_WAIT));
                    continue;
                }
                Some(Ok(_)) => false,
                Some(Err(_)) => return "the connection broke",
                // The batch has waited long enough.
                None if due.is_some() => false,
                None => return "nothing came for too long",
            };
            due = None;
            let whole = if is_over { self.buffer.len() } else { frame::whole(&self.buffer) };
            let first = self.buffer.trim_ascii_start().first();
            if whole == 0 && self.proven.is_none() && first.is_some_and(|it| *it != b'<' && !it.is_ascii_digit()) {
                self.intake.counters.unauthorized.add(1);
                return "it does not speak syslog";
            }
            let rest = self.buffer.split_off(whole);
            let batch = std::mem::replace(&mut self.buffer, rest);
            if let Err(why) = self.take(batch).await {
                return why;
            }
            if is_over {
                return "the sender left";
            }
        }
    }

    /// Hands on frames, cut where their drain or app changes.
    async fn take(&mut self, mut batch: Vec<u8>) -> Result<(), &'static str> {
        let mut runs: Vec<Run> = Vec::new();
        let mut marks = Vec::new();
        let mut end = 0;
        let mut frames = Frames::new(&batch);
        while let Some(frame) = frames.next() {
            let Ok(frame) = frame else { continue };
            let from = batch.len() - frames.text().len();
            if let Ok(line) = syslog::parse(frame, false) {
                let header = header(frame, &line);
                let Some(proven) = self.prove(&line, header).await else {
                    self.intake.counters.unauthorized.add(1);
                    return Err("its first frame had no token of ours");
                };
                let places = memchr::memmem::find_iter(header, &proven.token);
                marks.extend(places.map(|place| from + place..from + place + proven.token.len()));
                let app = proven.app_of(&line);
                if runs.last().is_none_or(|it| (it.drain_id, &it.app) != (proven.drain.id, &app)) {
                    // What is before the first frame belongs to it; damage between others, to those before it.
                    let begin = if runs.is_empty() { 0 } else { end };
                    runs.push(Run { begin, drain_id: proven.drain.id, app });
                }
                self.proven = Some(proven);
            }
            end = from + frame.len();
        }
        if runs.is_empty() {
            let proven = self.proven.as_ref().ok_or("no token came")?;
            runs.push(Run { begin: 0, drain_id: proven.drain.id, app: proven.app_of(&Line::default()) });
        }
        marks.into_iter().for_each(|it| batch[it].fill(b'x'));
        let ends: Vec<usize> = runs.iter().skip(1).map(|it| it.begin).chain([batch.len()]).collect();
        for (run, end) in runs.into_iter().zip(ends) {
            let body = &batch[run.begin..end];
            if !body.iter().all(u8::is_ascii_whitespace) {
                self.keep(run, body).await?;
            }
        }
        Ok(())
    }

    /// What a frame proves by a token of its own, or what the one before it proved.
    async fn prove(&mut self, line: &Line<'_>, header: &[u8]) -> Option<Arc<Proven>> {
        if let Some(proven) = &self.proven
            && memchr::memmem::find(header, &proven.token).is_some()
        {
            return Some(Arc::clone(proven));
        }
        let in_data = memchr::memmem::find_iter(header, b"sg_").map(|at| {
            let word = &header[at..];
            let end = word.iter().position(|it| !(it.is_ascii_alphanumeric() || b"_-".contains(it)));
            &word[..end.unwrap_or(word.len())]
        });
        let words = [line.host, line.app].into_iter().chain(in_data.take(WORDS_MAX));
        let words: Vec<&str> = words.filter_map(|it| std::str::from_utf8(it).ok()).collect();
        let known = words.iter().find_map(|it| Some((*it, self.intake.tokens.find_token(it)?)));
        let found = match known {
            Some(found) => Some(found),
            None => self.look_up(&words).await,
        };
        let found = found.map(|(token, drain)| Arc::new(Proven { token: token.as_bytes().to_vec(), drain }));
        found.or_else(|| self.proven.clone())
    }

    /// A drain that was made a moment ago. Once the connection has proved itself, only words in the form of our tokens are looked
    /// up, and none twice in a row: names of hosts are in every frame.
    async fn look_up<'a>(&mut self, words: &[&'a str]) -> Option<(&'a str, Drain)> {
        for word in words {
            let is_worth_it = self.proven.is_none() || Token::is_ours(word);
            if !is_worth_it || self.stranger.as_deref() == Some(word) {
                continue;
            }
            if let Ok(drain) = self.intake.tokens.prove_any([*word].into_iter()).await {
                return Some((word, drain));
            }
            self.stranger = Some((*word).to_owned());
        }
        None
    }

    async fn keep(&self, run: Run, body: &[u8]) -> Result<(), &'static str> {
        let source = Source {
            drain_id: run.drain_id,
            app: run.app.ok_or("the drain is shared, and APP-NAME names no app")?,
            batch_id: None,
            received_ms: now_ms(),
            from_logplex: false,
            prefix: String::new(),
            source_prefix: String::new(),
        };
        // There is no answer to refuse with, so the sender waits as long as it takes, within reason.
        for _ in 0..TRIES_MAX {
            self.intake.available.opened().await;
            if self.intake.take(source.clone(), body.to_vec()).await.is_ok() {
                return Ok(());
            }
        }
        self.intake.counters.failed.add(1);
        Err("the store could not keep it")
    }
}

/// The part of a frame before its text.
fn header<'a>(frame: &'a [u8], line: &Line<'_>) -> &'a [u8] {
    let end = frame.strip_suffix(b"\n").map_or(frame, |it| it.strip_suffix(b"\r").unwrap_or(it));
    &end[..end.len() - line.msg.len()]
}
