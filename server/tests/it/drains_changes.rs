//! Drains that are rotated, paused, resumed and renamed by the command beside a running server, and
//! what is remembered of them over a restart.

use serde_json::Value;
use testing::{
    frames::{frame, frames, now_line},
    process::{Server, binary, run, said, token_of},
    wait::wait_for,
};

fn listed(server: &Server, name: &str) -> Value {
    let rows = said(server.dir.path(), &["drain", "list", "--json"]);
    let rows = rows.lines().map(|it| serde_json::from_str::<Value>(it).unwrap());
    rows.into_iter().find(|it| it["name"] == name).unwrap_or_else(|| panic!("no drain {name}"))
}

#[track_caller]
fn refused(server: &Server, args: &[&str], code: i32, why: &str) {
    let (found, out, error) = run(binary(server.dir.path()).args(args));
    assert_eq!((found, &*out), (code, ""), "{args:?}: {error}");
    assert!(error.contains(why), "{args:?}: {error}");
}

fn status(server: &Server, token: &str) -> u16 {
    server.post(token, &[], &frame(&now_line(5))).status
}

#[test]
fn ok_a_rotation_leaves_the_old_token_valid_for_a_while() {
    let server = Server::start();
    let old = server.drain("shop");
    let new = token_of(&said(server.dir.path(), &["drain", "rotate", "shop", "--overlap", "1h"]));
    assert_eq!((status(&server, &new), status(&server, &old)), (204, 204));
    assert!(listed(&server, "shop")["old_until_ms"].is_i64());
    // Two tokens at most: the first ends with the second rotation.
    let newest = token_of(&said(server.dir.path(), &["drain", "rotate", "shop"]));
    wait_for("the first token to end", || status(&server, &old) == 401);
    assert_eq!((status(&server, &newest), status(&server, &new)), (204, 204));
    // Without an overlap the old one ends at once.
    let alone = token_of(&said(server.dir.path(), &["drain", "rotate", "shop", "--overlap", "0"]));
    wait_for("the others to end", || status(&server, &newest) == 401 && status(&server, &new) == 401);
    assert_eq!(status(&server, &alone), 204);
    assert_eq!(listed(&server, "shop")["old_until_ms"], Value::Null);
}

#[test]
fn ok_an_overlap_ends_by_itself() {
    let server = Server::start();
    let old = server.drain("shop");
    let new = token_of(&said(server.dir.path(), &["drain", "rotate", "shop", "--overlap", "2s"]));
    assert_eq!(status(&server, &old), 204);
    wait_for("the overlap to end", || status(&server, &old) == 401);
    assert_eq!(status(&server, &new), 204);
}

#[test]
fn ok_a_paused_drain_takes_and_keeps_nothing() {
    let server = Server::start();
    let token = server.drain("shop");
    assert_eq!(status(&server, &token), 204);
    wait_for("the request", || server.value("shop", "router.requests", "sum") == Some(1.0));
    said(server.dir.path(), &["drain", "pause", "shop"]);
    // The server notices within a second: until then batches are kept.
    let lines: Vec<String> = (0..3).map(|_| now_line(5)).collect();
    wait_for("the pause", || {
        assert_eq!(server.post(&token, &[], &frames(&lines)).status, 204);
        let drains = server.get("/api/v1/drains").json()["drains"].as_array().unwrap().clone();
        let losses = |drain: &Value| drain["hour"]["losses"].as_array().unwrap().clone();
        drains.iter().flat_map(losses).any(|loss| loss["reason"] == "paused")
    });
    let kept = server.value("shop", "router.requests", "sum");
    assert_eq!(server.post(&token, &[], &frames(&lines)).status, 204);
    assert_eq!(server.value("shop", "router.requests", "sum"), kept);
    assert!(listed(&server, "shop")["paused_ms"].is_i64());
    said(server.dir.path(), &["drain", "resume", "shop"]);
    wait_for("it to go on", || {
        assert_eq!(server.post(&token, &[], &frames(&lines)).status, 204);
        server.value("shop", "router.requests", "sum") > kept
    });
}

#[test]
fn ok_a_drain_is_renamed_and_its_app_is_not() {
    let server = Server::start();
    let token = server.drain("shop");
    said(server.dir.path(), &["drain", "rename", "shop", "shop in Frankfurt"]);
    assert_eq!(listed(&server, "shop in Frankfurt")["app"], "shop");
    said(server.dir.path(), &["app", "rename", "shop", "store"]);
    assert_eq!(listed(&server, "shop in Frankfurt")["app"], "store");
    assert_eq!(status(&server, &token), 204);
    // A name that belongs to two is refused, and a number is not.
    let id = listed(&server, "shop in Frankfurt")["id"].to_string();
    server.drain("shop");
    said(server.dir.path(), &["drain", "rename", &id, "shop"]);
    refused(&server, &["drain", "pause", "shop"], 1, "several drains are named shop");
    said(server.dir.path(), &["drain", "pause", &id]);
}

#[test]
fn err_changes() {
    let server = Server::start();
    server.drain("shop");
    for command in ["rotate", "pause", "resume"] {
        refused(&server, &["drain", command, "nobody"], 1, "there is no drain \"nobody\"");
    }
    refused(&server, &["drain", "remove", "99"], 1, "there is no drain 99");
    refused(&server, &["drain", "rename", "shop", "  "], 2, "the name of a drain, found none");
    refused(&server, &["drain", "rotate", "shop", "--overlap", "31d"], 2, "at most 30d");
    refused(&server, &["drain", "rotate", "shop", "--url", "gauge.example.com"], 2, "http:// or https://");
    assert_eq!(listed(&server, "shop")["rotated_ms"], Value::Null, "a wrong URL rotates nothing");
}

#[test]
fn ok_who_sent_is_known_after_a_restart() {
    let server = Server::start();
    let token = server.drain("shop");
    let agent = [("User-Agent", "Logplex/v72"), ("X-Forwarded-For", "192.0.2.1, 198.51.100.7")];
    assert_eq!(server.post(&token, &agent, &frame(&now_line(5))).status, 204);
    let dir = std::sync::Arc::clone(&server.dir);
    assert_eq!(server.stop().0, 0);
    let server = Server::start_in(dir, 0, &[]);
    let drains = server.get("/api/v1/drains").json();
    let drain = drains["drains"].as_array().unwrap().iter().find(|it| it["name"] == "shop").unwrap().clone();
    let sender = drain["senders"].as_array().unwrap().iter().find(|it| it["agent"] == "Logplex/v72").unwrap();
    assert_eq!((&sender["address"], &sender["token"]), (&"198.51.100.7".into(), &"current".into()));
    assert_eq!(drain["apps"], serde_json::json!(["shop"]));
    assert!(drain["seen"].as_array().unwrap().iter().any(|it| it["what"] == "requests"), "{drain}");
}
