//! The record of who changed what: every kind of change by command, by the API and on a page. Who
//! may read it is in `access_table.rs`.

use std::path::Path;

use serde_json::{Value, json};
use testing::{
    process::{Server, binary, run, said},
    wait::wait_for,
};

use crate::{
    alerts::{made, removed, rows, send},
    drains_pages::post,
};

/// What was recorded since the last look, in order.
fn recorded(dir: &Path, seen: &mut usize) -> Vec<String> {
    let all: Vec<String> = rows(dir, "SELECT what FROM audit ORDER BY id")
        .iter()
        .map(|it| it["what"].as_str().unwrap().to_owned())
        .collect();
    let new = all[*seen..].to_vec();
    *seen = all.len();
    new
}

/// Waits for these entries and no others.
#[track_caller]
fn expect(dir: &Path, seen: &mut usize, expected: &[&str]) {
    let before = *seen;
    wait_for("the record", || {
        *seen = before;
        recorded(dir, seen).len() >= expected.len()
    });
    *seen = before;
    assert_eq!(recorded(dir, seen), expected);
}

fn rule(name: &str) -> Value {
    json!({
        "name": name, "app": "shop", "window_s": 60, "clear_s": 0, "severity": "warning",
        "signal": { "metric": { "metric": "queue.depth", "stat": "last" } },
        "condition": { "threshold": { "direction": "above", "limit": 10.0 } },
    })
}

fn window() -> Value {
    json!({ "name": "Sunday", "zone": "UTC", "weekdays": [false, false, false, false, false, false, true],
        "start_min": 120, "length_min": 60 })
}

const WEBHOOK: &str = "https://hooks.example.com/T0/B0/hidden";

#[test]
fn ok_every_command() {
    let server = Server::start();
    server.drain("shop");
    server.drain("blog");
    let dir = server.dir.path();
    let mut seen = 0;
    recorded(dir, &mut seen);
    let commands: [(&[&str], &str); 21] = [
        (
            &["rule", "add", "--metric", "queue.depth", "--above", "10", "--app", "shop", "--name", "Deep"],
            "rule add 1, Deep",
        ),
        (&["rule", "remove", "1"], "rule remove 1"),
        (&["channel", "add", "slack", WEBHOOK, "--name", "Ops"], "channel add 1, Ops"),
        (&["channel", "edit", "1", "--name", "Team"], "channel edit 1"),
        (&["channel", "remove", "1"], "channel remove 1"),
        (&["mute", "add", "--app", "shop"], "mute add 1"),
        (&["mute", "remove", "1"], "mute remove 1"),
        (&["window", "add", "Sunday", "--start", "02:00"], "window add 1, Sunday"),
        (&["window", "remove", "1"], "window remove 1"),
        (&["person", "add", "alice", "--role", "viewer"], "person add alice"),
        (&["person", "remove", "alice"], "person remove alice"),
        (&["token", "add", "ci", "--scope", "read"], "token add ci"),
        (&["token", "remove", "ci"], "token remove ci"),
        (&["share", "add", "wall", "--page", "/", "--app", "shop"], "share add wall"),
        (&["share", "remove", "wall"], "share remove wall"),
        (&["drain", "add", "more"], "drain add more"),
        (&["drain", "pause", "more"], "drain pause 4"),
        (&["drain", "resume", "more"], "drain resume 4"),
        (&["app", "rename", "more", "most"], "app rename more most"),
        (&["app", "merge", "most", "shop", "--yes"], "app merge most shop"),
        (&["app", "remove", "blog", "--yes"], "app remove blog"),
    ];
    for (args, what) in commands {
        let (code, _, error) = run(binary(dir).args(args));
        assert_eq!(code, 0, "{args:?}: {error}");
        expect(dir, &mut seen, &[&format!("streamgauge {what}")]);
    }
    // What was refused is no change.
    assert_ne!(run(binary(dir).args(["rule", "remove", "9"])).0, 0);
    said(dir, &["rule", "list"]);
    expect(dir, &mut seen, &[]);
}

#[test]
fn ok_every_kind_by_the_api() {
    let server = Server::start();
    server.drain("shop");
    let dir = server.dir.path();
    let mut seen = 0;
    recorded(dir, &mut seen);
    let channel =
        json!({ "kind": "slack", "name": "Ops", "url": WEBHOOK, "zone": "UTC", "severity": "info", "apps": [] });
    let panel = json!({ "title": "t", "width": 1, "content": { "text": "hello" } });
    let kinds = [
        ("/api/v1/rules", rule("Deep")),
        ("/api/v1/channels", channel),
        ("/api/v1/mutes", json!({ "app": "shop", "until_ms": testing::clock::now_ms() + 60_000, "reason": "" })),
        ("/api/v1/windows", window()),
        ("/api/v1/boards", json!({ "name": "b", "panels": [panel] })),
        ("/api/v1/searches", json!({ "name": "s", "app": "shop", "q": "x" })),
    ];
    for (path, body) in kinds {
        let id = made(&server, path, &body);
        let of_it = format!("{path}/{id}");
        removed(&server, &of_it);
        expect(dir, &mut seen, &[&format!("POST {path}"), &format!("DELETE {of_it}")]);
    }
    let added = send(&server, "POST", "/api/v1/drains", &json!({ "app": "more" }));
    assert_eq!(added.status, 201, "{}", added.body);
    let switched = send(&server, "PUT", "/api/v1/apps/shop/rules/silence", &json!({ "is_on": false }));
    assert!(switched.status < 300, "{}", switched.body);
    expect(dir, &mut seen, &["POST /api/v1/drains", "PUT /api/v1/apps/shop/rules/silence"]);
}

#[test]
fn ok_every_kind_on_pages() {
    let server = Server::start();
    server.drain("shop");
    let dir = server.dir.path();
    let mut seen = 0;
    recorded(dir, &mut seen);
    let channel =
        json!({ "kind": "slack", "name": "Ops", "url": WEBHOOK, "zone": "UTC", "severity": "info", "apps": [] });
    let mute = json!({ "app": "shop", "rule": null, "incident": null, "until_ms": testing::clock::now_ms() + 60_000, "reason": "" });
    let board = json!({ "name": "Night", "panels": [] });
    let alerts = [
        (json!({ "save_rule": { "id": null, "rule": rule("Deep") } }), "add rule Deep"),
        (json!({ "save_rule": { "id": 1, "rule": rule("Deeper") } }), "change rule 1, Deeper"),
        (json!({ "switch_rule": { "app": "shop", "rule": "silence", "is_on": false } }), "switch silence of shop off"),
        (json!({ "remove_rule": 1 }), "remove rule 1"),
        (json!({ "save_channel": { "id": null, "channel": channel } }), "add channel Ops"),
        (json!({ "remove_channel": 1 }), "remove channel 1"),
        (json!({ "mute": mute }), "mute shop"),
        (json!({ "unmute": 1 }), "end mute 1"),
        (json!({ "save_window": { "id": null, "window": window() } }), "add window Sunday"),
        (json!({ "remove_window": 1 }), "remove window 1"),
    ];
    for (change, what) in alerts {
        let reply = send(&server, "POST", "/api/page/change-alerts", &json!({ "change": change }));
        assert_eq!(reply.status, 200, "{what}: {}", reply.body);
        expect(dir, &mut seen, &[&format!("POST /api/page/change-alerts: {what}")]);
    }
    let saved = json!({ "change": { "save": { "id": null, "version": null, "board": board } } });
    assert_eq!(send(&server, "POST", "/api/page/change-board", &saved).status, 200);
    expect(dir, &mut seen, &["POST /api/page/change-board: add board Night"]);
    for (path, form, what) in [
        ("/settings/people", "do=invite&name=alice&role=editor", "invite alice"),
        ("/settings/people", "do=remove&name=alice", "remove alice"),
        ("/settings/tokens", "do=add&name=ci&scope=read&days=7", "add ci"),
        ("/settings/tokens", "do=remove&name=ci", "remove ci"),
        ("/settings/shares", "do=add&name=wall&page=%2F&app=shop&days=7", "add wall"),
        ("/settings/shares", "do=end&name=wall", "end wall"),
        ("/searches", "do=add&name=slow&app=shop&q=x", "add slow"),
        ("/drains", "do=add&platform=process&app=blog", "add blog"),
        ("/apps/blog/sources", "do=merge&into=shop&confirm=blog", "merge shop"),
        ("/apps/shop/sources", "do=rename&name=store", "rename store"),
    ] {
        wait_for("the app", || !path.starts_with("/apps") || server.get(path).status == 200);
        let reply = post(&server, path, form);
        assert!(reply.status < 400, "{form}: {} {}", reply.status, reply.body);
        expect(dir, &mut seen, &[&format!("POST {path}: {what}")]);
    }
    assert!(!rows(dir, "SELECT group_concat(what) AS all_of FROM audit")[0]["all_of"].to_string().contains("hidden"));
    // The page shows what was noted.
    assert!(server.get("/settings/audit").body.contains("POST /settings/people: invite alice"));
}
