//! The thread between stdin and the outlets: splits chunks into frames and builds batches.
//!
//! A batch is sent when it is full or as old as `wait`. When the queue is full, the thread either
//! blocks, and stdin with it, or drops the batch and counts it.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError},
    },
    time::{Duration, Instant},
};

use pipeline::{Origin, Reducer};

use super::{
    batch::{Batch, BatchBuilder},
    line_splitter::LineSplitter,
    losses::Losses,
    reader::Input,
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

/// The state of the thread.
#[derive(Debug)]
pub(crate) struct Batcher {
    /// Splits the input into frames.
    pub splitter: LineSplitter,
    /// Builds batches from the frames.
    pub builder: BatchBuilder,
    /// How long a batch may wait for more frames.
    pub wait: Duration,
    /// What to do when the queue is full.
    pub when_full: WhenFull,
    /// Counts the lines that are read and dropped.
    pub losses: Arc<Losses>,
    /// The queue to the outlets.
    pub queue: SyncSender<Batch>,
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
                Err(RecvTimeoutError::Timeout) => {}
                Ok(Input::End) | Err(RecvTimeoutError::Disconnected) => break,
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

    /// Counts the frames whose end could not be found as dropped.
    fn count_lost(&mut self) {
        let lost = self.splitter.take_lost();
        if lost > 0 {
            self.losses.take(lost);
            self.losses.drop_lines(lost, clock::now_us());
        }
    }

    fn finish(mut self) {
        let mut rest = Vec::new();
        let (splitter, builder) = (&mut self.splitter, &mut self.builder);
        splitter.finish(clock::now_us(), &mut |frame| rest.extend(builder.push(frame)));
        rest.extend(self.builder.close());
        self.count_lost();
        for batch in rest {
            self.send(Some(batch));
        }
    }

    fn send(&mut self, batch: Option<Batch>) {
        let Some(batch) = batch else { return };
        let delta = self.reducer.reduce(&batch.body, &Origin::default());
        self.unmatched.lock().unwrap_or_else(PoisonError::into_inner).add(&delta);
        self.reducer.recycle(delta);
        self.losses.take(batch.frames);
        let unsent = match self.when_full {
            // Outlets end only after this thread, so the queue is never closed here.
            WhenFull::Block => self.queue.send(batch).err().map(|it| it.0),
            WhenFull::Drop => match self.queue.try_send(batch) {
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
