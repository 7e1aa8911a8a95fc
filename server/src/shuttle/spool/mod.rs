//! Batches on disk until they are delivered, so that an outage of the server or a `kill -9` of the
//! shuttle loses none. One outlet takes them, the oldest first; the batcher never waits for it.
//!
//! A batch is written before it is sent and keeps its id, so that one that is sent again counts
//! once. When the spool is full the oldest or the newest batch is dropped; its lines are counted
//! here, and a later batch tells the server.

/// What is remembered beside the batches.
pub(crate) mod state;

/// The files.
pub(crate) mod folder;

use std::{
    collections::VecDeque,
    io,
    path::PathBuf,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
};

use self::{
    folder::{Entry, Folder},
    state::State,
};
use super::{
    batch::Batch,
    losses::{LostLines, Report},
    position::Position,
};
use crate::clock;

/// Most batches on disk, which bounds what is remembered of them: 24 MB.
const BATCHES_MAX: usize = 1_000_000;
/// What a small file takes on disk.
const BLOCK_BYTES: u64 = 4_096;

/// Which batch is dropped when the spool is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum DropFirst {
    /// The oldest, to know what happens now.
    Oldest,
    /// The newest, to know how it began.
    Newest,
}

/// How a spool is kept.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub folder: PathBuf,
    /// Most bytes on disk, counted in whole blocks.
    pub bytes_max: u64,
    pub drop_first: DropFirst,
}

/// Batches on disk.
#[derive(Debug)]
pub(crate) struct Spool {
    settings: Settings,
    folder: Folder,
    inner: Mutex<Inner>,
    changed: Condvar,
}

#[derive(Debug)]
struct Inner {
    /// The oldest first.
    waiting: VecDeque<Entry>,
    bytes: u64,
    /// The number of the batch that is being sent.
    sending: Option<u64>,
    state: State,
    is_closed: bool,
    /// Whether a failure to write was told.
    is_failing: bool,
}

/// A batch to send.
#[derive(Debug)]
pub(crate) struct Sending {
    pub entry: Entry,
    pub batch: Batch,
    /// The losses that it tells of.
    pub report: Report,
}

impl Spool {
    /// Opens a spool with what an earlier process has left in it.
    ///
    /// # Errors
    /// When the folder cannot be used.
    pub(crate) fn open(settings: Settings) -> io::Result<Self> {
        let folder = Folder::open(&settings.folder)
            .map_err(|error| io::Error::other(format!("{}: {error}", settings.folder.display())))?;
        let mut state = folder.state();
        let (gone, entries): (Vec<_>, Vec<_>) =
            folder.entries()?.into_iter().partition(|it| state.gone == Some(it.number));
        gone.into_iter().for_each(|it| folder.remove(it));
        if let Some(newest) = entries.last().filter(|it| it.number > state.number)
            && let Ok((_, positions)) = folder.batch(*newest)
        {
            (state.number, state.positions) = (newest.number, positions);
        }
        let bytes = entries.iter().map(|it| on_disk(it.bytes)).sum();
        let waiting = entries.into();
        let inner = Inner { waiting, bytes, sending: None, state, is_closed: false, is_failing: false };
        Ok(Self { settings, folder, inner: Mutex::new(inner), changed: Condvar::new() })
    }

    /// Up to where files were read when the last process ended.
    pub(crate) fn positions(&self) -> Vec<Position> {
        self.lock().state.positions.clone()
    }

    /// Lines that wait.
    pub(crate) fn waiting_lines(&self) -> u64 {
        self.lock().waiting.iter().map(|it| it.frames).sum()
    }

    /// Whether files should be read further. They wait before the spool is full, since nothing of
    /// them need be dropped.
    pub(crate) fn has_room(&self) -> bool {
        let inner = self.lock();
        inner.bytes < self.settings.bytes_max / 8 * 7 && inner.waiting.len() < BATCHES_MAX / 8 * 7
    }

    /// Adds a batch, or drops one.
    pub(crate) fn add(&self, batch: &Batch) {
        let mut inner = self.lock();
        for reached in &batch.reached {
            let position = Position::from(reached);
            match inner.state.positions.iter_mut().find(|it| it.file.name == position.file.name) {
                Some(earlier) => *earlier = position,
                None => inner.state.positions.push(position),
            }
        }
        inner.state.number += 1;
        let bytes = on_disk(batch.body.len() as u64 + 1_024);
        while inner.bytes + bytes > self.settings.bytes_max || inner.waiting.len() >= BATCHES_MAX {
            let place = usize::from(inner.sending.is_some());
            let oldest = inner.waiting.get(place).copied();
            let Some(oldest) = oldest.filter(|_| self.settings.drop_first == DropFirst::Oldest) else {
                return self.give_up(&mut inner, None, batch.frames);
            };
            inner.waiting.remove(place);
            inner.bytes -= on_disk(oldest.bytes);
            self.give_up(&mut inner, Some(oldest), oldest.frames);
        }
        match self.folder.add(inner.state.number, batch, &inner.state.positions) {
            Ok(entry) => {
                inner.bytes += on_disk(entry.bytes);
                inner.waiting.push_back(entry);
                inner.is_failing = false;
                self.changed.notify_one();
            }
            Err(error) => {
                if !std::mem::replace(&mut inner.is_failing, true) {
                    eprintln!("streamgauge: shuttle: lines are dropped: {}: {error}", self.settings.folder.display());
                }
                self.give_up(&mut inner, None, batch.frames);
            }
        }
    }

    /// Waits for a batch and the losses that it tells of, with `further` ones. `None` when the
    /// spool is closed and empty.
    pub(crate) fn next(&self, further: impl FnOnce() -> Report) -> Option<Sending> {
        let mut inner = self.lock();
        loop {
            let Some(entry) = inner.waiting.front().copied() else {
                if inner.is_closed {
                    return None;
                }
                inner = self.changed.wait(inner).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            match self.folder.batch(entry) {
                Ok((batch, _)) => {
                    inner.sending = Some(entry.number);
                    inner.state.due.add(further());
                    let (report, is_new) = inner.state.tell(entry.number);
                    if is_new {
                        self.save(&inner);
                    }
                    return Some(Sending { entry, batch, report });
                }
                Err(error) => {
                    let name = self.settings.folder.display();
                    eprintln!("streamgauge: shuttle: {name}: batch {} cannot be read: {error}", entry.number);
                    inner.waiting.pop_front();
                    inner.bytes -= on_disk(entry.bytes);
                    inner.state.due.add(lost(entry.frames));
                    inner.state.gone = Some(entry.number);
                    self.save(&inner);
                    self.folder.remove(entry);
                }
            }
        }
    }

    /// Forgets a batch that was delivered, or else given up.
    pub(crate) fn end(&self, entry: Entry, is_delivered: bool) {
        let mut inner = self.lock();
        inner.sending = None;
        // What is being sent stays the first: another is dropped in its place.
        if inner.waiting.pop_front_if(|it| it.number == entry.number).is_some() {
            inner.bytes -= on_disk(entry.bytes);
        }
        let told = inner.state.told.take_if(|it| it.number == entry.number);
        // The batches that wait know the positions, too.
        let must_know = inner.waiting.is_empty() && !inner.state.positions.is_empty();
        if !is_delivered {
            inner.state.due.add(told.as_ref().map_or_else(Report::default, |it| it.report));
            inner.state.due.add(lost(entry.frames));
        }
        if told.is_some() || must_know || !is_delivered {
            inner.state.gone = Some(entry.number);
            self.save(&inner);
        }
        self.folder.remove(entry);
    }

    /// No more batches will be added.
    pub(crate) fn close(&self) {
        self.lock().is_closed = true;
        self.changed.notify_all();
    }

    /// Counts the lines of a batch as dropped, and removes its file if it has one.
    fn give_up(&self, inner: &mut Inner, entry: Option<Entry>, lines: u64) {
        let dropped = Some(LostLines { lines, since_us: clock::now_us() });
        inner.state.due.add(Report { dropped, lost: None });
        inner.state.gone = entry.map(|it| it.number);
        self.save(inner);
        if let Some(entry) = entry {
            self.folder.remove(entry);
        }
    }

    /// A state that cannot be written stays in memory and is written with the next change.
    fn save(&self, inner: &Inner) {
        if let Err(error) = self.folder.save(&inner.state)
            && !inner.is_failing
        {
            eprintln!("streamgauge: shuttle: {}: {error}", self.settings.folder.display());
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn on_disk(bytes: u64) -> u64 {
    bytes.div_ceil(BLOCK_BYTES) * BLOCK_BYTES
}

fn lost(lines: u64) -> Report {
    Report { dropped: None, lost: Some(LostLines { lines, since_us: clock::now_us() }) }
}
