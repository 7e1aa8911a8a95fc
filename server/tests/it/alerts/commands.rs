//! Commands of alerts: `rule`, `channel`, `mute`, `window` and `incidents`. What the API does is
//! tested in `changes`.

use std::{io::Write, process::Stdio};

use serde_json::{Value, json};
use testing::process::{Server, binary, run, said};

use super::changes::{SECRET, rule, rules};

/// A command that must fail with this code and reason.
#[track_caller]
pub fn wrong(server: &Server, args: &[&str], code: i32, why: &str) {
    let (found, out, error) = run(binary(server.dir.path()).args(args));
    assert_eq!((found, &*out), (code, ""), "{args:?}: {error}");
    assert!(error.contains(why) && error.lines().count() == 1, "{args:?}: {error}");
}

/// Runs a command with a text on stdin.
fn piped(server: &Server, args: &[&str], text: &str) -> String {
    let mut command = binary(server.dir.path());
    let mut child = command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{args:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn ok_commands_of_rules() {
    let server = Server::start();
    server.drain("shop");
    let here = server.dir.path();
    let args = [
        "rule",
        "add",
        "--app",
        "shop",
        "--metric",
        "router.service",
        "--stat",
        "p95",
        "--above",
        "800",
        "--for",
        "2m",
    ];
    let id = said(here, &args).trim().to_owned();
    let text = said(here, &["rule", "list"]);
    assert!(text.contains("p95 of router.service above 800") && text.contains("shop"), "{text}");
    assert_eq!(
        (&rules(&server)[0]["rule"]["for_s"], &rules(&server)[0]["rule"]["window_s"]),
        (&json!(120), &json!(300))
    );
    piped(&server, &["rule", "add", "-"], &rule("From stdin").to_string());
    let file = here.join("rule.json");
    std::fs::write(&file, rule("From a file").to_string()).unwrap();
    said(here, &["rule", "add", file.to_str().unwrap()]);
    assert_eq!(rules(&server).len(), 3);
    assert_eq!(said(here, &["rule", "remove", &id]), "");
    wrong(&server, &["rule", "remove", &id], 1, "there is no rule");
}

#[test]
fn ok_commands_of_channels() {
    let server = Server::start();
    server.drain("shop");
    let here = server.dir.path();
    let out = piped(&server, &["channel", "add", "webhook", "-", "--name", "pager"], "https://example.com/hunter2\n");
    let (channel, key) = out.trim().split_once('\n').unwrap();
    assert!(key.starts_with("whsec_"), "{out}");
    let text = said(here, &["channel", "list"]);
    assert!(text.contains("pager") && text.contains("example.com") && !text.contains(SECRET), "{text}");
    let row: Value = serde_json::from_str(&said(here, &["channel", "list", "--json"])).unwrap();
    assert_eq!((&row["id"].to_string()[..], &row["kind"]), (channel, &json!("webhook")));
    said(here, &["channel", "edit", channel, "--severity", "critical", "--app", "shop"]);
    let shown = |row: &str| -> Value { serde_json::from_str(row).unwrap() };
    let changed = shown(&said(here, &["channel", "list", "--json"]));
    assert_eq!((&changed["name"], &changed["target"]), (&row["name"], &row["target"]), "these stay as they are");
    assert_eq!((&changed["severity"], &changed["apps"]), (&json!("critical"), &json!(["shop"])));
    let args = ["channel", "edit", channel, "--url", "-", "--all-apps", "--name", "night"];
    assert!(piped(&server, &args, "https://example.org/hunter2\n").starts_with("whsec_"));
    let changed = shown(&said(here, &["channel", "list", "--json"]));
    assert_eq!((&changed["target"], &changed["apps"]), (&json!("example.org"), &json!([])));
    said(here, &["channel", "remove", channel]);
    assert_eq!(said(here, &["channel", "list"]), "");
}

#[test]
fn ok_commands_of_mutes_and_windows() {
    let server = Server::start();
    server.drain("shop");
    let here = server.dir.path();
    let mute = said(here, &["mute", "add", "--app", "shop", "--for", "2h", "--reason", "a deploy"]);
    let text = said(here, &["mute", "list"]);
    assert!(text.contains("shop") && text.contains("a deploy") && text.contains("0 hidden"), "{text}");
    said(here, &["mute", "add", "--all", "--for", "morning", "--zone", "Europe/Berlin"]);
    assert_eq!(said(here, &["mute", "list", "--json"]).lines().count(), 2);
    said(here, &["mute", "remove", mute.trim()]);
    assert_eq!(said(here, &["mute", "list", "--json"]).lines().count(), 1);
    assert_eq!(said(here, &["incidents"]), "");

    let berlin = ["--zone", "Europe/Berlin", "--days", "mon,wed", "--app", "shop"];
    let args = [&["window", "add", "Nightly import", "--start", "02:30", "--for", "90m"][..], &berlin].concat();
    let window = said(here, &args);
    let text = said(here, &["window", "list"]);
    assert!(text.contains("Nightly import") && text.contains("mon,wed 02:30 Europe/Berlin for 90 min, shop"), "{text}");
    let row: Value = serde_json::from_str(&said(here, &["window", "list", "--json"])).unwrap();
    assert_eq!((&row["start_min"], row["next"].as_array().map(Vec::len)), (&json!(150), Some(5)));
    assert_eq!(said(here, &["window", "remove", window.trim()]), "");
    assert_eq!(said(here, &["window", "list"]), "");
}

#[test]
fn err_commands() {
    let server = Server::start();
    let add = |rest: &[&str], why: &str| {
        wrong(&server, &[&["rule", "add"], rest].concat(), 2, why);
    };
    add(&[], "--metric");
    add(&["--metric", "x"], "--above or --below");
    add(&["--metric", "x", "--above", "1", "--below", "2"], "--below");
    add(&["--metric", "x", "--above", "many"], "many");
    add(&["--metric", "x", "--above", "NaN"], "numbers");
    add(&["--metric", "x", "--above", "1", "--for", "soon"], "soon");
    add(&["--metric", "x", "--above", "1", "--window", "1s"], "window_s");
    add(&["--metric", "x", "--above", "1", "--app", "shoes"], "no app named shoes");
    add(&["--metric", "x", "--above", "1", "--severity", "grave"], "critical, warning, info");
    wrong(&server, &["rule", "add", "/nowhere/x"], 1, "/nowhere/x");
    let check = |args: &[&str], code: i32, why: &str| wrong(&server, args, code, why);
    check(&["channel", "add", "fax", "https://example.com"], 2, "slack, mattermost");
    check(&["channel", "add", "slack", "hunter2"], 2, "https://hooks.slack.com");
    check(&["channel", "add", "webhook", "https://example.com", "--zone", "Europe/Atlantis"], 2, "Europe/Atlantis");
    check(&["channel", "remove", "9"], 1, "no channel 9");
    check(&["channel", "edit", "9", "--name", "x"], 1, "no channel 9");
    check(&["channel", "edit", "9", "--app", "shop", "--all-apps"], 2, "--all-apps");
    check(&["window", "add", "x", "--start", "2:30"], 2, "00:00 to 23:59");
    check(&["window", "add", "x", "--start", "02:30", "--days", "monday"], 2, "mon, tue");
    check(&["window", "add", "x", "--start", "02:30", "--zone", "Europe/Atlantis"], 2, "Europe/Atlantis");
    check(&["window", "add", "x", "--start", "02:30", "--app", "shoes"], 2, "shoes");
    check(&["window", "remove", "9"], 1, "no maintenance window 9");
    check(&["channel", "test", "9"], 1, "no channel 9");
    check(&["channel", "test", "9", "--public-url", "ftp://x"], 2, "http:// or https://");
    check(&["mute", "add"], 2, "--all");
    check(&["mute", "add", "--all", "--for", "soon"], 2, "--for");
    check(&["mute", "add", "--all", "--for", "400d"], 2, "within a year");
    check(&["mute", "add", "--app", "shoes"], 2, "no app named shoes");
    check(&["mute", "add", "--all", "--zone", "Mars/Base"], 2, "Mars/Base");
    check(&["mute", "remove", "9"], 1, "no mute 9");
    check(&["incidents", "--state", "broken"], 2, "--state");
    check(&["incidents", "--zone", "Mars/Base"], 2, "Mars/Base");
}
