//! Posts the lines of stdin and of files to a drain: a log-shuttle whose delivery survives a restart of the
//! server.
//!
//! ```text
//! reader, follower --lines--> batcher --batches--> outlets --POST--> drain
//! ```
//! Threads with bounded queues between them: when the server is slow, the queues fill up, stdin
//! blocks, and files are read no further. Kinesis and log-shuttle's own statistics are not supported.

/// Detects the format of a line.
pub(crate) mod line_format;

/// The header of an RFC 5424 message.
pub(crate) mod syslog;

/// Formats lines as frames.
pub(crate) mod formatter;

/// Up to where files are read.
pub(crate) mod position;

/// What readers hand to the batcher.
pub(crate) mod input;

/// Splits bytes into frames.
pub(crate) mod line_splitter;

/// Builds batches from frames.
pub(crate) mod batch;

/// Counts and reports lost lines.
pub(crate) mod losses;

/// The URL and credentials of a drain.
pub(crate) mod target;

/// The wait between attempts.
pub(crate) mod backoff;

/// Posts batches to the drain.
pub(crate) mod outlet;

/// The thread that reads stdin.
pub(crate) mod reader;

/// The thread that follows files.
pub(crate) mod follow;

/// The thread that builds batches.
pub(crate) mod batcher;

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
    follow::followed::Followed,
    formatter::Identity,
    input::Input,
    line_format::InputFormat,
    line_splitter::LineSplitter,
    losses::Losses,
    outlet::Outlet,
};
use crate::tap::unmatched::UnmatchedLines;

/// Most chunks that wait for the batcher.
const CHUNKS_MAX: usize = 16;
/// Most batches that wait for an outlet; log-shuttle's `-back-buff`.
const BATCHES_MAX: usize = 50;
/// How long the last batches may take after a signal.
const FLUSH_MAX: Duration = Duration::from_secs(5);

/// The settings of a shuttle.
#[derive(Debug)]
pub(crate) struct Settings {
    /// The files to follow.
    pub files: Vec<Followed>,
    /// The format of the lines.
    pub format: InputFormat,
    /// The header fields of stdin's raw lines.
    pub identity: Arc<Identity>,
    /// Most bytes of text in one frame.
    pub text_bytes_max: usize,
    /// Most frames of a batch.
    pub frames_max: u64,
    /// How long a batch may wait for more frames.
    pub wait: Duration,
    /// What to do when the server is slower than stdin.
    pub when_full: WhenFull,
    /// Most batches in flight at once.
    pub outlets: usize,
    /// How batches are sent.
    pub outlet: outlet::Settings,
}

/// What the main thread waits for.
enum Event {
    /// Batcher and outlets have ended; this many of them panicked.
    Finished(usize),
    Signal,
}

/// Delivers `stdin`, if there is one, until its end or a signal, and files until a signal. Returns the number of lines that were not delivered.
///
/// # Errors
/// When the system has no threads, signals or randomness, or when a thread panicked.
pub(crate) fn run(
    settings: Settings,
    stdin: Option<impl Read + Send + 'static>,
    tee: Option<impl Write + Send + 'static>,
) -> io::Result<u64> {
    let losses = Arc::new(Losses::default());
    let unmatched: Arc<Mutex<UnmatchedLines>> = Arc::default();
    let (events, happened) = channel();
    let (chunks, input) = sync_channel(CHUNKS_MAX);
    let (queue, batches) = sync_channel(BATCHES_MAX);

    watch_signals(events.clone(), chunks.clone())?;
    let has_only_stdin = settings.files.is_empty();
    start_readers(stdin, tee, settings.files, &chunks)?;
    drop(chunks);
    let batcher = Batcher {
        splitter: LineSplitter::new(settings.format, Arc::clone(&settings.identity), settings.text_bytes_max),
        line_splitter: LineSplitter::new(settings.format, settings.identity, settings.text_bytes_max),
        has_only_stdin,
        builder: BatchBuilder::new(
            BatchIds::random().map_err(|it| io::Error::other(it.to_string()))?,
            settings.frames_max,
        ),
        wait: settings.wait,
        when_full: settings.when_full,
        losses: Arc::clone(&losses),
        queue,
        reducer: Reducer::timeless(),
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
        // After a signal and its time limit, nobody receives this.
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
        // Lines that were not flushed in time are among the missing.
        _ => Ok(losses.undelivered()),
    }
}

/// Starts a thread for stdin and one for files.
fn start_readers(
    stdin: Option<impl Read + Send + 'static>,
    tee: Option<impl Write + Send + 'static>,
    files: Vec<Followed>,
    chunks: &SyncSender<Input>,
) -> io::Result<()> {
    if let Some(stdin) = stdin {
        let chunks = chunks.clone();
        thread::Builder::new().name("reader".into()).spawn(move || {
            if let Err(error) = reader::read(stdin, tee, &chunks) {
                eprintln!("streamgauge: shuttle: stdin cannot be read further: {error}");
            }
        })?;
    }
    if !files.is_empty() {
        let chunks = chunks.clone();
        thread::Builder::new().name("follower".into()).spawn(move || follow::run(files, || true, &chunks))?;
    }
    Ok(())
}

/// Treats a signal as the end of the input; what was read before it is still sent.
fn watch_signals(events: std::sync::mpsc::Sender<Event>, chunks: SyncSender<Input>) -> io::Result<()> {
    crate::signals::on_signal(move || {
        // Either send fails only when the receiver has ended already.
        let _ = events.send(Event::Signal);
        let _ = chunks.send(Input::End);
    })
}
