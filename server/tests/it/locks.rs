//! The lock: only one server can use a database file, under whatever name it is opened. SQLite's
//! own locking is not tested.

use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Arc,
};

use tempfile::TempDir;
use testing::{
    frames::{frame, now_line},
    process::{Server, binary, database, run},
};

/// Runs a command on the database under `name`. It must fail with one line that contains `why`.
#[track_caller]
fn refused(dir: &Path, name: &Path, args: &[&str], why: &str) {
    let url = format!("sqlite://{}", name.display());
    let (code, out, error) = run(binary(dir).env("PORT", "0").env("DATABASE_URL", url).args(args));
    assert_eq!((code, &*out), (1, ""), "{args:?} on {}: {error}", name.display());
    assert!(error.contains(why) && error.lines().count() == 1, "{error}");
}

#[test]
fn err_a_second_server_under_another_name() {
    let server = Server::start();
    let token = server.drain("app");
    assert_eq!(server.post(&token, &[], &frame(&now_line(5))).status, 204);
    let (elsewhere, here) = (TempDir::new().unwrap(), server.dir.path());
    let file = database(here);
    let (link, folder, linked) = (elsewhere.path().join("link.db"), elsewhere.path().join("folder"), here.join("x.db"));
    symlink(&file, &link).unwrap();
    symlink(here, &folder).unwrap();
    for name in
        [&link, &folder.join("test.db"), &PathBuf::from("./test.db"), &here.join("../").join(here).join("test.db")]
    {
        refused(here, name, &["serve"], "in use");
    }
    fs::hard_link(&file, &linked).unwrap();
    for args in [&["serve"][..], &["drain", "list"], &["drain", "add", "b"], &["check"], &["backup", "b.db"]] {
        refused(here, &linked, args, "2 names");
    }
    // Without its first name the file has a single name again, and is still in use.
    fs::remove_file(&file).unwrap();
    if is_local(here) {
        refused(here, &linked, &["serve"], "in use");
    }
}

#[test]
fn ok_processes_that_make_a_database_at_once() {
    for _ in 0..5 {
        let dir = TempDir::new().unwrap();
        let started = (0..8).map(|n| {
            let mut command = binary(dir.path());
            let name = format!("app-{n}");
            command.args(["drain", "add", &name]).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
        });
        for process in started.collect::<Vec<_>>() {
            let ended = process.wait_with_output().unwrap();
            assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
        }
        let (_, drains, _) = run(binary(dir.path()).args(["drain", "list"]));
        assert_eq!(drains.matches("app-").count(), 8, "{drains}");
    }
}

/// Whether the file system supports locks on the file itself (see `store/lock.rs`).
fn is_local(dir: &Path) -> bool {
    let kind = run(Command::new("stat").args(["-f", "-c", "%T"]).arg(dir)).1;
    ["ext2/ext3", "xfs", "btrfs", "tmpfs", "overlayfs", "f2fs", "zfs"].contains(&kind.trim())
}

#[test]
fn ok_a_symlink_to_a_file_that_is_not_there_yet() {
    let (dir, elsewhere) = (Arc::new(TempDir::new().unwrap()), TempDir::new().unwrap());
    symlink(elsewhere.path().join("real.db"), database(dir.path())).unwrap();
    let server = Server::start_in(Arc::clone(&dir), 0, &[]);
    let token = server.drain("app");
    assert_eq!(server.post(&token, &[], &frame(&now_line(5))).status, 204);
    refused(dir.path(), &elsewhere.path().join("real.db"), &["serve"], "in use");
    let server = Server::start_in(server.kill(), 0, &[]);
    assert_eq!(server.value("app", "router.requests", "sum"), Some(1.0));
}

#[test]
fn err_a_restore_where_a_server_is() {
    let server = Server::start();
    let token = server.drain("app");
    assert_eq!(server.post(&token, &[], &frame(&now_line(5))).status, 204);
    let copy = server.dir.path().join("copy.db");
    assert_eq!(run(binary(server.dir.path()).args(["backup", copy.to_str().unwrap()])).0, 0);
    // The restore is refused even if the file is gone, because it may come back.
    fs::remove_file(database(server.dir.path())).unwrap();
    refused(server.dir.path(), &database(server.dir.path()), &["restore", copy.to_str().unwrap()], "in use");
}

/// Posts while other processes open and close the file. None of them may release the server's
/// SQLite locks.
#[test]
fn ok_the_lock_leaves_those_of_sqlite_alone() {
    let server = Server::start();
    let token = server.drain("app");
    for round in 0..10 {
        assert_eq!(server.post(&token, &[], &frame(&now_line(round))).status, 204);
        let other = format!("other-{round}");
        for args in [&["drain", "add", &other][..], &["drain", "list"], &["check"]] {
            assert_eq!(run(binary(server.dir.path()).args(args)).0, 0, "{args:?}");
        }
    }
    assert_eq!(server.value("app", "router.requests", "sum"), Some(10.0));
    let (code, _) = server.stop();
    assert_eq!(code, 0);
}
