//! Why a database could not be opened, in sentences that a command prints.

use std::path::PathBuf;

/// Why a store could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The file is not one of ours.
    #[error("{} is not a Streamgauge database ({found}); it was not touched", .path.display())]
    Foreign {
        /// Path of the file.
        path: PathBuf,
        /// What the file is instead.
        found: &'static str,
    },
    /// The file can't be read or written.
    #[error("can't use {} as database: {reason}", .path.display())]
    Unusable {
        /// Path of the file.
        path: PathBuf,
        /// What the system or SQLite reported.
        reason: String,
    },
    /// The file has more than one name.
    #[error("{} has {names} names (hard links), and its -wal file belongs to one of them: expected one name, remove the others", .path.display())]
    Linked {
        /// Path of the file.
        path: PathBuf,
        /// How many names it has.
        names: u64,
    },
    /// Another server uses the file.
    #[error("{} is in use by another streamgauge server", .path.display())]
    InUse {
        /// Path of the file.
        path: PathBuf,
    },
}
