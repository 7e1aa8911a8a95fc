//! Which file has been read up to where, so that a restart goes on there.
//!
//! A file is known by its inode and by a hash of its first bytes: a rotation keeps the one or the
//! other, and an inode alone is given to another file one day.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Most bytes of a file's beginning that it is known by.
pub(crate) const HEAD_BYTES_MAX: usize = 256;

/// What a followed file is known by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FileMark {
    /// The path that is followed, absolute.
    pub name: String,
    pub inode: u64,
    /// How many of the first bytes are hashed; fewer than [`HEAD_BYTES_MAX`] in a short file.
    pub head_bytes: u64,
    pub head: u64,
}

/// Up to where the lines of a file are in batches.
#[derive(Clone, Debug)]
pub(crate) struct Reached {
    pub file: Arc<FileMark>,
    /// Offset of the first byte that is in no batch.
    pub offset: u64,
}

/// The same as it is kept in a spool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Position {
    pub file: FileMark,
    pub offset: u64,
}

impl From<&Reached> for Position {
    fn from(reached: &Reached) -> Self {
        Self { file: FileMark::clone(&reached.file), offset: reached.offset }
    }
}

/// A hash of a file's first bytes.
#[must_use]
pub(crate) fn hash(head: &[u8]) -> u64 {
    let digest: [u8; 32] = Sha256::digest(head).into();
    digest[..8].iter().fold(0, |hash, byte| hash << 8 | u64::from(*byte))
}

/// Notes a position among those of other files.
pub(crate) fn note(all: &mut Vec<Reached>, reached: Reached) {
    match all.iter_mut().find(|it| it.file.name == reached.file.name) {
        Some(earlier) => *earlier = reached,
        None => all.push(reached),
    }
}
