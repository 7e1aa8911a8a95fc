//! What is asked of a file that is followed.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::shuttle::{formatter::Identity, position::Position};

/// Most files of one process.
pub(crate) const FILES_MAX: usize = 64;

/// The name under which a file's position is kept: its absolute path.
#[must_use]
pub(crate) fn name(path: &Path) -> String {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned()).to_string_lossy().into_owned()
}

/// A file to follow.
#[derive(Clone, Debug)]
pub(crate) struct Followed {
    pub path: PathBuf,
    /// The header fields of raw lines.
    pub identity: Arc<Identity>,
    /// Where an earlier run has ended.
    pub resume: Option<Position>,
    /// Whether a file that is there already is read from its beginning.
    pub from_start: bool,
    /// Whether the forms of container runtimes are read.
    pub reads_containers: bool,
}
