//! Alerts by the API: rules, channels, mutes and windows are added, listed, changed and removed,
//! and bad input is told in a sentence. What is judged and sent is tested beside this file.

use serde_json::{Value, json};
use testing::{
    frames::{frame, now_line},
    process::{Server, database, said},
    wait::wait_for,
};

use super::{JSON, commands::wrong, count, made, removed, send};

/// A part of every secret of this test.
pub const SECRET: &str = "hunter2";

#[track_caller]
fn refused(server: &Server, method: &str, path: &str, body: &Value, status: u16, said: &str) {
    let reply = send(server, method, path, body);
    assert_eq!(reply.status, status, "{method} {path}: {}", reply.body);
    assert!(reply.head.contains("application/problem+json"), "{path}: {}", reply.head);
    let detail = reply.json()["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains(said) && detail.len() < 600, "{method} {path}: {detail}");
    assert!(!detail.contains(SECRET), "{detail}");
}

fn listed(server: &Server, path: &str, name: &str) -> Vec<Value> {
    let reply = server.get(path);
    assert_eq!(reply.status, 200, "{path}: {}", reply.body);
    reply.json()[name].as_array().unwrap().clone()
}

pub fn rule(name: &str) -> Value {
    json!({
        "name": name, "app": "shop",
        "signal": { "metric": { "metric": "router.service", "stat": "p95" } },
        "condition": { "threshold": { "direction": "above", "limit": 800.0 } },
    })
}

fn window(zone: &str) -> Value {
    json!({
        "name": "Backup 🚀", "zone": zone, "weekdays": [true, true, true, true, true, true, true],
        "start_min": 120, "length_min": 30,
    })
}

/// The stored rules; the API's list comes with what the judge knows of them.
pub fn rules(server: &Server) -> Vec<Value> {
    let listed = said(server.dir.path(), &["rule", "list", "--json"]);
    listed.lines().map(|it| serde_json::from_str(it).unwrap()).collect()
}

#[test]
fn ok_rules_are_added_changed_and_removed() {
    let server = Server::start();
    server.drain("shop");
    let id = made(&server, "/api/v1/rules", &rule("Slow 🐌"));
    assert_eq!(rules(&server)[0]["rule"]["name"], "Slow 🐌");
    let reply = send(&server, "PUT", &format!("/api/v1/rules/{id}"), &rule("Slower"));
    assert_eq!((reply.status, reply.json()["id"].as_i64()), (200, Some(id)));
    assert_eq!((rules(&server).len(), rules(&server)[0]["rule"]["name"].as_str()), (1, Some("Slower")));
    removed(&server, &format!("/api/v1/rules/{id}"));
    assert_eq!(rules(&server), Vec::<Value>::new());
    for (is_on, rows) in [(false, 1), (false, 1), (true, 0)] {
        let reply = send(&server, "PUT", "/api/v1/apps/shop/rules/latency", &json!({ "is_on": is_on }));
        assert_eq!(reply.status, 204, "{}", reply.body);
        assert_eq!(count(server.dir.path(), "SELECT count(*) AS n FROM rule_off"), rows);
    }
}

#[test]
fn err_rules() {
    let server = Server::start();
    server.drain("shop");
    let check = |body: &Value, said: &str| refused(&server, "POST", "/api/v1/rules", body, 400, said);
    let with = |name: &str, value: Value| {
        let mut rule = rule("Slow");
        rule[name] = value;
        rule
    };
    check(&json!("x"), "expected the JSON of a rule");
    check(&json!({}), "missing field `name`");
    check(&with("colour", json!(1)), "colour");
    check(&with("name", json!("🐌".repeat(2_500))), "at most 200 bytes, found 10000");
    check(&with("name", json!(" ")), "expected a name");
    check(&with("app", json!("shoes")), "no app named shoes");
    check(&with("window_s", json!(i64::MAX)), "window_s from 10 to 86400");
    check(&with("condition", json!({ "usual": { "direction": "above", "times": 1e308 } })), "times from 1.1 to 100");
    check(&with("signal", json!({ "search": { "q": "a ".repeat(33) } })), "32");
    check(&with("signal", json!({ "metric": { "metric": "x", "stat": "median" } })), "median");
    for path in ["/api/v1/rules/7", "/api/v1/rules/x", "/api/v1/rules/9223372036854775808"] {
        refused(&server, "PUT", path, &rule("Slow"), 404, "there is no rule");
        refused(&server, "DELETE", path, &json!(null), 404, "there is no rule");
    }
    let off = json!({ "is_on": false });
    refused(&server, "PUT", "/api/v1/apps/shop/rules/weather", &off, 404, "errors, latency");
    refused(&server, "PUT", "/api/v1/apps/shoes/rules/latency", &off, 404, "no app named shoes");
    refused(&server, "PUT", "/api/v1/apps/shop/rules/latency", &json!({}), 400, "is_on");
    let long = json!({ "name": "x".repeat(70_000) });
    assert!(matches!(send(&server, "POST", "/api/v1/rules", &long).status, 400 | 413));
}

#[test]
fn ok_channels_show_no_secret() {
    let server = Server::start();
    server.drain("shop");
    let slack = json!({
        "kind": "slack", "url": "https://hooks.slack.com/services/T0/B0/hunter2", "name": "#ops",
        "zone": "europe/berlin", "severity": "critical", "apps": ["shop"],
    });
    let id = made(&server, "/api/v1/channels", &slack);
    let reply =
        send(&server, "POST", "/api/v1/channels", &json!({ "kind": "webhook", "url": "https://example.com/hunter2" }));
    assert_eq!(reply.status, 201, "{}", reply.body);
    assert!(reply.json()["secret"].as_str().unwrap().starts_with("whsec_"), "{}", reply.body);
    let all = listed(&server, "/api/v1/channels", "channels");
    let shown = all.iter().find(|it| it["id"] == id).unwrap();
    assert_eq!(shown["target"], "hooks.slack.com");
    assert_eq!((&shown["name"], &shown["zone"]), (&json!("#ops"), &json!("Europe/Berlin")));
    for renamed in [json!({ "kind": "slack", "url": "", "name": "#most" }), json!({ "kind": "slack", "name": "#all" })]
    {
        assert_eq!(send(&server, "PUT", &format!("/api/v1/channels/{id}"), &renamed).status, 200);
    }
    let all = listed(&server, "/api/v1/channels", "channels");
    assert!(all.iter().any(|it| it["name"] == "#all" && it["target"] == "hooks.slack.com"), "{all:?}");
    assert!(!json!(all).to_string().contains(SECRET));
    let file = std::fs::read(database(server.dir.path())).unwrap();
    assert!(memchr::memmem::find(&file, SECRET.as_bytes()).is_none(), "the file holds a secret");
    removed(&server, &format!("/api/v1/channels/{id}"));
    assert_eq!(listed(&server, "/api/v1/channels", "channels").len(), 1);
}

#[test]
fn ok_a_rule_is_tried_on_the_past() {
    let server = Server::start();
    let token = server.drain("shop");
    assert_eq!(server.post(&token, &[], &frame(&now_line(5))).status, 204);
    let ask = |rule: &Value| json!({ "app": "shop", "rule": rule });
    let reply = send(&server, "POST", "/api/v1/rules/test", &ask(&rule("Slow")));
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert!(reply.json()["sentence"].as_str().unwrap().ends_with('.'), "{}", reply.body);
    let mut gone = rule("Gone");
    gone["signal"]["metric"]["metric"] = json!("db.query");
    refused(&server, "POST", "/api/v1/rules/test", &ask(&gone), 400, "shop has no metric named db.query");
    refused(&server, "POST", "/api/v1/rules/test", &json!({ "app": "shop" }), 400, "missing field `rule`");
    gone["app"] = json!("shoes");
    refused(&server, "POST", "/api/v1/rules/test", &ask(&gone), 404, "no app named shoes");
    // A saved one says by itself why it can't be judged.
    gone["app"] = json!("shop");
    made(&server, "/api/v1/rules", &gone);
    let problem = || listed(&server, "/api/v1/rules", "rules")[0]["problem"].as_str().map(str::to_owned);
    wait_for("the rule to be judged", || problem().is_some_and(|it| it.contains("db.query")));
    let built_in = listed(&server, "/api/v1/rules", "built_in");
    assert!(built_in.iter().any(|it| it["rule"] == "latency"), "{built_in:?}");

    let series = "SELECT count(*) AS n FROM series WHERE metric = 'router.service'";
    wait_for("the checkpoint", || count(server.dir.path(), series) > 0);
    let args = ["rule", "test", "--app", "shop", "--metric", "router.service", "--stat", "max", "--above", "1"];
    let text = said(server.dir.path(), &args);
    assert!(text.contains("would have fired"), "{text}");
    let preview: Value = serde_json::from_str(&said(server.dir.path(), &[&args[..], &["--json"]].concat())).unwrap();
    assert!(preview["occurrences"].is_array(), "{preview}");
    wrong(&server, &["rule", "test", "--metric", "router.service", "--above", "1"], 2, "--on");
    wrong(&server, &["rule", "test", "--app", "shop", "--metric", "db.query", "--above", "1"], 1, "db.query");
}

#[test]
fn err_a_test_message_that_is_not_delivered() {
    let server = Server::start();
    let id = made(&server, "/api/v1/channels", &json!({ "kind": "webhook", "url": "http://127.0.0.1:9/hunter2" }));
    let path = format!("/api/v1/channels/{id}/test");
    refused(&server, "POST", &path, &json!(null), 502, "ALERT_PRIVATE=1");
    wrong(&server, &["channel", "test", &id.to_string()], 1, "ALERT_PRIVATE=1");
}

#[test]
fn err_channels() {
    let server = Server::start();
    let url = "https://hooks.slack.com/services/T0/B0/hunter2";
    let check = |body: &Value, said: &str| refused(&server, "POST", "/api/v1/channels", body, 400, said);
    check(&json!({ "kind": "slack", "url": url, "zone": "Europe/Atlantis" }), "Europe/Atlantis");
    check(&json!({ "kind": "slack", "url": url, "apps": ["shoes"] }), "no app named");
    check(&json!({ "kind": "slack", "url": url, "name": "🚀".repeat(2_500) }), "found 10000");
    check(&json!({ "kind": "slack", "url": "hunter2" }), "Slack");
    check(&json!({ "kind": "slack", "url": "ftp://hunter2" }), "https://");
    check(&json!({ "kind": "slack", "url": ["hunter2"] }), "a mistake at line 1");
    check(&json!({ "kind": "slack" }), "https://hooks.slack.com");
    check(&json!({ "kind": "fax", "url": url }), "fax");
    refused(&server, "DELETE", "/api/v1/channels/7", &json!(null), 404, "no channel 7");
    refused(&server, "POST", "/api/v1/channels/7/test", &json!(null), 404, "no channel 7");
}

#[test]
fn ok_mutes_and_windows_come_and_go() {
    let server = Server::start();
    server.drain("shop");
    let until_ms = testing::clock::now_ms() + 3_600_000;
    let id = made(&server, "/api/v1/mutes", &json!({ "app": "shop", "rule": "latency", "until_ms": until_ms }));
    let mutes = listed(&server, "/api/v1/mutes", "mutes");
    assert_eq!((mutes.len(), &mutes[0]["by"], &mutes[0]["rule"]), (1, &json!("API"), &json!("latency")));
    removed(&server, &format!("/api/v1/mutes/{id}"));
    assert_eq!(listed(&server, "/api/v1/mutes", "mutes"), Vec::<Value>::new());
    let id = made(&server, "/api/v1/windows", &window("europe/berlin"));
    let windows = listed(&server, "/api/v1/windows", "windows");
    assert_eq!((&windows[0]["zone"], windows[0]["next"].as_array().unwrap().len()), (&json!("Europe/Berlin"), 5));
    assert_eq!(send(&server, "PUT", &format!("/api/v1/windows/{id}"), &window("UTC")).status, 200);
    let windows = listed(&server, "/api/v1/windows", "windows");
    let next = windows[0]["next"][0].clone();
    assert_eq!(next[0].as_i64().unwrap() % 86_400, 7_200, "02:00 UTC: {next}");
    removed(&server, &format!("/api/v1/windows/{id}"));
    assert_eq!(listed(&server, "/api/v1/windows", "windows"), Vec::<Value>::new());
}

#[test]
fn err_mutes_and_windows() {
    let server = Server::start();
    let until_ms = testing::clock::now_ms() + 3_600_000;
    let mute = |body: &Value, said: &str| refused(&server, "POST", "/api/v1/mutes", body, 400, said);
    mute(&json!({}), "until_ms");
    mute(&json!({ "until_ms": 5 }), "later than now");
    mute(&json!({ "until_ms": i64::MAX }), "within a year");
    mute(&json!({ "until_ms": until_ms, "app": "shoes" }), "no app named shoes");
    mute(&json!({ "until_ms": until_ms, "rule": "weather" }), "weather");
    mute(&json!({ "until_ms": until_ms, "rule": "rule-9" }), "no rule rule-9");
    mute(&json!({ "until_ms": until_ms, "incident": 9 }), "no incident #9");
    mute(&json!({ "until_ms": until_ms, "reason": "🚀".repeat(2_500) }), "found 10000");
    refused(&server, "DELETE", "/api/v1/mutes/9", &json!(null), 404, "no mute 9");
    let check = |body: &Value, said: &str| refused(&server, "POST", "/api/v1/windows", body, 400, said);
    check(&window("Europe/Atlantis"), "Europe/Atlantis");
    check(&window(""), "expected a time zone");
    check(&window(&"x".repeat(10_000)), "time zone");
    for (name, value, said) in [
        ("weekdays", json!([false, false, false, false, false, false, false]), "at least one day"),
        ("weekdays", json!([true]), "invalid length 1"),
        ("start_min", json!(1_440), "1440"),
        ("start_min", json!(-1), "-1"),
        ("length_min", json!(0), "found 0"),
        ("name", json!("🚀".repeat(2_500)), "found 10000"),
        ("app", json!("shoes"), "no app named shoes"),
    ] {
        let mut body = window("UTC");
        body[name] = value;
        check(&body, said);
    }
    refused(&server, "PUT", "/api/v1/windows/9", &window("UTC"), 404, "no maintenance window 9");
    for (path, said) in [
        ("/api/v1/incidents?state=broken", "broken"),
        ("/api/v1/incidents?from=x", "from="),
        ("/api/v1/incidents?limit=-1", "-1"),
    ] {
        refused(&server, "GET", path, &json!(null), 400, said);
    }
    refused(&server, "GET", "/api/v1/incidents?app=shoes", &json!(null), 404, "no app named shoes");
    refused(&server, "GET", "/api/v1/incidents/x", &json!(null), 404, "number of an incident");
    refused(&server, "GET", "/api/v1/incidents/9", &json!(null), 404, "no incident #9");
}

#[test]
fn ok_the_name_of_who_signed_in_is_recorded() {
    let server = Server::start_with(&[("ADMIN_PASSWORD", "a long password")]);
    let body = json!({ "until_ms": testing::clock::now_ms() + 60_000 }).to_string();
    for (basic, by) in [
        ("Basic YWxpY2U6YSBsb25nIHBhc3N3b3Jk", "alice"),
        ("Basic YW55OmEgbG9uZyBwYXNzd29yZA==", "API"),
        ("Bearer a long password", "API"),
    ] {
        let headers = [JSON, ("Authorization", basic)];
        assert_eq!(server.request("POST", "/api/v1/mutes", &headers, body.as_bytes()).unwrap().status, 201);
        let mutes = server.request("GET", "/api/v1/mutes", &headers, b"").unwrap().json();
        assert_eq!(mutes["mutes"][0]["by"], by, "{mutes}");
    }
}

#[test]
fn ok_a_check_is_a_status_and_a_sentence() {
    let server = Server::start();
    let token = server.drain("shop");
    assert_eq!(server.post(&token, &[], &frame(&now_line(5))).status, 204);
    let check = |query: &str, status: u16, said: &str| {
        let reply = server.get(&format!("/check?app=shop&{query}"));
        assert_eq!(reply.status, status, "{query}: {}", reply.body);
        assert!(reply.head.contains("text/plain") && reply.body.lines().count() == 1, "{}", reply.head);
        assert!(reply.body.contains(said), "{query}: {}", reply.body);
    };
    check("metric=router.requests&stat=sum&max=1", 200, "sum of router.requests of shop is 1 in the last 5 min");
    check("metric=router.requests&stat=sum&max=0", 500, "above the limit of 0");
    check("metric=router.requests&stat=sum&min=2&window=1h", 500, "below the limit of 2");
    check("metric=router.nothing&max=1", 500, "shop has no router.nothing in the last 5 min");
    check("metric=router.nothing&max=1&absent=ok", 200, "shop has no router.nothing");
    refused(&server, "GET", "/check?app=shop&metric=router.requests", &json!(null), 400, "max= or min=");
    refused(&server, "GET", "/check?app=shoes&metric=router.requests&max=1", &json!(null), 404, "no app named shoes");
    let locked = Server::start_with(&[("ADMIN_PASSWORD", "a long password")]);
    assert_eq!(locked.get("/check?app=shop&metric=router.requests&max=1").status, 401);
}
