//! Creates files that only their owner can read, since they hold other people's logs and hashes of
//! tokens.
//!
//! SQLite gives `-wal` and `-shm` the permissions of the database, so creating the database here
//! protects those as well. Where this user lacks permissions, says which command gives them.

use std::{
    fs::{File, Metadata, Permissions},
    io::{self, ErrorKind},
    os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt},
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

/// Why a file can't be used, and the command that mends it where this user lacks permissions.
#[must_use]
pub(crate) fn reason(path: &Path, error: &io::Error) -> String {
    let user = rustix::process::geteuid();
    // What root may not do, no owner can change.
    if error.kind() != ErrorKind::PermissionDenied || user.is_root() {
        return error.to_string();
    }
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let found = |path: &Path| std::fs::metadata(path).ok();
    match (found(path), found(folder)) {
        (Some(file), _) => mend(path, &file, user.as_raw(), 0o600),
        (None, Some(it)) => mend(folder, &it, user.as_raw(), 0o700),
        (None, None) => error.to_string(),
    }
}

/// What is wrong with a file or folder of which `user` needs the permissions `needed`.
fn mend(path: &Path, found: &Metadata, user: u32, needed: u32) -> String {
    let (shown, owner, mode) = (path.display(), found.uid(), found.mode() & 0o777);
    // SQLite's files beside the database have its owner.
    let all = if found.is_dir() { "" } else { "*" };
    if owner != user {
        format!(
            "{shown} belongs to user {owner}, and user {user} may not write there; this mends it, in a container \
             on the host: sudo chown {user} {shown}{all}"
        )
    } else if mode & needed != needed {
        format!("{shown} has mode {mode:o}, and its owner may not write there; this mends it: chmod u+rwX {shown}{all}")
    } else {
        format!("user {user} may not write to {shown}, although it is theirs")
    }
}

/// The path of a file beside the database, by its ending.
#[must_use]
pub(crate) fn beside(database: &Path, ending: &str) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}
