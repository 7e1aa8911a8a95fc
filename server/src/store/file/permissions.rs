//! Files that only their owner reads: they hold other people's logs, and hashes of tokens.
//!
//! SQLite gives its `-wal` and `-shm` the rights of the database, so that one made here makes those too.

use std::{
    fs::{File, Permissions},
    io::{self, ErrorKind},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

/// Reading and writing for the owner, nothing for anybody else.
const MODE: u32 = 0o600;

/// Opens a file for writing, made if it is missing; whatever the umask says.
///
/// # Errors
/// When it can't be opened.
pub fn open(path: &Path) -> io::Result<File> {
    File::options().create(true).truncate(false).read(true).write(true).mode(MODE).open(path)
}

/// Makes an empty file.
///
/// # Errors
/// When it is there already, or can't be made.
pub fn create_new(path: &Path) -> io::Result<()> {
    File::options().create_new(true).write(true).mode(MODE).open(path).map(drop)
}

/// Takes from everybody else what an earlier version gave them: of a database and of the files beside it.
pub fn tighten(database: &Path) {
    for ending in ["", "-wal", "-shm", "-journal", ".lock"] {
        let path = beside(database, ending);
        let Err(error) = tighten_one(&path) else { continue };
        // Somebody else's file may still be one that we are meant to use.
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

/// The path of a file that stands beside the database.
#[must_use]
pub fn beside(database: &Path, ending: &str) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}
