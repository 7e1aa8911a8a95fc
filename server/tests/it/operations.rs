//! What an operator does with the file: query, backup, restore, check, and `sqlite3` beside the
//! running server. Damage by the system is tested in `files.rs`.

use std::{
    fs,
    io::{Seek, SeekFrom, Write},
    path::Path,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::SeqCst},
    },
    thread,
};

use tempfile::TempDir;
use testing::{
    clock::{now_ms, stamp},
    frames::{frame, now_line, router_line},
    process::{Server, binary, database, run, said},
    wait::wait_for,
};

/// The file of a stopped server with 100 requests of 1 to 100 ms.
fn filled() -> Arc<TempDir> {
    let server = Server::start();
    let token = server.drain("shop");
    let body: Vec<u8> = (1..=100).flat_map(|it| frame(&now_line(it))).collect();
    assert_eq!(server.post(&token, &[], &body).status, 204);
    let dir = Arc::clone(&server.dir);
    assert_eq!(server.stop().0, 0);
    dir
}

#[track_caller]
fn refused(dir: &Path, args: &[&str], code: i32, why: &str) {
    let (found, out, error) = run(binary(dir).args(args));
    assert_eq!((found, &*out), (code, ""), "{error}");
    assert!(error.contains(why) && error.lines().count() == 1, "{error}");
}

#[test]
fn ok_points_on_stdout() {
    let dir = filled();
    let ask = |rest: &[&str]| said(dir.path(), &[&["query", "shop", "router.service", "--step", "all"], rest].concat());
    let csv = ask(&["--csv", "--stat", "count,min,p50,max", "--by", "source"]);
    let row: Vec<&str> = csv.lines().nth(1).unwrap().split(',').collect();
    assert_eq!(csv.lines().next(), Some("time,source,count,min,p50,max"));
    assert_eq!((row[1], row[2], row[3], row[5]), ("web.1", "100", "1", "100"));
    assert!((row[4].parse::<f64>().unwrap() - 50.0).abs() <= 0.5, "{csv}");
    let json: serde_json::Value = serde_json::from_str(ask(&["--json", "--stat", "sum"]).trim()).unwrap();
    assert_eq!((json["values"]["sum"].as_f64(), json["unit"].as_str()), (Some(5_050.0), Some("ms")));
    let table = ask(&[]);
    assert!(table.lines().next().unwrap().contains("p95 ms") && table.lines().count() == 2, "{table}");
    refused(dir.path(), &["query", "shop", "router.service", "--stat", "best"], 2, "best");
    refused(dir.path(), &["query", "shop", "nothing"], 1, "no metric named nothing");
    refused(dir.path(), &["query", "nobody", "router.service"], 1, "no app named nobody");
    refused(TempDir::new().unwrap().path(), &["query", "shop", "router.service"], 1, "test.db");
}

#[test]
fn ok_sqlite3_reads_plain_columns_beside_the_server() {
    if Command::new("sqlite3").arg("--version").output().is_err() {
        return eprintln!("sqlite3 is not installed: nothing was compared");
    }
    let server = Server::start();
    let token = server.drain("shop");
    // Of an hour that is over: the present one has no row yet.
    let time = stamp((now_ms() - 7_200_000) * 1_000);
    let body: Vec<u8> = (1..=100).flat_map(|it| frame(&router_line(&time, it))).collect();
    assert_eq!(server.post(&token, &[], &body).status, 204);
    let sql = "SELECT app, metric, source, sum(count), min(min), max(max), max(p99) FROM points_1h WHERE metric = 'router.service'";
    let mut found = String::new();
    wait_for("the checkpoint", || {
        let mut command = Command::new("sqlite3");
        found = run(command.arg("-readonly").arg(database(server.dir.path())).arg(sql)).1;
        found.starts_with("shop|")
    });
    let columns: Vec<&str> = found.trim().split('|').collect();
    assert_eq!(columns[..6], ["shop", "router.service", "web.1", "100", "1.0", "100.0"]);
    assert!((columns[6].parse::<f64>().unwrap() - 99.0).abs() <= 1.0, "{found}");
}

#[test]
fn ok_a_backup_under_load_opens_alone() {
    let server = Server::start();
    let token = server.drain("shop");
    let (sent, stop) = (AtomicU64::new(0), AtomicBool::new(false));
    let elsewhere = TempDir::new().unwrap();
    let file = elsewhere.path().join("copy.db");
    let (before, after) = thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(SeqCst) {
                let body: Vec<u8> = (1..=50).flat_map(|it| frame(&now_line(it))).collect();
                assert_eq!(server.post(&token, &[], &body).status, 204);
                sent.fetch_add(50, SeqCst);
            }
        });
        wait_for("a load", || sent.load(SeqCst) >= 2_000);
        let before = sent.load(SeqCst);
        let told = said(server.dir.path(), &["backup", file.to_str().unwrap()]);
        assert!(told.contains("apps: 1 (shop)"), "{told}");
        let after = sent.load(SeqCst) + 50;
        stop.store(true, SeqCst);
        (before, after)
    });
    drop(server);
    // The backup alone, used as the database of another server.
    let dir = Arc::new(TempDir::new().unwrap());
    let told = said(dir.path(), &["restore", file.to_str().unwrap()]);
    assert!(told.contains("apps: 1 (shop)") && told.contains("lines: "), "{told}");
    let server = Server::start_in(dir, 0, &[]);
    let counted = server.value("shop", "router.requests", "sum").unwrap() as u64;
    assert!((before..=after).contains(&counted), "{before} <= {counted} <= {after}");
}

#[test]
fn err_a_copy_that_is_none() {
    let dir = filled();
    let file = dir.path().join("copy.db");
    let name = file.to_str().unwrap().to_owned();
    said(dir.path(), &["backup", &name]);
    refused(dir.path(), &["backup", &name], 1, "already");
    refused(dir.path(), &["restore", &name], 1, "already");
    let elsewhere = TempDir::new().unwrap();
    // A truncated file, an empty one, and one of another program.
    let whole = fs::read(&file).unwrap();
    for (bytes, why) in
        [(&whole[..whole.len() / 2], "malformed"), (&b""[..], "empty"), (&b"SQLite format 3\0 but not ours"[..], "not")]
    {
        let part = dir.path().join("part.db");
        fs::write(&part, bytes).unwrap();
        refused(elsewhere.path(), &["restore", part.to_str().unwrap()], 1, why);
        assert!(!database(elsewhere.path()).exists());
    }
    // A database that was never used. Copied without its WAL, every file looks like this.
    let unused = Server::start();
    let unused_dir = Arc::clone(&unused.dir);
    unused.stop();
    refused(elsewhere.path(), &["restore", database(unused_dir.path()).to_str().unwrap()], 1, "no apps");
}

#[test]
fn ok_check_and_err_check() {
    let dir = filled();
    assert!(said(dir.path(), &["check"]).contains("integrity OK"));
    let json: serde_json::Value = serde_json::from_str(&said(dir.path(), &["check", "--json"])).unwrap();
    assert_eq!((json["lines"].as_i64(), json["apps"][0].as_str()), (Some(100), Some("shop")));
    let path = database(dir.path());
    let length = fs::metadata(&path).unwrap().len();
    let mut file = fs::OpenOptions::new().write(true).open(&path).unwrap();
    file.seek(SeekFrom::Start(length / 2)).unwrap();
    file.write_all(&[0xA5; 9_000]).unwrap();
    drop(file);
    refused(dir.path(), &["check"], 1, "damaged");
}
