//! Finds the file that a followed one has become: renamed, or copied before it was emptied.
//!
//! Looks in the folder of the followed file, at files whose names begin with its name
//! (`app.log.1`, `app.log-20261128`). A compressed one is not read.

use std::{
    fs::{self, File, Metadata},
    io,
    os::unix::fs::{FileExt, MetadataExt},
    path::Path,
};

use crate::shuttle::position::{HEAD_BYTES_MAX, Position, hash};

/// Most entries of the folder that are looked at.
const ENTRIES_MAX: usize = 10_000;

/// Opens the file that was read up to `position` and is no longer the one at `path`.
pub(crate) fn find(path: &Path, position: &Position) -> Option<File> {
    let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let (folder, name) = (real.parent()?, real.file_name()?.as_encoded_bytes());
    let entries = fs::read_dir(folder).ok()?.take(ENTRIES_MAX).filter_map(Result::ok);
    let named =
        entries.filter(|it| it.file_name().as_encoded_bytes().strip_prefix(name).is_some_and(|rest| !rest.is_empty()));
    let mut found: Vec<(i64, File)> = named
        .filter_map(|entry| {
            let file = open(&entry.path()).ok()?;
            let metadata = file.metadata().ok()?;
            is_same(&file, &metadata, position).then_some((metadata.mtime(), file))
        })
        .collect();
    // Of several with the same beginning the latest is the copy.
    found.sort_by_key(|it| it.0);
    found.pop().map(|it| it.1)
}

/// Whether a file is the one that was read up to `position`.
pub(crate) fn is_same(file: &File, metadata: &Metadata, position: &Position) -> bool {
    let mark = &position.file;
    let Ok(head_bytes @ 0..=HEAD_BYTES_MAX) = usize::try_from(mark.head_bytes) else { return false };
    if metadata.len() < position.offset || (metadata.ino() != mark.inode && head_bytes < HEAD_BYTES_MAX) {
        return false;
    }
    head(file, head_bytes).is_ok_and(|it| it.len() == head_bytes && hash(&it) == mark.head)
}

/// The first bytes of a file, at most `bytes_max`.
///
/// # Errors
/// When it cannot be read.
pub(crate) fn head(file: &File, bytes_max: usize) -> io::Result<Vec<u8>> {
    let mut head = vec![0; bytes_max];
    let mut at = 0;
    while at < bytes_max {
        match file.read_at(&mut head[at..], at as u64)? {
            0 => break,
            bytes => at += bytes,
        }
    }
    head.truncate(at);
    Ok(head)
}

/// Opens a regular file. Another, such as a pipe, could block for ever.
///
/// # Errors
/// When it is none, or cannot be opened.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("expected a regular file"));
    }
    File::open(path)
}
