//! `streamgauge tap`: the pipeline alone behind a pipe. Reads stdin to its end and prints one line
//! of metrics each second. Stores and sends nothing.
//!
//! One thread reads and counts, the other prints; they share the statistics of the current second
//! behind one lock. Seconds are wall-clock seconds, not those of the lines' timestamps, because
//! this measures the pipe.

/// Reads and reduces stdin.
pub(crate) mod input;

/// The statistics of a period.
pub(crate) mod stats;

/// Lines in no known format.
pub(crate) mod unmatched;

/// Prints the statistics.
pub(crate) mod printer;

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

/// Time between two printed lines.
const INTERVAL: Duration = Duration::from_secs(1);

/// Why `tap` stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StopReason {
    Input,
    Signal,
    /// Nobody reads the output.
    Closed,
}

/// The statistics of the current second and of the whole run.
#[derive(Debug, Default)]
struct Totals {
    present: Stats,
    all: Stats,
}

type Shared = Arc<Mutex<Totals>>;

/// Reads `stdin` to its end and prints to `out`. With a `tee`, passes on everything that is read.
///
/// # Errors
/// When reading or printing fails. A closed output is no error.
pub(crate) fn run(
    stdin: impl Read + Send + 'static,
    tee: Option<impl Write + Send + 'static>,
    out: impl Write,
    style: Style,
) -> io::Result<StopReason> {
    let totals: Shared = Arc::default();
    let (ends, ended) = mpsc::channel();
    let on_signal = ends.clone();
    crate::signals::on_signal(move || drop(on_signal.send(Ok(StopReason::Signal))))?;
    let reading = Arc::clone(&totals);
    thread::Builder::new().name("input".into()).spawn(move || {
        let end = input::read(stdin, tee, |delta| {
            let mut totals = lock(&reading);
            totals.present.add(delta);
        });
        // After a signal nobody receives this.
        drop(ends.send(end));
    })?;
    print_until_end(&totals, &ended, &mut Printer::new(out, style))
}

fn print_until_end(
    totals: &Shared,
    ended: &Receiver<io::Result<StopReason>>,
    printer: &mut Printer<impl Write>,
) -> io::Result<StopReason> {
    let begun = Instant::now();
    let mut last = begun;
    loop {
        let next = last + INTERVAL;
        let end = match ended.recv_timeout(next.saturating_duration_since(Instant::now())) {
            Ok(end) => Some(end?),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => Some(StopReason::Input),
        };
        let now = Instant::now();
        let present = {
            let mut totals = lock(totals);
            let present = std::mem::take(&mut totals.present);
            totals.all.merge(&present);
            present
        };
        let printed = match end {
            None => printer.second(&present, now - last),
            Some(_) => printer.summary(&lock(totals).all, now - begun),
        };
        match (printed, end) {
            (Err(error), _) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(StopReason::Closed),
            (Err(error), _) => return Err(error),
            (Ok(()), Some(end)) => return Ok(end),
            (Ok(()), None) => last = now,
        }
    }
}

fn lock(totals: &Shared) -> MutexGuard<'_, Totals> {
    totals.lock().unwrap_or_else(PoisonError::into_inner)
}
