//! Syslog over TCP: octet-counted frames or lines, told apart frame by frame. Nothing is ever answered, as the protocol
//! has it; a store that is busy is felt by the sender as a connection that takes no more.
//!
//! A frame proves itself by a drain's token: as HOSTNAME (where logplex puts its own token), as APP-NAME (in RFC 3164 the
//! TAG, which Docker can be told), or anywhere in STRUCTURED-DATA, which is what rsyslog and syslog-ng can be told to write. The token holds for the frames after it
//! until another comes. It is overwritten before anything is kept. What arrives before the first token closes the
//! connection. TLS is left to a proxy.
//!
//! # Limits
//! Connections that have not proved themselves are counted apart: [`PROVE_MAX`] and [`UNPROVEN_BYTES_MAX`] for the first frame, and the
//! oldest of them makes room for the next. Then: [`IDLE_MAX`] without a byte, [`FRAME_MAX`] for a frame, [`LONG_FRAMES_MAX`]; a batch is
//! committed at [`BATCH_BYTES`] or after [`BATCH_WAIT`].

use std::{sync::Arc, time::Duration};

use pipeline::{Frames, Line, frame, syslog};
use tokio::{
    io::AsyncReadExt,
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time::{Instant, sleep, timeout, timeout_at},
};
use tokio_util::sync::CancellationToken;

use super::{Intake, Receipt, Refusal, batch::Source, logs::now_ms};
use crate::{
    access::{App, Drain, Token},
    net::{
        limits::Limits,
        table::{Slot, Table},
        tcp,
    },
};

/// How long a sender may take to prove itself. One retransmission takes 200 ms to 3 s.
pub const PROVE_MAX: Duration = Duration::from_secs(10);
/// Bytes in which it must do so. Logplex's lines have 10,000 at most.
pub const UNPROVEN_BYTES_MAX: usize = 64 << 10;
/// How long a frame may take from its first byte to its last.
pub const FRAME_MAX: Duration = Duration::from_secs(60);
/// Connections that may be in the middle of a frame longer than a batch; others wait. Such a frame has up to 1 MiB.
pub const LONG_FRAMES_MAX: usize = 16;
/// Bytes set aside for one read.
const READ_BYTES: usize = 16 << 10;
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
/// Digits of a frame's count and the blank behind them.
const COUNT_BYTES_MAX: usize = 8;
/// Words of a frame's structured data that are tried as tokens.
const WORDS_MAX: usize = 4;

/// Accepts connections until the token is cancelled.
pub async fn listen(listener: TcpListener, intake: Intake, limits: Limits, shutdown: CancellationToken) {
    let unproven = Table::new(limits.syslog_unproven, Arc::clone(&intake.counters));
    let proven = Arc::new(Semaphore::new(limits.syslog));
    let long = Arc::new(Semaphore::new(LONG_FRAMES_MAX));
    loop {
        let accepted = tokio::select! {
            () = shutdown.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        let Ok((stream, peer)) = accepted else {
            intake.counters.accepts_failed.add(1);
            sleep(ACCEPT_PAUSE).await;
            continue;
        };
        tcp::prepare(&stream);
        let Some(slot) = unproven.admit(peer.ip()) else {
            intake.counters.connections_refused.add(1);
            continue;
        };
        let connection = Connection {
            stream,
            intake: intake.clone(),
            buffer: Vec::new(),
            proven: None,
            stranger: None,
            long: Arc::clone(&long),
        };
        let (shutdown, proven) = (shutdown.clone(), Arc::clone(&proven));
        tokio::spawn(async move {
            tokio::select! {
                () = shutdown.cancelled() => {}
                why = serve(connection, slot, proven) => tracing::debug!(%peer, why, "a syslog connection ended"),
            }
        });
    }
}

/// Lets a sender prove itself, then reads until it leaves; says why it ended.
async fn serve(mut connection: Connection, slot: Slot, proven: Arc<Semaphore>) -> &'static str {
    let counters = Arc::clone(&connection.intake.counters);
    let first = tokio::select! {
        () = slot.state.evicted() => return "it made room for a newer one",
        first = timeout(PROVE_MAX, connection.first()) => first,
    };
    let (batch, is_over) = match first {
        Ok(Ok(first)) => first,
        Ok(Err(why)) => return why,
        Err(_) => {
            counters.unauthorized.add(1);
            return "it did not prove itself in time";
        }
    };
    let Ok(_place) = proven.try_acquire() else {
        counters.connections_refused.add(1);
        return "there are as many connections as there may be";
    };
    drop(slot);
    match connection.take(batch).await {
        Ok(()) if is_over => "the sender left",
        Ok(()) => connection.run().await,
        Err(why) => why,
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
    long: Arc<Semaphore>,
    /// The last word that was looked up and is no token.
    stranger: Option<String>,
}

impl Connection {
    /// Reads the first frames, which must prove the sender; says whether it has left.
    async fn first(&mut self) -> Result<(Vec<u8>, bool), &'static str> {
        loop {
            let free = UNPROVEN_BYTES_MAX - self.buffer.len();
            if free == 0 {
                // The frame behind the first may be long, and where the first ends is sure only when that is whole.
                let buffer = std::mem::take(&mut self.buffer);
                let first = by_its_count(&buffer).unwrap_or_default();
                self.proven = self.prove_first(first).await;
                self.buffer = buffer;
                if self.proven.is_some() {
                    return Ok((vec![], false));
                }
                self.intake.counters.unauthorized.add(1);
                return Err("its first frame was too long, or had no token of ours");
            }
            self.buffer.reserve(free.min(READ_BYTES));
            let read = (&mut self.stream).take(free as u64).read_buf(&mut self.buffer).await;
            let is_over = read.map_err(|_| "the connection broke")? == 0;
            if is_over && self.buffer.trim_ascii().is_empty() {
                return Err("the sender left");
            }
            let whole = if is_over { self.buffer.len() } else { frame::complete_bytes(&self.buffer) };
            let first = self.buffer.trim_ascii_start().first();
            if whole == 0 && first.is_some_and(|it| *it != b'<' && !it.is_ascii_digit()) {
                self.intake.counters.unauthorized.add(1);
                return Err("it does not speak syslog");
            }
            let batch = self.cut(whole);
            if batch.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            self.proven = self.prove_first(&batch).await;
            if self.proven.is_none() {
                self.intake.counters.unauthorized.add(1);
                return Err("its first frame had no token of ours");
            }
            return Ok((batch, is_over));
        }
    }

    /// Reads until the sender leaves; says why it ended.
    async fn run(mut self) -> &'static str {
        let mut due = None::<Instant>;
        // When the frame that is on its way must be whole, and the permit for it to be long.
        let mut frame_due = None::<Instant>;
        let mut long = None;
        let mut full = self.buffer.len() + BATCH_BYTES;
        loop {
            if self.buffer.len() > BATCH_BYTES && long.is_none() {
                long = timeout(FRAME_MAX, Arc::clone(&self.long).acquire_owned()).await.ok();
                if long.is_none() {
                    return "too many long frames are on their way";
                }
            }
            self.buffer.reserve(READ_BYTES);
            let until = due.or(frame_due).unwrap_or_else(|| Instant::now() + IDLE_MAX);
            let is_over = match timeout_at(until, self.stream.read_buf(&mut self.buffer)).await {
                Ok(Ok(0)) => true,
                Ok(Ok(_)) if self.buffer.len() < full => {
                    due = due.or_else(|| Some(Instant::now() + BATCH_WAIT));
                    continue;
                }
                Ok(Ok(_)) => false,
                Ok(Err(_)) => return "the connection broke",
                // The batch has waited long enough.
                Err(_) if due.is_some() => false,
                Err(_) if frame_due.is_some() => {
                    self.intake.counters.bodies_slow.add(1);
                    return "a frame took too long";
                }
                Err(_) => return "nothing came for too long",
            };
            due = None;
            let whole = if is_over { self.buffer.len() } else { frame::complete_bytes(&self.buffer) };
            if whole > 0 {
                let batch = self.cut(whole);
                if let Err(why) = self.take(batch).await {
                    return why;
                }
                frame_due = None;
            }
            if is_over {
                return "the sender left";
            }
            if self.buffer.len() <= BATCH_BYTES {
                long = None;
            }
            if !self.buffer.is_empty() {
                frame_due = frame_due.or_else(|| Some(Instant::now() + FRAME_MAX));
            }
            full = self.buffer.len() + BATCH_BYTES;
        }
    }

    /// Takes whole frames off the buffer.
    fn cut(&mut self, whole: usize) -> Vec<u8> {
        let rest = self.buffer.split_off(whole);
        std::mem::replace(&mut self.buffer, rest)
    }

    /// Hands on frames, cut where their drain or app changes.
    async fn take(&mut self, mut batch: Vec<u8>) -> Result<(), &'static str> {
        let mut runs: Vec<Run> = Vec::new();
        let mut marks = Vec::new();
        let mut end = 0;
        let mut frames = Frames::new(&batch);
        while let Some(frame) = frames.next() {
            let Ok(frame) = frame else { continue };
            let from = frames.item_start();
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

    /// What the first frame proves that is a syslog message.
    async fn prove_first(&mut self, batch: &[u8]) -> Option<Arc<Proven>> {
        let frame = Frames::new(batch).flatten().find(|frame| syslog::parse(frame, false).is_ok())?;
        let line = syslog::parse(frame, false).ok()?;
        self.prove(&line, header(frame, &line)).await
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
            if self.offer(source.clone(), body).await.is_ok() {
                return Ok(());
            }
        }
        self.intake.counters.failed.add(1);
        Err("the store could not keep it")
    }

    async fn offer(&self, source: Source, body: &[u8]) -> Result<Receipt, Refusal> {
        let mut room = self.intake.begin(source.drain_id).await?;
        room.grow(body.len()).await?;
        self.intake.take(source, body.to_vec(), &mut room).await
    }
}

/// The first frame and its count, which is believed.
fn by_its_count(buffer: &[u8]) -> Option<&[u8]> {
    let text = buffer.trim_ascii_start();
    let space = memchr::memchr(b' ', &text[..text.len().min(COUNT_BYTES_MAX)])?;
    let count: usize = std::str::from_utf8(&text[..space]).ok()?.parse().ok()?;
    text.get(..(space + 1).checked_add(count)?)
}

/// The part of a frame before its text.
fn header<'a>(frame: &'a [u8], line: &Line<'_>) -> &'a [u8] {
    let end = frame.strip_suffix(b"\n").map_or(frame, |it| it.strip_suffix(b"\r").unwrap_or(it));
    &end[..end.len() - line.msg.len()]
}
