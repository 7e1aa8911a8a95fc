//! The thread between stdin and the outlets: splits chunks into frames and builds batches.
//!
//! A batch is sent when it is full or as old as `wait`. When the queue is full, the thread either
//! blocks, and stdin with it, or drops the batch and counts it. A spool takes every batch at once.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError},
    },
    time::{Duration, Instant},
};

use pipeline::{Origin, Reducer};

use super::{
    batch::{BODY_BYTES_MAX, Batch, BatchBuilder},
    input::{Input, Lines},
    line_splitter::LineSplitter,
    losses::Losses,
    position::Reached,
    spool::Spool,
};
use crate::{clock, tap::unmatched::UnmatchedLines};

/// What to do when the queue to the outlets is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WhenFull {
    /// Block, and let the writer of stdin wait.
    Block,
    /// Drop the batch and report it as L12.
    Drop,
}

/// Where batches wait for an outlet.
#[derive(Debug)]
pub(crate) enum Queue {
    /// In memory, so many at most.
    Memory(SyncSender<Batch>, WhenFull),
    /// On disk; the thread never waits.
    Spool(Arc<Spool>),
}

/// The state of the thread.
#[derive(Debug)]
pub(crate) struct Batcher {
    /// Splits stdin into frames.
    pub splitter: LineSplitter,
    /// Splits the lines of other inputs.
    pub line_splitter: LineSplitter,
    /// Whether the end of stdin is the end of all inputs.
    pub has_only_stdin: bool,
    /// Builds batches from the frames.
    pub builder: BatchBuilder,
    /// How long a batch may wait for more frames.
    pub wait: Duration,
    /// Counts the lines that are read and dropped.
    pub losses: Arc<Losses>,
    /// The queue to the outlets.
    pub queue: Queue,
    /// Reduces what is sent, as the server will.
    pub reducer: Reducer,
    /// The lines in no known format.
    pub unmatched: Arc<Mutex<UnmatchedLines>>,
}

impl Batcher {
    /// Runs until the input ends, then sends the rest.
    pub(crate) fn run(mut self, input: &Receiver<Input>) {
        loop {
            match next(input, self.builder.opened().map(|it| it + self.wait)) {
                Ok(Input::Chunk { bytes, read_us }) => self.feed(&bytes, read_us),
                Ok(Input::Lines(lines)) => self.feed_lines(lines),
                Ok(Input::StdinEnd) if !self.has_only_stdin => self.end_stdin(),
                Err(RecvTimeoutError::Timeout) => {}
                Ok(Input::StdinEnd | Input::End) | Err(RecvTimeoutError::Disconnected) => break,
            }
            // Also checked after a chunk: while chunks keep coming, the wait for one never times
            // out.
            if self.builder.opened().is_some_and(|it| it.elapsed() >= self.wait) {
                let batch = self.builder.close();
                self.send(batch);
            }
        }
        self.finish();
    }

    fn feed(&mut self, bytes: &[u8], read_us: i64) {
        let mut full = Vec::new();
        let (splitter, builder) = (&mut self.splitter, &mut self.builder);
        splitter.feed(bytes, read_us, &mut |frame| full.extend(builder.push(frame)));
        for batch in full {
            self.send(Some(batch));
        }
        self.count_lost();
    }

    /// Adds whole lines. The frames of a line, and of lines that belong together, get into one
    /// batch, unless they alone are larger than one.
    fn feed_lines(&mut self, lines: Lines) {
        let (mut full, mut frames, mut count) = (Vec::new(), Vec::new(), 0);
        for line in lines.lines {
            self.line_splitter.line(&lines.identity, &line.text, line.at_us, &mut |frame| {
                if frames.len() + frame.len() > BODY_BYTES_MAX {
                    full.extend(self.builder.push_all(&frames, count, None));
                    frames.clear();
                    count = 0;
                }
                frames.extend_from_slice(frame);
                count += 1;
            });
            let Some(offset) = line.end else { continue };
            let reached = lines.file.as_ref().map(|file| Reached { file: Arc::clone(file), offset });
            full.extend(self.builder.push_all(&frames, count, reached));
            frames.clear();
            count = 0;
        }
        for batch in full {
            self.send(Some(batch));
        }
        self.count_lost();
    }

    /// Counts the frames whose end could not be found as dropped.
    fn count_lost(&mut self) {
        let lost = self.splitter.take_lost() + self.line_splitter.take_lost();
        if lost > 0 {
            self.losses.take(lost);
            self.losses.drop_lines(lost, clock::now_us());
        }
    }

    fn end_stdin(&mut self) {
        let mut full = Vec::new();
        let (splitter, builder) = (&mut self.splitter, &mut self.builder);
        splitter.finish(clock::now_us(), &mut |frame| full.extend(builder.push(frame)));
        for batch in full {
            self.send(Some(batch));
        }
        self.count_lost();
    }

    fn finish(mut self) {
        self.end_stdin();
        let last = self.builder.close();
        self.send(last);
        if let Queue::Spool(spool) = &self.queue {
            spool.close();
        }
    }

    fn send(&mut self, batch: Option<Batch>) {
        let Some(batch) = batch else { return };
        let delta = self.reducer.reduce(&batch.body, &Origin::default());
        self.unmatched.lock().unwrap_or_else(PoisonError::into_inner).add(&delta);
        self.reducer.recycle(delta);
        self.losses.take(batch.frames);
        let unsent = match &self.queue {
            Queue::Spool(spool) => return spool.add(&batch),
            // Outlets end only after this thread, so the queue is never closed here.
            Queue::Memory(queue, WhenFull::Block) => queue.send(batch).err().map(|it| it.0),
            Queue::Memory(queue, WhenFull::Drop) => match queue.try_send(batch) {
                Ok(()) => None,
                Err(TrySendError::Full(batch) | TrySendError::Disconnected(batch)) => Some(batch),
            },
        };
        if let Some(batch) = unsent {
            self.losses.drop_lines(batch.frames, clock::now_us());
        }
    }
}

fn next(input: &Receiver<Input>, until: Option<Instant>) -> Result<Input, RecvTimeoutError> {
    match until {
        Some(until) => input.recv_timeout(until.saturating_duration_since(Instant::now())),
        None => input.recv().map_err(|_| RecvTimeoutError::Disconnected),
    }
}
