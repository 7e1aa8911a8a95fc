//! Creates files that only their owner can read, since they hold other people's logs and hashes of
//! tokens.
//!
//! SQLite gives `-wal` and `-shm` the permissions of the database, so creating the database here
//! protects those as well.

use std::{
    fs::{File, Permissions},
    io::{self, ErrorKind},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

/// Read and write for the owner, nothing for anybody else.
const MODE: u32 = 0o600;

/// Opens a file for reading and writing; creates it if it is missing. The umask does not matter.
///
/// # Errors
/// When it can't be opened.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    File::options().create(true).truncate(false).read(true).write(true).mode(MODE).open(path)
}

/// Creates an empty file.
///
/// # Errors
/// When the file exists or can't be created.
pub(crate) fn create_new(path: &Path) -> io::Result<()> {
    File::options().create_new(true).write(true).mode(MODE).open(path).map(drop)
}

/// Removes the permissions of everybody else from a database and the files beside it: an earlier
/// version did not.
pub(crate) fn tighten(database: &Path) {
    for ending in ["", "-wal", "-shm", "-journal", ".lock"] {
        let path = beside(database, ending);
        let Err(error) = tighten_one(&path) else { continue };
        // Not an error: the file may belong to another user and still be meant for us.
        tracing::warn!(file = %path.display(), %error, "others may read this file: its rights could not be changed");
    }
}

fn tighten_one(path: &Path) -> io::Result<()> {
    match std::fs::metadata(path) {
        Ok(found) if found.permissions().mode() & 0o777 == MODE => Ok(()),
        Ok(_) => std::fs::set_permissions(path, Permissions::from_mode(MODE)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// The path of a file beside the database, by its ending.
#[must_use]
pub(crate) fn beside(database: &Path, ending: &str) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}
