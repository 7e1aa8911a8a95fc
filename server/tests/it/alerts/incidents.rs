//! From lines to an incident and its messages, over a restart, and while the file is away.

use std::{io::Write, process::Stdio, sync::Arc};

use serde_json::{Value, json};
use testing::{
    clock::now_ms,
    frames::message_frame,
    process::{Server, database},
    wait::wait_for,
};

use super::{SETTINGS, add_rule, execute, gauge_rule, measure, of_rule, rows, start, told, wait_for_state};

const TIMEOUT: &str = "at=error code=H12 desc=\"Request timeout\" method=GET path=\"/\" host=h fwd=\"192.0.2.1\" \
                       dyno=web.1 connect=1ms service=30000ms status=503 bytes=0 protocol=https";

fn apps(server: &Server) -> Vec<Value> {
    server.get("/api/v1/apps").json()["apps"].as_array().unwrap().clone()
}

#[test]
fn ok_timeouts_become_an_incident_with_a_message() {
    let (server, webhook) = start();
    let dir = Arc::clone(&server.dir);
    let token = server.drain("shop");
    let body: Vec<u8> = (0..60).flat_map(|_| message_frame("heroku router", TIMEOUT)).collect();
    assert_eq!(server.post(&token, &[], &body).status, 204);
    let opened = || rows(dir.path(), "SELECT * FROM incident WHERE cause = 'requests' AND fired_ms IS NOT NULL");
    wait_for("an incident", || !opened().is_empty());
    let incident = &opened()[0];
    assert_eq!((&incident["state"], &incident["severity"]), (&"firing".into(), &"critical".into()), "{incident}");
    assert!(incident["what"].as_str().unwrap().contains("H12"), "{incident}");
    assert_eq!(told(dir.path(), incident["id"].as_i64().unwrap()), ["opened"]);
    wait_for("the message", || webhook.accepted().iter().any(|it| it.json()["type"] == "incident.opened"));
    // Health is the same judge's.
    let is_failing = || apps(&server).iter().any(|it| it["app"] == "shop" && it["health"] == "failing");
    wait_for("the app to be failing", is_failing);
    let sql = format!("SELECT kind FROM incident_entry WHERE incident_id = {} ORDER BY id", incident["id"]);
    assert_eq!(rows(dir.path(), &sql)[0]["kind"], "opened");
}

#[test]
fn ok_an_incident_stays_over_a_restart_and_is_told_once() {
    let (mut server, _webhook) = start();
    let dir = Arc::clone(&server.dir);
    let token = server.drain("shop");
    measure(&server, &token, &[("jobs".to_owned(), 20.0)]);
    let rule = add_rule(dir.path(), &gauge_rule("shop", "jobs"));
    let opened = wait_for_state(&server, rule, "firing");
    for _ in 0..2 {
        server = Server::start_in(server.kill(), 0, &SETTINGS);
        // Judged twice: a message from memory or from half a judging would be there.
        let judged = |server: &Server| wait_for_judging(server);
        judged(&server);
        judged(&server);
        assert_eq!(of_rule(dir.path(), rule).len(), 1);
        let now = &of_rule(dir.path(), rule)[0];
        assert_eq!(
            (&now["id"], &now["began_ms"], &now["state"]),
            (&opened["id"], &opened["began_ms"], &"firing".into())
        );
    }
    measure(&server, &token, &[("jobs".to_owned(), 1.0)]);
    let over = wait_for_state(&server, rule, "resolved");
    assert_eq!(told(dir.path(), over["id"].as_i64().unwrap()), ["opened", "resolved"]);
}

/// Waits until everything was judged once more: a rule that is new by now has been judged.
fn wait_for_judging(server: &Server) {
    let dir = server.dir.path();
    let rule = add_rule(dir, &gauge_rule("shop", "jobs"));
    wait_for_state(server, rule, "firing");
}

/// What would take minutes is written into the file: an app that was last heard of an hour ago, and
/// its silence, which has been over for so long that the next "clear" resolves it.
#[test]
fn ok_a_restart_does_not_end_a_silence() {
    let (server, _webhook) = start();
    let quiet = server.drain("quiet");
    measure(&server, &server.drain("shop"), &[("jobs".to_owned(), 20.0)]);
    let dir = server.kill();
    let then_ms = now_ms() - 3_600_000;
    let rule = json!({
        "rule": "silence", "group": "", "phase": "clearing", "waited_ms": 60_000, "for_s": 0, "clear_s": 60,
        "since_ms": then_ms, "severity": "critical", "what": "no log lines for 1 h", "detail": "", "unit": "s",
    });
    let memory = json!({ "rules": [rule], "flaps": 0, "is_told": true, "is_muted": false, "is_flapping_told": false, "quiet_ms": 0 });
    execute(
        dir.path(),
        &format!(
            "UPDATE app SET last_line_ms = {then_ms} WHERE name = 'quiet';
             INSERT INTO incident (app_id, cause, severity, state, rule, rule_name, what, detail, remedy, began_ms,
                                   fired_ms, worst_ms, rules)
             SELECT id, 'silence', 'critical', 'firing', 'silence', 'Silence', 'no log lines for 1 h', '', '',
                    {then_ms}, {then_ms}, {then_ms}, '{memory}' FROM app WHERE name = 'quiet'"
        ),
    );
    let server = Server::start_in(dir, 0, &SETTINGS);
    let silence = || rows(server.dir.path(), "SELECT * FROM incident WHERE cause = 'silence'").remove(0);
    for _ in 0..2 {
        wait_for_judging(&server);
        assert_eq!(silence()["state"], "firing");
    }
    assert!(told(server.dir.path(), silence()["id"].as_i64().unwrap()).is_empty());
    assert_eq!(server.post(&quiet, &[], &message_frame("app web.1", "here again")).status, 204);
    wait_for("the silence to be over", || silence()["state"] == "resolved");
}

/// Neither the live window nor the log lines reach back so far; the events do.
#[test]
fn ok_what_changed_before_an_incident_of_last_year() {
    let server = Server::start_with(&SETTINGS);
    measure(&server, &server.drain("shop"), &[("jobs".to_owned(), 20.0)]);
    let began_ms = now_ms() - 365 * 86_400_000;
    let event = |before_s: i64, kind: &str, source: &str, text: &str| {
        format!(
            "INSERT INTO event (app_id, at_ms, kind, source, text, link)
             SELECT id, {began_ms} - {before_s} * 1000, '{kind}', '{source}', '{text}', '' FROM app WHERE name = 'shop';"
        )
    };
    let memory = json!({ "rules": [], "flaps": 0, "is_told": true, "is_muted": false, "is_flapping_told": false, "quiet_ms": 0 });
    let events = [
        event(120, "release", "", "Release v400 created by user ***"),
        event(118, "restart", "web.1", "Restarting"),
        event(118, "restart", "web.2", "Restarting"),
        event(117, "restart", "web.3", "Restarting"),
        event(-5, "release", "", "Release v401 created by user ***"),
    ];
    execute(
        server.dir.path(),
        &format!(
            "{}
             INSERT INTO incident (app_id, cause, severity, state, rule, rule_name, what, detail, remedy, began_ms,
                                   fired_ms, resolved_ms, worst_ms, rules)
             SELECT id, 'requests', 'critical', 'resolved', 'router-codes', 'Router errors', 'H12 request timeouts', '',
                    '', {began_ms}, {began_ms}, {began_ms} + 600000, {began_ms}, '{memory}' FROM app WHERE name = 'shop'",
            events.concat()
        ),
    );
    let id = rows(server.dir.path(), "SELECT id FROM incident WHERE cause = 'requests'")[0]["id"].clone();
    let html = server.get(&format!("/incidents/{id}")).body;
    let row = html.split("What changed: ").nth(1).and_then(|it| it.split("</span>").next());
    let row = row.unwrap_or_else(|| panic!("no changes in {html}"));
    let places = ["v400 released ", "3 dynos restarted ", "H12 from ", "(+2 min)"].map(|it| row.find(it));
    assert!(places.is_sorted() && places[0].is_some() && !row.contains("v401"), "{row}");
}

#[test]
fn ok_nothing_is_said_while_the_file_is_away() {
    let (server, _webhook) = start();
    let dir = Arc::clone(&server.dir);
    let token = server.drain("shop");
    measure(&server, &token, &[("jobs".to_owned(), 20.0)]);
    let rule = add_rule(dir.path(), &gauge_rule("shop", "jobs"));
    let (here, away) = (database(dir.path()), dir.path().join("away.db"));
    wait_for_state(&server, rule, "firing");
    std::fs::rename(&here, &away).unwrap();
    wait_for("the server to notice", || server.get("/readyz").status != 200);
    std::fs::rename(&away, &here).unwrap();
    wait_for("the server to go on", || server.get("/readyz").status == 200);
    measure(&server, &token, &[("jobs".to_owned(), 1.0)]);
    let over = wait_for_state(&server, rule, "resolved");
    assert_eq!(told(dir.path(), over["id"].as_i64().unwrap()), ["opened", "resolved"]);
}

/// Another process holds the file's write lock for longer than the judge waits for it.
#[test]
fn ok_what_could_not_be_written_is_told_later_and_once() {
    let (server, _webhook) = start();
    let dir = Arc::clone(&server.dir);
    let token = server.drain("shop");
    measure(&server, &token, &[("jobs".to_owned(), 20.0)]);
    let insert = "INSERT INTO rule (app_id, rule, created_ms, changed_ms) VALUES (NULL, ";
    let mut rule = gauge_rule("shop", "jobs");
    // Long enough for the lock to come first.
    rule["for_s"] = 4.into();
    let mut sqlite =
        std::process::Command::new("sqlite3").arg(database(dir.path())).stdin(Stdio::piped()).spawn().unwrap();
    let mut commands = sqlite.stdin.take().unwrap();
    writeln!(commands, ".timeout 10000\n{insert}'{rule}', 1, 1);\nBEGIN IMMEDIATE;").unwrap();
    let said = || std::fs::read_to_string(dir.path().join("log")).unwrap();
    wait_for("a write that fails", || said().contains("incidents could not be written"));
    assert!(rows(dir.path(), "SELECT id FROM incident WHERE fired_ms > 0").is_empty());
    drop(commands);
    assert!(sqlite.wait().unwrap().success());
    let incident = wait_for_state(&server, 1, "firing");
    let id = incident["id"].as_i64().unwrap();
    wait_for("the message to be delivered", || {
        rows(dir.path(), "SELECT id FROM outbox WHERE delivered_ms IS NOT NULL").len() == 1
    });
    assert_eq!(told(dir.path(), id), ["opened"]);
    let opened = format!("SELECT id FROM incident_entry WHERE kind = 'opened' AND incident_id = {id}");
    assert_eq!(rows(dir.path(), &opened).len(), 1);
}

#[test]
fn ok_a_removed_app_leaves_nothing() {
    let (server, _webhook) = start();
    let dir = Arc::clone(&server.dir);
    let token = server.drain("shop");
    measure(&server, &token, &[("jobs".to_owned(), 20.0)]);
    let rule = add_rule(dir.path(), &gauge_rule("shop", "jobs"));
    wait_for_state(&server, rule, "firing");
    testing::process::said(dir.path(), &["app", "rename", "shop", "store"]);
    let renamed = || rows(dir.path(), "SELECT app FROM incidents WHERE state = 'firing'");
    wait_for("the new name", || renamed().iter().any(|it| it["app"] == "store"));
    testing::process::said(dir.path(), &["app", "remove", "store", "--yes"]);
    let left = "SELECT (SELECT count(*) FROM incident) + (SELECT count(*) FROM incident_entry)
                     + (SELECT count(*) FROM rule) + (SELECT count(*) FROM outbox) AS n";
    wait_for("its incidents to be deleted", || rows(dir.path(), left)[0]["n"] == 0);
}
