//! Apps: the limits on their number, and listing, renaming and removing them beside a running
//! server. Drain authentication is tested in `drains.rs`.

use std::{path::Path, sync::Arc};

use serde_json::Value;
use tempfile::TempDir;
use testing::{
    frames::{frame, frames, now_line},
    process::{Server, binary, database, run, said},
    wait::wait_for,
};

use crate::drains::made;

#[track_caller]
fn refused(dir: &Path, args: &[&str], why: &str) {
    let (code, out, error) = run(binary(dir).args(args));
    assert_eq!((code, &*out), (1, ""), "{args:?}: {error}");
    assert!(error.contains(why), "{args:?}: {error}");
}

fn shared(server: &Server, name: &str) -> impl Fn(&str) -> testing::http::Reply + use<> {
    let (token, address) = (made(server, &[name, "--shared"]), server.address);
    move |app| {
        let headers = [("Authorization", &*format!("Bearer {token}")), ("Content-Type", "application/logplex-1")];
        testing::http::request(address, "POST", &format!("/logs?app={app}"), &headers, &frame(&now_line(5))).unwrap()
    }
}

fn names(server: &Server) -> Vec<String> {
    let apps = server.get("/api/v1/apps").json()["apps"].as_array().unwrap().clone();
    let mut names: Vec<String> = apps.iter().map(|it| it["app"].as_str().unwrap().to_owned()).collect();
    names.sort();
    names
}

/// The row count of each table, and the usage that the `tier` table reports.
fn left(dir: &Path) -> Value {
    let sql =
        "SELECT json_array((SELECT count(*) FROM app), (SELECT count(*) FROM block), (SELECT count(*) FROM series),
        (SELECT count(*) FROM rollup_chunk), (SELECT count(*) FROM rollup_mark), (SELECT count(*) FROM rollup_1h),
        (SELECT count(*) FROM event), (SELECT sum(rows) FROM tier), (SELECT sum(bytes) FROM tier))";
    let (code, out, error) = run(std::process::Command::new("sqlite3").arg("-readonly").arg(database(dir)).arg(sql));
    assert_eq!(code, 0, "{error}");
    serde_json::from_str(&out).unwrap()
}

#[test]
fn ok_a_shared_drain_has_its_share_of_apps_and_no_more() {
    let server = Server::start();
    let first = shared(&server, "first");
    for it in 0..200 {
        assert_eq!(first(&format!("a-{it}")).status, 204, "{it}");
    }
    let reply = first("a-200");
    assert_eq!((reply.status, reply.body.contains("create a separate drain")), (403, true), "{}", reply.body);
    // Apps that exist are still accepted, and other drains are not affected.
    assert_eq!((first("a-7").status, shared(&server, "second")("b-0").status), (204, 204));
    // Other drains can add apps up to the limit of the whole server.
    for drain in 0..4 {
        let post = shared(&server, &format!("more-{drain}"));
        let last = (0..200).map(|it| post(&format!("c-{drain}-{it}"))).find(|it| it.status != 204);
        let Some(reply) = last else { continue };
        assert_eq!((drain, reply.status), (3, 503), "{}", reply.body);
        assert!(reply.head.contains("retry-after"), "{}", reply.head);
    }
    let here = server.dir.path();
    refused(here, &["drain", "add", "new"], "make room with streamgauge app remove");
    refused(here, &["drain", "add", "new", "--shared"], "make room with streamgauge app remove");
    // A drain can be added for an app that exists, or once another app has been removed.
    assert_eq!(server.post(&made(&server, &["a-7"]), &[], &frame(&now_line(5))).status, 204);
    said(here, &["app", "remove", "a-8", "--yes"]);
    assert_eq!(server.post(&made(&server, &["new"]), &[], &frame(&now_line(5))).status, 204);
}

#[test]
fn ok_an_app_is_renamed_beside_a_server() {
    let server = Server::start();
    let here = Arc::clone(&server.dir);
    let token = server.drain("old");
    let post = |server: &Server| server.post(&token, &[], &frame(&now_line(5))).status;
    assert_eq!(post(&server), 204);
    said(here.path(), &["app", "rename", "old", "new"]);
    // The rename takes effect at once and without a gap. The drain continues under the new name.
    for _ in 0..20 {
        assert_eq!(post(&server), 204);
    }
    wait_for("the new name", || names(&server) == ["new"]);
    assert_eq!(server.value("new", "router.requests", "sum"), Some(21.0));
    refused(here.path(), &["app", "rename", "old", "x"], "no app named old");
    made(&server, &["old"]);
    refused(here.path(), &["app", "rename", "new", "old"], "already");
    let server = Server::start_in(server.kill(), 0, &[]);
    assert_eq!(server.value("new", "router.requests", "sum"), Some(21.0));
    assert_eq!((post(&server), names(&server)), (204, vec!["new".to_owned(), "old".to_owned()]));
    assert_eq!(server.value("new", "router.requests", "sum"), Some(22.0));
    let listed = said(here.path(), &["app", "list", "--json"]);
    let rows: Vec<Value> = listed.lines().map(|it| serde_json::from_str(it).unwrap()).collect();
    assert_eq!((rows.len(), rows[0]["name"].as_str(), rows[0]["drains"].as_i64()), (2, Some("new"), Some(1)));
}

#[test]
fn ok_an_app_is_removed_beside_a_server() {
    let server = Server::start();
    let here = Arc::clone(&server.dir);
    let (gone, stays) = (server.drain("gone"), server.drain("stays"));
    let lines: Vec<String> = (0..500).map(now_line).collect();
    for token in [&gone, &stays] {
        assert_eq!(server.post(token, &[], &frames(&lines)).status, 204);
    }
    let (code, _, error) = run(binary(here.path()).args(["app", "remove", "gone"]));
    assert!(code == 1 && error.contains("nothing was removed"), "{error}");
    said(here.path(), &["app", "remove", "gone", "--yes"]);
    assert_eq!(server.post(&gone, &[], &frame(&now_line(5))).status, 401);
    wait_for("the app to disappear from the list", || names(&server) == ["stays"]);
    assert_eq!(server.get("/api/v1/apps/gone/logs").status, 404);
    assert_eq!(server.value("stays", "router.requests", "sum"), Some(500.0));
    refused(here.path(), &["app", "remove", "gone", "--yes"], "no app named gone");
    // No rows of the app are left, and a new app of the same name starts from zero.
    wait_for("the app's rows to be deleted", || left(here.path())[0] == 1);
    let token = made(&server, &["gone"]);
    assert_eq!(server.post(&token, &[], &frame(&now_line(5))).status, 204);
    assert_eq!(server.value("gone", "router.requests", "sum"), Some(1.0));
    // The same holds after a crash.
    let server = Server::start_in(server.kill(), 0, &[]);
    assert_eq!(server.value("gone", "router.requests", "sum"), Some(1.0));
    assert_eq!(server.value("stays", "router.requests", "sum"), Some(500.0));
}

#[test]
fn ok_a_removal_goes_on_after_a_crash_and_without_a_server() {
    let server = Server::start();
    let token = server.drain("gone");
    let lines: Vec<String> = (0..500).map(now_line).collect();
    assert_eq!(server.post(&token, &[], &frames(&lines)).status, 204);
    // Crash, perhaps before any checkpoint. Batches behind the checkpoint must not bring the app
    // back.
    let dir = server.kill();
    said(dir.path(), &["app", "remove", "gone", "--yes"]);
    let server = Server::start_in(Arc::clone(&dir), 0, &[]);
    assert_eq!(names(&server), [""; 0]);
    let token = server.drain("other");
    assert_eq!(server.post(&token, &[], &frames(&lines)).status, 204);
    wait_for("the app's rows to be deleted", || left(dir.path())[0] == 1);
    assert_eq!(server.stop().0, 0);
    said(dir.path(), &["app", "remove", "other", "--yes"]);
    assert_eq!(left(dir.path()), serde_json::json!([0, 0, 0, 0, 0, 0, 0, 0, 0]));
    assert_eq!(said(dir.path(), &["app", "list"]), "");
}

#[test]
fn err_names_and_files_that_are_none() {
    let dir = TempDir::new().unwrap();
    refused(dir.path(), &["app", "remove", "x", "--yes"], "no app named x");
    assert_eq!(run(binary(dir.path()).args(["app", "rename", "x", "a b"])).0, 2);
}
