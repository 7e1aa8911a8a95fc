//! Posts the lines of stdin, of files and of containers to a drain: a log-shuttle whose delivery
//! survives a restart of the server.
//!
//! ```text
//! reader, follower --lines--> batcher --batches--> outlets --POST--> drain
//! ```
//! Threads with bounded queues between them: when the server is slow, the queues fill up, stdin
//! blocks, and files and containers are read no further. With a spool, batches wait on disk and
//! stdin never blocks. Kinesis and log-shuttle's own statistics are not supported.

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

/// Frames as JSON lines.
pub(crate) mod json_lines;

/// Batches on disk.
pub(crate) mod spool;

/// Posts batches to the drain.
pub(crate) mod outlet;

/// The thread that reads stdin.
pub(crate) mod reader;

/// The thread that follows files.
pub(crate) mod follow;

/// The thread that reads containers.
pub(crate) mod docker;

/// The thread that builds batches.
pub(crate) mod batcher;

use std::{
    io::{self, Read, Write},
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, SyncSender, channel, sync_channel},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use pipeline::Reducer;

use self::{
    batch::{BatchBuilder, BatchIds},
    batcher::{Batcher, Queue, WhenFull},
    follow::followed::Followed,
    formatter::Identity,
    input::Input,
    line_format::InputFormat,
    line_splitter::LineSplitter,
    losses::Losses,
    outlet::Outlet,
    position::Position,
    spool::Spool,
};
use crate::tap::unmatched::UnmatchedLines;

/// Most chunks that wait for the batcher.
const CHUNKS_MAX: usize = 16;
/// Most batches that wait in memory for an outlet; log-shuttle's `-back-buff`.
const BATCHES_MAX: usize = 50;
/// How long the last batches may take after a signal.
const FLUSH_MAX: Duration = Duration::from_secs(5);

/// The settings of a shuttle.
#[derive(Debug)]
pub(crate) struct Settings {
    /// The files to follow.
    pub files: Vec<Followed>,
    /// The containers to follow.
    pub docker: Option<docker::Settings>,
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
    /// Where batches are kept on disk; `None` for in memory only.
    pub spool: Option<spool::Settings>,
    /// What to do when the server is slower than stdin and there is no spool.
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

/// What became of the lines that were read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ended {
    /// Lines that were given up.
    pub missing: u64,
    /// Lines that the spool keeps for the next start.
    pub kept: u64,
}

/// Delivers `stdin`, if there is one, until its end or a signal, and files and containers until a
/// signal.
///
/// # Errors
/// When the system has no threads, signals or randomness, when the spool cannot be used, or when a
/// thread panicked.
pub(crate) fn run(
    mut settings: Settings,
    stdin: Option<impl Read + Send + 'static>,
    tee: Option<impl Write + Send + 'static>,
) -> io::Result<Ended> {
    let losses = Arc::new(Losses::default());
    let unmatched: Arc<Mutex<UnmatchedLines>> = Arc::default();
    let (events, happened) = channel();
    let (chunks, input) = sync_channel(CHUNKS_MAX);
    let spool = settings.spool.take().map(Spool::open).transpose()?.map(Arc::new);
    if let Some(spool) = &spool {
        losses.take(spool.waiting_lines());
        resume(&mut settings.files, &spool.positions());
    }

    watch_signals(events.clone(), chunks.clone())?;
    let has_only_stdin = settings.files.is_empty() && settings.docker.is_none();
    start_docker(settings.docker.take(), spool.clone(), &chunks)?;
    start_readers(stdin, tee, std::mem::take(&mut settings.files), spool.clone(), &chunks)?;
    drop(chunks);
    let workers = start_workers(settings, has_only_stdin, spool.clone(), input, &losses, &unmatched)?;
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
        _ => {
            let kept = spool.map_or(0, |it| it.waiting_lines());
            Ok(Ended { missing: losses.undelivered().saturating_sub(kept), kept })
        }
    }
}

/// Starts the batcher and the outlets.
fn start_workers(
    settings: Settings,
    has_only_stdin: bool,
    spool: Option<Arc<Spool>>,
    input: Receiver<Input>,
    losses: &Arc<Losses>,
    unmatched: &Arc<Mutex<UnmatchedLines>>,
) -> io::Result<Vec<JoinHandle<()>>> {
    let (queue, batches) = sync_channel(BATCHES_MAX);
    let ids = BatchIds::random().map_err(|it| io::Error::other(it.to_string()))?;
    let batcher = Batcher {
        splitter: LineSplitter::new(settings.format, Arc::clone(&settings.identity), settings.text_bytes_max),
        line_splitter: LineSplitter::new(settings.format, settings.identity, settings.text_bytes_max),
        has_only_stdin,
        builder: BatchBuilder::new(ids, settings.frames_max),
        wait: settings.wait,
        losses: Arc::clone(losses),
        queue: spool.clone().map_or(Queue::Memory(queue, settings.when_full), Queue::Spool),
        reducer: Reducer::timeless(),
        unmatched: Arc::clone(unmatched),
    };
    let mut workers = vec![thread::Builder::new().name("batcher".into()).spawn(move || batcher.run(&input))?];
    let outlet = || Outlet::new(settings.outlet.clone(), Arc::clone(losses));
    if let Some(spool) = spool {
        let outlet = outlet();
        workers.push(thread::Builder::new().name("outlet".into()).spawn(move || outlet.run_spool(&spool))?);
        return Ok(workers);
    }
    let batches = Arc::new(Mutex::new(batches));
    for _ in 0..settings.outlets.max(1) {
        let (outlet, batches) = (outlet(), Arc::clone(&batches));
        workers.push(thread::Builder::new().name("outlet".into()).spawn(move || outlet.run(&batches))?);
    }
    Ok(workers)
}

/// Tells files where an earlier process has ended.
fn resume(files: &mut [Followed], positions: &[Position]) {
    for file in files {
        let name = follow::followed::name(&file.path);
        file.resume = positions.iter().find(|it| it.file.name == name).cloned();
    }
}

/// Starts a thread for stdin and one for files.
fn start_readers(
    stdin: Option<impl Read + Send + 'static>,
    tee: Option<impl Write + Send + 'static>,
    files: Vec<Followed>,
    spool: Option<Arc<Spool>>,
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
        thread::Builder::new().name("follower".into()).spawn(move || {
            follow::run(files, || spool.as_ref().is_none_or(|it| it.has_room()), &chunks);
        })?;
    }
    Ok(())
}

/// Starts a thread for containers.
fn start_docker(
    settings: Option<docker::Settings>,
    spool: Option<Arc<Spool>>,
    chunks: &SyncSender<Input>,
) -> io::Result<()> {
    let Some(settings) = settings else { return Ok(()) };
    let chunks = chunks.clone();
    thread::Builder::new().name("docker".into()).spawn(move || {
        let has_room = move || spool.as_ref().is_none_or(|it| it.has_room());
        if let Err(error) = docker::run(settings, Arc::new(has_room), chunks) {
            eprintln!("streamgauge: shuttle: containers cannot be read: {error}");
        }
    })?;
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
