//! Stdin to a drain: what log-shuttle does, with delivery that survives a restart of the server.
//!
//! ```text
//! reader --chunks--> batcher --batches--> outlets --POST--> drain
//! ```
//! Threads and bounded queues: where the server is slow, the queues fill and stdin waits. Kinesis and log-shuttle's own
//! statistics are left out.

/// What a line looks like.
pub mod line_format;

/// Headers of messages that are passed on.
pub mod syslog;

/// Lines become frames.
pub mod formatter;

/// Bytes become lines.
pub mod line_splitter;

/// What one request carries.
pub mod batch;

/// Lines that did not make it.
pub mod losses;

/// Where to post.
pub mod target;

/// How long to wait between attempts.
pub mod backoff;

/// Posting.
pub mod outlet;

/// The thread that reads.
pub mod reader;

/// The thread that makes batches.
pub mod batcher;

use std::{
    io::{self, Read, Write},
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{SyncSender, channel, sync_channel},
    },
    thread,
    time::Duration,
};

use pipeline::Reducer;

use self::{
    batch::{BatchBuilder, BatchIds},
    batcher::{Batcher, WhenFull},
    formatter::Identity,
    line_format::InputFormat,
    line_splitter::LineSplitter,
    losses::Losses,
    outlet::Outlet,
    reader::Input,
};
use crate::tap::unmatched::UnmatchedLines;

/// Chunks that may wait for the batcher.
const CHUNKS_MAX: usize = 16;
/// Batches that may wait for an outlet; log-shuttle's `-back-buff`.
const BATCHES_MAX: usize = 50;
/// How long a signal lets the last batches take.
const FLUSH_MAX: Duration = Duration::from_secs(5);

/// All that a shuttle is told.
#[derive(Debug)]
pub struct Settings {
    /// How stdin is read.
    pub format: InputFormat,
    /// What raw lines say of their sender.
    pub identity: Identity,
    /// Most bytes of text in one frame.
    pub text_bytes_max: usize,
    /// Most frames of a batch.
    pub frames_max: u64,
    /// How long a batch may wait for more.
    pub wait: Duration,
    /// What to do when the server is slower than stdin.
    pub when_full: WhenFull,
    /// How many batches may be on their way at once.
    pub outlets: usize,
    /// How batches are sent.
    pub outlet: outlet::Settings,
}

/// What the main thread waits for.
enum Event {
    /// Batcher and outlets have ended; how many of them by a panic.
    Finished(usize),
    Signal,
}

/// Delivers `stdin` to its end, or until a signal. Gives the number of lines that did not arrive.
///
/// # Errors
/// The system has no threads, signals or random numbers to give, or a thread panicked.
pub fn run(
    settings: Settings,
    stdin: impl Read + Send + 'static,
    tee: Option<impl Write + Send + 'static>,
) -> io::Result<u64> {
    let losses = Arc::new(Losses::default());
    let unmatched: Arc<Mutex<UnmatchedLines>> = Arc::default();
    let (events, happened) = channel();
    let (chunks, input) = sync_channel(CHUNKS_MAX);
    let (queue, batches) = sync_channel(BATCHES_MAX);

    watch_signals(events.clone(), chunks.clone())?;
    thread::Builder::new().name("reader".into()).spawn(move || {
        if let Err(error) = reader::read(stdin, tee, &chunks) {
            eprintln!("streamgauge: shuttle: stdin cannot be read further: {error}");
        }
    })?;
    let batcher = Batcher {
        splitter: LineSplitter::new(settings.format, settings.identity, settings.text_bytes_max),
        builder: BatchBuilder::new(
            BatchIds::random().map_err(|it| io::Error::other(it.to_string()))?,
            settings.frames_max,
        ),
        wait: settings.wait,
        when_full: settings.when_full,
        losses: Arc::clone(&losses),
        queue,
        reader: Reducer::timeless(),
        unmatched: Arc::clone(&unmatched),
    };
    let mut workers = vec![thread::Builder::new().name("batcher".into()).spawn(move || batcher.run(&input))?];
    let batches = Arc::new(Mutex::new(batches));
    for _ in 0..settings.outlets.max(1) {
        let outlet = Outlet::new(settings.outlet.clone(), Arc::clone(&losses));
        let batches = Arc::clone(&batches);
        workers.push(thread::Builder::new().name("outlet".into()).spawn(move || outlet.run(&batches))?);
    }
    thread::Builder::new().name("waiter".into()).spawn(move || {
        let broken = workers.into_iter().filter_map(|it| it.join().err()).count();
        // The main thread has left when a signal's time was up.
        let _ = events.send(Event::Finished(broken));
    })?;
    let last = match happened.recv() {
        Ok(Event::Signal) => happened.recv_timeout(FLUSH_MAX).ok(),
        other => other.ok(),
    };
    if let Some(summary) = unmatched.lock().unwrap_or_else(PoisonError::into_inner).summary() {
        eprintln!("{summary}");
    }
    match last {
        Some(Event::Finished(broken)) if broken > 0 => Err(io::Error::other("a thread of the shuttle panicked")),
        // Whether a flush was done in time shows in what is missing.
        _ => Ok(losses.missing()),
    }
}

/// A signal is the end of the input; what was read before it is still sent.
fn watch_signals(events: std::sync::mpsc::Sender<Event>, chunks: SyncSender<Input>) -> io::Result<()> {
    crate::signals::on_signal(move || {
        // Either send fails only when the other side is done already.
        let _ = events.send(Event::Signal);
        let _ = chunks.send(Input::End);
    })
}
