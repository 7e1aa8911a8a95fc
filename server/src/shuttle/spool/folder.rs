//! The files of a spool. Each batch is one, with its number and its lines in the name:
//!
//! ```text
//! 00000000000000000042-500.batch   {"id":"…","frames":500,"positions":[…]} LF frames
//! state.json                       see `state`
//! lock                             held while a shuttle runs
//! ```
//! A file is written under another name and renamed, so that none is ever half of one. Nothing is
//! forced to the disk: what is written survives the process, but not a failure of the machine.

use std::{
    fs::{self, File},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
    time::Instant,
};

use serde::{Deserialize, Serialize};

use super::state::State;
use crate::shuttle::{batch::Batch, position::Position};

/// Most bytes of a file that are read.
const FILE_BYTES_MAX: u64 = 4 << 20;
const STATE: &str = "state.json";
const UNFINISHED: &str = "unfinished";

/// An open folder; no other process has it open.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    _lock: File,
}

/// A batch that is a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Entry {
    pub number: u64,
    pub frames: u64,
    pub bytes: u64,
}

#[derive(Serialize, Deserialize)]
struct Head {
    id: String,
    frames: u64,
    positions: Vec<Position>,
}

impl Folder {
    /// Opens a folder and makes it if it is not there. Nobody else may read it, since lines may
    /// hold secrets.
    ///
    /// # Errors
    /// When it cannot be made or written, or another process has it open.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(path)?;
        let lock = File::options().create(true).truncate(false).write(true).mode(0o600).open(path.join("lock"))?;
        lock.try_lock().map_err(|_| io::Error::other("another shuttle uses it; expected a folder of its own"))?;
        match fs::remove_file(path.join(UNFINISHED)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(Self { path: path.to_owned(), _lock: lock }),
        }
    }

    /// The batches, the oldest first.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub(crate) fn entries(&self) -> io::Result<Vec<Entry>> {
        let mut all = Vec::new();
        for entry in fs::read_dir(&self.path)? {
            let entry = entry?;
            let name = entry.file_name();
            let Some((number, frames)) = name.to_str().and_then(numbers) else { continue };
            all.push(Entry { number, frames, bytes: entry.metadata()?.len() });
        }
        all.sort_unstable();
        Ok(all)
    }

    /// What the spool remembers; nothing if that cannot be read.
    pub(crate) fn state(&self) -> State {
        let text = read(&self.path.join(STATE));
        text.ok().and_then(|it| serde_json::from_slice(&it).ok()).unwrap_or_default()
    }

    /// # Errors
    /// When it cannot be written.
    pub(crate) fn save(&self, state: &State) -> io::Result<()> {
        self.write(STATE, &serde_json::to_vec(state)?)
    }

    /// Writes a batch with up to where files are read.
    ///
    /// # Errors
    /// When it cannot be written; then nothing of it stays.
    pub(crate) fn add(&self, number: u64, batch: &Batch, positions: &[Position]) -> io::Result<Entry> {
        let head = Head { id: batch.id.clone(), frames: batch.frames, positions: positions.to_vec() };
        let mut bytes = serde_json::to_vec(&head)?;
        bytes.push(b'\n');
        bytes.extend_from_slice(&batch.body);
        let entry = Entry { number, frames: batch.frames, bytes: bytes.len() as u64 };
        self.write(&name(entry), &bytes)?;
        Ok(entry)
    }

    /// Reads a batch, and up to where files were read with it.
    ///
    /// # Errors
    /// When it cannot be read or is damaged.
    pub(crate) fn batch(&self, entry: Entry) -> io::Result<(Batch, Vec<Position>)> {
        let bytes = read(&self.path.join(name(entry)))?;
        let end = memchr::memchr(b'\n', &bytes).ok_or_else(|| io::Error::other("expected a line before the frames"))?;
        let head: Head = serde_json::from_slice(&bytes[..end])?;
        if head.id.len() != 32 || !head.id.bytes().all(|it| it.is_ascii_hexdigit()) {
            return Err(io::Error::other("expected 32 hexadecimal digits as id"));
        }
        let body = bytes[end + 1..].to_vec();
        let batch = Batch { id: head.id, body, frames: head.frames, opened: Instant::now(), reached: Vec::new() };
        Ok((batch, head.positions))
    }

    /// Removes a batch. If that fails, it is sent again after a restart, under its id.
    pub(crate) fn remove(&self, entry: Entry) {
        _ = fs::remove_file(self.path.join(name(entry)));
    }

    fn write(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let unfinished = self.path.join(UNFINISHED);
        let write = || {
            let mut file = File::options().create(true).truncate(true).write(true).mode(0o600).open(&unfinished)?;
            file.write_all(bytes)?;
            fs::rename(&unfinished, self.path.join(name))
        };
        write().inspect_err(|_| _ = fs::remove_file(&unfinished))
    }
}

fn name(entry: Entry) -> String {
    format!("{:020}-{}.batch", entry.number, entry.frames)
}

fn numbers(name: &str) -> Option<(u64, u64)> {
    let (number, frames) = name.strip_suffix(".batch")?.split_once('-')?;
    Some((number.parse().ok()?, frames.parse().ok()?))
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    if fs::metadata(path)?.len() > FILE_BYTES_MAX {
        return Err(io::Error::other(format!("expected at most {FILE_BYTES_MAX} bytes")));
    }
    fs::read(path)
}
