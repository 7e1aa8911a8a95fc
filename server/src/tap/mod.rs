//! `streamgauge tap`: the pipeline alone behind a pipe. Stdin is read to its end; once a second one line tells what came.
//!
//! One thread reads and counts, the other prints; between them is one lock over the sums of the present second. Seconds
//! are those of the clock on the wall, not of the lines: this is a gauge of a pipe. It stores and sends nothing.

/// Bytes become sums.
pub mod input;

/// Stats become figures.
pub mod stats;

/// Lines that were not understood.
pub mod unmatched;

/// Figures become a line.
pub mod printer;

use std::{
    io::{self, Read, Write},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        mpsc::{self, Receiver, RecvTimeoutError},
    },
    thread,
    time::{Duration, Instant},
};

use self::{
    printer::{Printer, Style},
    stats::Stats,
};

/// Time between two lines.
const EVERY: Duration = Duration::from_secs(1);

/// Why the reading ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StopReason {
    /// There is no more input.
    Input,
    /// A signal came.
    Signal,
    /// Nobody reads what is printed.
    Closed,
}

/// What is counted of the present second and of all.
#[derive(Debug, Default)]
struct Counted {
    present: Stats,
    all: Stats,
}

type Shared = Arc<Mutex<Counted>>;

/// Reads `stdin` to its end, printing to `out`; with a `tee`, everything read is passed on to it.
///
/// # Errors
/// What reading or printing says, other than that nobody reads any more.
pub fn run(
    stdin: impl Read + Send + 'static,
    tee: Option<impl Write + Send + 'static>,
    out: impl Write,
    style: Style,
) -> io::Result<StopReason> {
    let counted: Shared = Arc::default();
    let (ends, ended) = mpsc::channel();
    let on_signal = ends.clone();
    crate::signals::on_signal(move || drop(on_signal.send(Ok(StopReason::Signal))))?;
    let reading = Arc::clone(&counted);
    thread::Builder::new().name("input".into()).spawn(move || {
        let end = input::read(stdin, tee, |delta| {
            let mut counted = lock(&reading);
            counted.present.add(delta);
        });
        // Nobody waits for it once a signal has come.
        drop(ends.send(end));
    })?;
    print_until_end(&counted, &ended, &mut Printer::new(out, style))
}

fn print_until_end(
    counted: &Shared,
    ended: &Receiver<io::Result<StopReason>>,
    printer: &mut Printer<impl Write>,
) -> io::Result<StopReason> {
    let begun = Instant::now();
    let mut last = begun;
    loop {
        let next = last + EVERY;
        let end = match ended.recv_timeout(next.saturating_duration_since(Instant::now())) {
            Ok(end) => Some(end?),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => Some(StopReason::Input),
        };
        let now = Instant::now();
        let present = {
            let mut counted = lock(counted);
            let present = std::mem::take(&mut counted.present);
            counted.all.merge(&present);
            present
        };
        let printed = match end {
            None => printer.second(&present, now - last),
            Some(_) => printer.summary(&lock(counted).all, now - begun),
        };
        match (printed, end) {
            (Err(error), _) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(StopReason::Closed),
            (Err(error), _) => return Err(error),
            (Ok(()), Some(end)) => return Ok(end),
            (Ok(()), None) => last = now,
        }
    }
}

fn lock(counted: &Shared) -> MutexGuard<'_, Counted> {
    counted.lock().unwrap_or_else(PoisonError::into_inner)
}
