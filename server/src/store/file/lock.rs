//! Keeps a second server away from a database, also when it opens the file under another name.
//!
//! There are two locks, held for as long as the process lives. One is on a file `NAME.lock` beside
//! the database, found through all symlinks. The other is on the database file itself, so that it
//! holds under any name. It is taken only on Linux and on local file systems, where the locks of
//! flock(2) are independent of those of fcntl(2), which SQLite takes. Closing any handle of the
//! database would drop SQLite's locks, so our handle is opened before SQLite opens its own, and is
//! never closed.
//!
//! A file with two names (a hard link) is refused by every command: SQLite derives the names of
//! `-wal` and `-shm` from the name that it was given, so a process that uses the other name misses
//! the newest data, and damages the file when it writes.

use std::{
    fs::{File, Metadata, TryLockError},
    io,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use super::{open_error::OpenError, permissions};

/// How long a process waits until another has created or migrated the database: a migration of a
/// large one takes a while.
const TURN_WAIT: Duration = Duration::from_secs(60);
/// Time between two tries.
const TURN_EVERY: Duration = Duration::from_millis(20);
/// Most symlinks that are followed to a file that does not exist yet.
const LINKS_MAX: usize = 40;

/// Both locks of a database.
#[derive(Debug)]
pub(crate) struct Lock {
    /// The database, open for as long as the process lives.
    pub database: &'static File,
    _beside: File,
}

/// The identity of a file, whatever its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FileId {
    device: u64,
    inode: u64,
}

impl FileId {
    /// The identity in a file's metadata.
    #[must_use]
    pub(crate) fn of(found: &Metadata) -> Self {
        Self { device: found.dev(), inode: found.ino() }
    }
}

impl Lock {
    /// Takes both locks; creates the file if it is missing.
    ///
    /// # Errors
    /// [`OpenError::InUse`] when another server holds one of them.
    pub(crate) fn take(path: &Path) -> Result<Self, OpenError> {
        let path = canonical(path);
        let beside = beside(&path)?;
        let database = permissions::open(&path).map_err(|it| unusable(&path, &it))?;
        check_names(&path)?;
        if is_local(&database) {
            exclude(&path, &database)?;
        }
        Ok(Self { database: Box::leak(Box::new(database)), _beside: beside })
    }
}

/// Takes only the lock beside a database. The database need not exist yet.
///
/// # Errors
/// [`OpenError::InUse`] when a server holds it.
pub(crate) fn beside(path: &Path) -> Result<File, OpenError> {
    let path = canonical(path);
    let lock = permissions::beside(&path, ".lock");
    let refused = |it| OpenError::Unusable { path: path.clone(), reason: permissions::reason(&lock, &it) };
    let file = permissions::open(&lock).map_err(refused)?;
    exclude(&path, &file)?;
    Ok(file)
}

/// Waits until no other process creates or migrates a database in the same folder. Dropping what it
/// returns lets the next one go on.
///
/// It is the folder that is locked, so that no further file is needed. Where folders can't be
/// locked, as on some network file systems, nobody waits.
///
/// # Errors
/// [`OpenError::Unusable`] when another process takes longer than [`TURN_WAIT`].
pub(crate) async fn turn(path: &Path) -> Result<Option<File>, OpenError> {
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let Ok(folder) = File::open(folder) else { return Ok(None) };
    let begun = Instant::now();
    loop {
        match folder.try_lock() {
            Ok(()) => return Ok(Some(folder)),
            Err(TryLockError::Error(_)) => return Ok(None),
            Err(TryLockError::WouldBlock) if begun.elapsed() < TURN_WAIT => tokio::time::sleep(TURN_EVERY).await,
            Err(TryLockError::WouldBlock) => {
                let reason = format!("another process has been making it for {} s", TURN_WAIT.as_secs());
                return Err(OpenError::Unusable { path: path.to_owned(), reason });
            }
        }
    }
}

fn exclude(path: &Path, file: &File) -> Result<(), OpenError> {
    match file.try_lock() {
        Ok(()) => Ok(()),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse { path: path.to_owned() }),
        Err(TryLockError::Error(error)) => Err(unusable(path, &error)),
    }
}

/// Accepts a file that has one name or does not exist.
///
/// # Errors
/// [`OpenError::Linked`] for a file with several names.
pub(crate) fn check_names(path: &Path) -> Result<(), OpenError> {
    match std::fs::metadata(path) {
        Ok(found) if found.is_file() && found.nlink() > 1 => {
            Err(OpenError::Linked { path: path.to_owned(), names: found.nlink() })
        }
        _ => Ok(()),
    }
}

/// The path without symlinks. The file need not exist. Returns the path as it is when it can't be
/// resolved.
#[must_use]
pub(crate) fn canonical(path: &Path) -> PathBuf {
    let mut path = path.to_owned();
    for _ in 0..LINKS_MAX {
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let (Ok(folder), Some(name)) = (folder.canonicalize(), path.file_name()) else { break };
        let whole = folder.join(name);
        match whole.read_link() {
            Ok(target) => path = folder.join(target),
            Err(_) => return whole,
        }
    }
    path
}

/// Whether the file is on a local file system, where our lock does not interfere with SQLite's.
#[cfg(target_os = "linux")]
fn is_local(file: &File) -> bool {
    /// Magic numbers of ext2 to ext4, XFS, Btrfs, tmpfs, overlayfs, F2FS, ZFS, bcachefs.
    const LOCAL: [u64; 8] =
        [0xEF53, 0x5846_5342, 0x9123_683E, 0x0102_1994, 0x794C_7630, 0xF2F5_2010, 0x2FC1_2FC1, 0xCA45_1A4E];
    rustix::fs::fstatfs(file).is_ok_and(|found| u64::try_from(found.f_type).is_ok_and(|it| LOCAL.contains(&it)))
}

#[cfg(not(target_os = "linux"))]
fn is_local(_file: &File) -> bool {
    false
}

fn unusable(path: &Path, error: &io::Error) -> OpenError {
    OpenError::Unusable { path: path.to_owned(), reason: permissions::reason(path, error) }
}
