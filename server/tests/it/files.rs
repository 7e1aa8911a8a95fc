//! The database file when it is renamed, deleted, on a full disk or readable by others. File
//! formats are tested in `storage.rs`.

use std::{
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
};

use tempfile::TempDir;
use testing::{
    frames::{frame, now_line},
    process::{Server, binary, database, run},
    wait::wait_for,
};

#[track_caller]
fn not_ready(server: &Server, why: &str) {
    wait_for(why, || {
        let reply = server.get("/readyz");
        reply.status == 503 && reply.body.contains(why)
    });
    assert_eq!(server.get("/healthz").status, 200);
}

fn log(dir: &Path) -> String {
    fs::read_to_string(dir.join("log")).unwrap()
}

#[test]
fn ok_a_file_that_was_renamed_and_comes_back() {
    let server = Server::start();
    let token = server.drain("app");
    let post = |it: u64| server.post(&token, &[], &frame(&now_line(it))).status;
    assert_eq!(post(1), 204);
    let (file, away) = (database(server.dir.path()), server.dir.path().join("away.db"));
    fs::rename(&file, &away).unwrap();
    // Batches are refused at once: nothing is acknowledged that would be lost.
    assert_eq!(post(2), 503);
    not_ready(&server, "missing from its path");
    assert_eq!(post(2), 503);
    fs::rename(&away, &file).unwrap();
    wait_for("the file to be noticed", || server.get("/readyz").status == 200);
    assert_eq!(post(3), 204);
    assert_eq!(server.value("app", "router.requests", "sum"), Some(2.0));
    let log = log(server.dir.path());
    assert_eq!(log.lines().filter(|it| it.contains("nothing is taken in")).count(), 1, "{log}");
    assert!(log.contains("is back"), "{log}");
    // Batches that were acknowledged before, and not yet in a rollup, survive a crash too.
    let server = Server::start_in(server.kill(), 0, &[]);
    assert_eq!(server.value("app", "router.requests", "sum"), Some(2.0));
}

#[test]
fn err_another_file_in_its_place_or_none() {
    let server = Server::start();
    let token = server.drain("app");
    let post = || server.post(&token, &[], &frame(&now_line(5))).status;
    assert_eq!(post(), 204);
    let file = database(server.dir.path());
    fs::remove_file(&file).unwrap();
    assert_eq!(post(), 503);
    not_ready(&server, "missing from its path");
    fs::write(&file, b"").unwrap();
    assert_eq!(post(), 503);
    wait_for("the other file", || server.get("/readyz").body.contains("another file"));
    assert_eq!(fs::read(&file).unwrap(), b"");
}

#[test]
fn err_the_log_beside_it_is_deleted() {
    let server = Server::start();
    let token = server.drain("app");
    assert_eq!(server.post(&token, &[], &frame(&now_line(5))).status, 204);
    fs::remove_file(server.dir.path().join("test.db-wal")).unwrap();
    assert_eq!(server.post(&token, &[], &frame(&now_line(5))).status, 503);
    not_ready(&server, "-wal");
}

#[test]
fn err_a_file_that_was_changed_while_it_was_away() {
    let server = Server::start();
    let token = server.drain("app");
    assert_eq!(server.post(&token, &[], &frame(&now_line(5))).status, 204);
    let (file, away) = (database(server.dir.path()), server.dir.path().join("away.db"));
    fs::rename(&file, &away).unwrap();
    not_ready(&server, "missing from its path");
    std::thread::sleep(std::time::Duration::from_millis(1_500));
    fs::OpenOptions::new().append(true).open(&away).unwrap().set_len(1 << 20).unwrap();
    fs::rename(&away, &file).unwrap();
    wait_for("the change to be noticed", || server.get("/readyz").body.contains("changed while it was missing"));
    assert_eq!(server.post(&token, &[], &frame(&now_line(5))).status, 503);
}

#[test]
fn ok_a_disk_that_is_full_is_told_and_forgotten() {
    if Command::new("prlimit").arg("--version").output().is_err() {
        return eprintln!("prlimit is not installed: the full disk was not tested");
    }
    let server = Server::start();
    let token = server.drain("app");
    assert_eq!(server.post(&token, &[], &frame(&now_line(5))).status, 204);
    let limit = |bytes: &str| {
        let pid = server.pid().to_string();
        assert_eq!(run(Command::new("prlimit").args(["--pid", &pid, &format!("--fsize={bytes}:")])).0, 0);
    };
    // Limit the file size to the WAL's present length, which each commit would exceed.
    let length = fs::metadata(server.dir.path().join("test.db-wal")).unwrap().size();
    limit(&length.to_string());
    wait_for("a commit that fails", || server.post(&token, &[], &frame(&now_line(5)).repeat(500)).status == 503);
    not_ready(&server, "last commit failed");
    limit("unlimited");
    // Without any POST, the server notices by itself that commits work again.
    wait_for("commits to work again", || server.get("/readyz").status == 200);
    assert_eq!(server.post(&token, &[], &frame(&now_line(5))).status, 204);
}

/// The files of a folder that other users may read or write, except the test's own log.
fn open_to_others(dir: &Path) -> Vec<PathBuf> {
    let files = fs::read_dir(dir).unwrap().map(|it| it.unwrap().path()).filter(|it| !it.ends_with("log"));
    files.filter(|it| it.is_file() && fs::metadata(it).unwrap().permissions().mode() & 0o077 != 0).collect()
}

#[test]
fn ok_nobody_else_reads_the_files() {
    let server = Server::start();
    let token = server.drain("app");
    assert_eq!(server.post(&token, &[], &frame(&now_line(5))).status, 204);
    let here = server.dir.path();
    assert_eq!(run(binary(here).args(["backup", "copy.db"])).0, 0);
    let names = ["test.db", "test.db-wal", "test.db-shm", "test.db.lock", "copy.db"];
    assert!(names.iter().all(|it| here.join(it).exists()));
    assert_eq!(open_to_others(here), Vec::<PathBuf>::new());
    // A restored file, and one that a command creates before any server runs.
    let (restored, made) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    assert_eq!(run(binary(restored.path()).args(["restore", here.join("copy.db").to_str().unwrap()])).0, 0);
    assert_eq!(run(binary(made.path()).args(["drain", "add", "app"])).0, 0);
    for dir in [restored.path(), made.path()] {
        assert!(database(dir).exists());
        assert_eq!(open_to_others(dir), Vec::<PathBuf>::new());
    }
}

#[test]
fn ok_files_that_others_could_read_are_tightened() {
    let server = Server::start();
    let token = server.drain("app");
    assert_eq!(server.post(&token, &[], &frame(&now_line(5))).status, 204);
    let dir = server.kill();
    for name in ["test.db", "test.db-wal", "test.db-shm", "test.db.lock"] {
        fs::set_permissions(dir.path().join(name), fs::Permissions::from_mode(0o644)).unwrap();
    }
    let server = Server::start_in(Arc::clone(&dir), 0, &[]);
    assert_eq!(open_to_others(dir.path()), Vec::<PathBuf>::new());
    assert_eq!(server.value("app", "router.requests", "sum"), Some(1.0));
}
