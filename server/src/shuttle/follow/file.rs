//! One followed file: opens it once it exists, reads what is new, and goes over to its successor.
//!
//! - Renamed: what the writer still adds to the old file is read until nothing has come for
//!   [`ROTATED_WAIT`]; then the new file is read from its beginning.
//! - Emptied (copytruncate): the rest is read from the copy if that lies beside the file, then the
//!   file from its beginning. Without a copy, what was written since the last look is lost.
//!
//! Two rotations between two looks skip the file in between.

use std::{
    fs::{self, File},
    io::{self, ErrorKind},
    os::unix::fs::{FileExt, MetadataExt},
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use super::{
    file_lines::FileLines,
    followed::{Followed, name},
    rotated::{self, head},
};
use crate::shuttle::{
    input::{Lines, WholeLine},
    position::{FileMark, HEAD_BYTES_MAX, Position, hash},
};

/// How long a renamed file must have been silent before it is left.
const ROTATED_WAIT: Duration = Duration::from_secs(1);
/// Bytes of one read.
const CHUNK_BYTES_MAX: usize = 64 << 10;

/// A followed file.
#[derive(Debug)]
pub(crate) struct FollowedFile {
    followed: Followed,
    /// Absolute.
    path: PathBuf,
    open: Option<Open>,
    lines: FileLines,
    buffer: Vec<u8>,
    /// The last error, so that it is told once.
    told: String,
}

#[derive(Debug)]
struct Open {
    file: File,
    mark: Arc<FileMark>,
    head: Vec<u8>,
    /// Bytes that were read.
    offset: u64,
    /// Since when it is no longer the file at the path, and silent.
    left: Option<Instant>,
}

/// What a look at the file gave.
#[derive(Debug, Default)]
pub(crate) struct Look {
    pub lines: Option<Lines>,
    /// Whether there may be more at once.
    pub has_read: bool,
}

impl FollowedFile {
    /// A file that is opened at the first look.
    pub(crate) fn new(followed: Followed) -> Self {
        let path = std::path::absolute(&followed.path).unwrap_or_else(|_| followed.path.clone());
        let lines = FileLines::new(followed.reads_containers);
        Self { followed, path, open: None, lines, buffer: vec![0; CHUNK_BYTES_MAX], told: String::new() }
    }

    /// Reads what is new, at most one chunk. Errors are told on stderr, once each.
    pub(crate) fn look(&mut self, now: Instant, read_us: i64) -> Look {
        let look = self.try_look(now, read_us);
        let error = look.as_ref().err().map(|it| format!("{}: {it}", self.path.display())).unwrap_or_default();
        if error != self.told && !error.is_empty() {
            eprintln!("streamgauge: shuttle: {error}");
        }
        self.told = error;
        look.unwrap_or_default()
    }

    fn try_look(&mut self, now: Instant, read_us: i64) -> io::Result<Look> {
        let mut lines = Vec::new();
        if self.open.is_none() {
            self.open = self.open_first()?;
            self.lines.restart(self.open.as_ref().map_or(0, |it| it.offset), read_us, &mut lines);
        }
        let Some(open) = &mut self.open else { return Ok(Look::default()) };
        let bytes = open.file.read_at(&mut self.buffer, open.offset)?;
        let is_emptied = !open.keeps_its_head()? || open.file.metadata()?.len() < open.offset;
        // Of the file that the lines stand in, which may be left below.
        let mark = Arc::clone(&open.mark);
        if is_emptied {
            self.go_back(read_us, &mut lines)?;
        } else if bytes > 0 {
            open.offset += bytes as u64;
            open.left = None;
            self.lines.feed(&self.buffer[..bytes], now, read_us, &mut lines);
        } else {
            self.lines.give_up_waiting(now, read_us, &mut lines);
            self.go_over(now, read_us, &mut lines)?;
        }
        let identity = Arc::clone(&self.followed.identity);
        let lines = (!lines.is_empty()).then_some(Lines { identity, file: Some(mark), lines });
        Ok(Look { lines, has_read: bytes > 0 || is_emptied })
    }

    /// Opens the file where an earlier run has ended; else at its end, or at its beginning if it is
    /// new or should be read whole.
    fn open_first(&mut self) -> io::Result<Option<Open>> {
        let found = rotated::open(&self.path);
        if let Some(position) = self.followed.resume.take() {
            if let Ok(file) = &found
                && rotated::is_same(file, &file.metadata()?, &position)
            {
                return found.and_then(|it| self.opened(it, position.offset)).map(Some);
            }
            // It was left while nothing ran. Its successor is read from its beginning.
            self.followed.from_start = true;
            if let Some(file) = rotated::find(&self.path, &position) {
                return self.opened(file, position.offset).map(Some);
            }
        }
        match found {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                self.followed.from_start = true;
                Ok(None)
            }
            Err(error) => Err(error),
            Ok(file) => {
                let offset = if self.followed.from_start { 0 } else { file.metadata()?.len() };
                self.opened(file, offset).map(Some)
            }
        }
    }

    fn opened(&self, file: File, offset: u64) -> io::Result<Open> {
        let head = head(&file, HEAD_BYTES_MAX)?;
        let mark = Arc::new(self.mark(&file, &head)?);
        Ok(Open { file, mark, head, offset, left: None })
    }

    fn mark(&self, file: &File, head: &[u8]) -> io::Result<FileMark> {
        let name = name(&self.path);
        Ok(FileMark { name, inode: file.metadata()?.ino(), head_bytes: head.len() as u64, head: hash(head) })
    }

    /// Goes over to a new file at the path once the old one is silent.
    fn go_over(&mut self, now: Instant, read_us: i64, lines: &mut Vec<WholeLine>) -> io::Result<()> {
        let Some(open) = &mut self.open else { return Ok(()) };
        match fs::metadata(&self.path) {
            Ok(metadata) if metadata.ino() != open.mark.inode => {}
            // Renamed, and nothing has taken its place yet.
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            other => return other.map(drop),
        }
        if now.duration_since(*open.left.get_or_insert(now)) < ROTATED_WAIT {
            return Ok(());
        }
        let successor = rotated::open(&self.path)?;
        self.open = Some(self.opened(successor, 0)?);
        self.lines.restart(0, read_us, lines);
        Ok(())
    }

    /// The file was emptied: goes to its copy, or to its beginning.
    fn go_back(&mut self, read_us: i64, lines: &mut Vec<WholeLine>) -> io::Result<()> {
        let Some(open) = self.open.take() else { return Ok(()) };
        let position = Position { file: FileMark::clone(&open.mark), offset: open.offset };
        self.open = Some(match rotated::find(&self.path, &position) {
            Some(copy) => self.opened(copy, position.offset)?,
            None => {
                self.lines.restart(0, read_us, lines);
                self.opened(open.file, 0)?
            }
        });
        Ok(())
    }
}

impl Open {
    /// Whether the file still begins as it did; a short one may have grown.
    fn keeps_its_head(&mut self) -> io::Result<bool> {
        let head = head(&self.file, HEAD_BYTES_MAX)?;
        if !head.starts_with(&self.head) {
            return Ok(false);
        }
        if head.len() > self.head.len() {
            let mark = FileMark { head_bytes: head.len() as u64, head: hash(&head), ..FileMark::clone(&self.mark) };
            (self.mark, self.head) = (Arc::new(mark), head);
        }
        Ok(true)
    }
}
