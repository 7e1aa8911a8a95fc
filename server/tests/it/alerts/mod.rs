//! Alerts on a real server: lines through a drain, incidents and messages in the file.

mod changes;
mod commands;
mod heartbeat;
mod incidents;
mod killed;
mod links;
mod muted;
mod own;

use std::path::Path;

use contract::alert::RuleDraft;
use serde_json::{Value, json};
use testing::{
    frames::message_frame,
    http::Reply,
    process::{Server, database, run},
    wait::wait_for,
    webhook::Webhook,
};

/// The rows of a query over the database file, as JSON objects.
pub fn rows(dir: &Path, sql: &str) -> Vec<Value> {
    let (code, out, error) =
        run(std::process::Command::new("sqlite3").args(["-readonly", "-json"]).arg(database(dir)).arg(sql));
    assert_eq!(code, 0, "{error}");
    if out.trim().is_empty() { vec![] } else { serde_json::from_str(&out).unwrap() }
}

/// Changes the database file as a command does.
fn execute(dir: &Path, sql: &str) {
    let wait = "PRAGMA busy_timeout = 10000;";
    let (code, _, error) = run(std::process::Command::new("sqlite3").arg(database(dir)).arg(format!("{wait} {sql}")));
    assert_eq!(code, 0, "{error}");
}

/// The number that a query calls `n`.
fn count(dir: &Path, sql: &str) -> usize {
    usize::try_from(rows(dir, sql)[0]["n"].as_u64().unwrap()).unwrap()
}

const JSON: (&str, &str) = ("Content-Type", "application/json");

/// Sends JSON to the API.
pub fn send(server: &Server, method: &str, path: &str, body: &Value) -> Reply {
    server.request(method, path, &[JSON], body.to_string().as_bytes()).unwrap()
}

/// Makes something by the API; returns its number.
#[track_caller]
pub fn made(server: &Server, path: &str, body: &Value) -> i64 {
    let reply = send(server, "POST", path, body);
    assert_eq!(reply.status, 201, "{path} {body}: {}", reply.body);
    reply.json()["id"].as_i64().unwrap()
}

/// Removes something by the API.
#[track_caller]
pub fn removed(server: &Server, path: &str) {
    assert_eq!(server.request("DELETE", path, &[], b"").unwrap().status, 204, "{path}");
}

/// Lets the server send to receivers on this machine.
const SETTINGS: [(&str, &str); 1] = [("ALERT_PRIVATE", "1")];

/// A channel that gets messages of these apps, or of every app.
fn add_channel(server: &Server, webhook: &Webhook, apps: &[String]) {
    made(
        server,
        "/api/v1/channels",
        &json!({ "kind": "webhook", "url": webhook.url(), "severity": "info", "apps": apps }),
    );
}

/// A server with a channel that gets everything.
fn start() -> (Server, Webhook) {
    let (server, webhook) = (Server::start_with(&SETTINGS), Webhook::start(0));
    add_channel(&server, &webhook, &[]);
    (server, webhook)
}

/// Adds a rule; a rule without an app judges each app. Returns its number.
fn add_rule(dir: &Path, rule: &Value) -> i64 {
    let draft: RuleDraft = serde_json::from_value(rule.clone()).unwrap();
    assert_eq!(draft.checked().map(drop), Ok(()));
    let app = rule["app"].as_str().map_or("NULL".to_owned(), |it| format!("(SELECT id FROM app WHERE name = '{it}')"));
    let text = rule.to_string().replace('\'', "''");
    execute(dir, &format!("INSERT INTO rule (app_id, rule, created_ms, changed_ms) VALUES ({app}, '{text}', 1, 1)"));
    rows(dir, "SELECT max(id) AS id FROM rule")[0]["id"].as_i64().unwrap()
}

/// A rule about the newest value of a gauge: above 10 it fires at once, and below it is over at
/// once.
fn gauge_rule(app: &str, metric: &str) -> Value {
    json!({
        "name": format!("{metric} is high"), "app": app, "window_s": 60, "clear_s": 0, "severity": "critical",
        "signal": { "metric": { "metric": metric, "stat": "last" } },
        "condition": { "threshold": { "direction": "above", "limit": 10.0 } },
    })
}

/// Sends values of gauges.
fn measure(server: &Server, token: &str, values: &[(String, f64)]) {
    let line = |(metric, value): &(String, f64)| message_frame("app worker.1", &format!("sample#{metric}={value}"));
    let body: Vec<u8> = values.iter().flat_map(line).collect();
    assert_eq!(server.post(token, &[], &body).status, 204);
}

/// The messages of an incident, in order: `opened`, `resolved` and the like.
fn told(dir: &Path, incident: i64) -> Vec<String> {
    let sql = format!("SELECT notice ->> 'kind' AS kind FROM outbox WHERE incident_id = {incident} ORDER BY id");
    rows(dir, &sql).iter().map(|it| it["kind"].as_str().unwrap().to_owned()).collect()
}

/// The incidents with a rule, newest last.
fn of_rule(dir: &Path, rule: i64) -> Vec<Value> {
    rows(dir, &format!("SELECT * FROM incident WHERE cause = 'rule-{rule}' ORDER BY id"))
}

/// Waits until the newest incident of a rule is in a state; returns it.
#[track_caller]
fn wait_for_state(server: &Server, rule: i64, state: &str) -> Value {
    let dir = server.dir.path();
    let newest = || of_rule(dir, rule).pop();
    wait_for(&format!("rule {rule} to be {state}"), || newest().is_some_and(|it| it["state"] == state));
    newest().unwrap()
}
