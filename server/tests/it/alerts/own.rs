//! Rules of the user's own: groups, searches, absence, and metrics that are gone.

use std::sync::Arc;

use serde_json::json;
use testing::{frames::message_frame, wait::wait_for};

use super::{add_rule, gauge_rule, measure, of_rule, rows, send, start, told, wait_for_state};

#[test]
fn ok_groups_join_one_incident() {
    let (server, _webhook) = start();
    let dir = Arc::clone(&server.dir);
    let token = server.drain("shop");
    let by_source = |worker: &str, value: f64| {
        message_frame(&format!("app {worker}"), &format!("source={worker} sample#jobs={value}"))
    };
    let send = |a: f64, b: f64| {
        let body = [by_source("worker.1", a), by_source("worker.2", b)].concat();
        assert_eq!(server.post(&token, &[], &body).status, 204);
    };
    send(20.0, 1.0);
    let mut rule = gauge_rule("shop", "jobs");
    rule["signal"]["metric"]["by"] = json!(["source"]);
    let rule = add_rule(dir.path(), &rule);
    let incident = wait_for_state(&server, rule, "firing");
    assert!(incident["what"].as_str().unwrap().ends_with("source=worker.1"), "{incident}");
    send(20.0, 30.0);
    let id = incident["id"].as_i64().unwrap();
    let joined = format!("SELECT rule_group FROM incident_entry WHERE kind = 'joined' AND incident_id = {id}");
    wait_for("the second group to join", || rows(dir.path(), &joined).len() == 1);
    assert_eq!(rows(dir.path(), &joined)[0]["rule_group"], "source=worker.2");
    send(1.0, 1.0);
    wait_for_state(&server, rule, "resolved");
    assert_eq!(told(dir.path(), id), ["opened", "resolved"]);
}

#[test]
fn ok_a_search_of_lines() {
    let (server, _webhook) = start();
    let dir = Arc::clone(&server.dir);
    let token = server.drain("shop");
    let said = |n: usize| -> Vec<u8> {
        (0..n).flat_map(|_| message_frame("app web.1", "payment failed took=250ms")).collect()
    };
    assert_eq!(server.post(&token, &[], &said(3)).status, 204);
    let rule = |name: &str, limit: f64, field: serde_json::Value| {
        let mut search = json!({ "q": "\"payment failed\"" });
        if !field.is_null() {
            search["field"] = field;
        }
        json!({
            "name": name, "app": "shop", "window_s": 60, "clear_s": 0, "signal": { "search": search },
            "condition": { "threshold": { "direction": "above", "limit": limit } },
        })
    };
    let few = add_rule(dir.path(), &rule("some", 2.0, json!(null)));
    let many = add_rule(dir.path(), &rule("many", 10.0, json!(null)));
    let slow = add_rule(dir.path(), &rule("slow", 200.0, json!({ "name": "took", "stat": "max" })));
    // Lines from before the rule count, and those that come afterwards.
    wait_for_state(&server, few, "firing");
    wait_for_state(&server, slow, "firing");
    assert!(of_rule(dir.path(), many).is_empty());
    assert_eq!(server.post(&token, &[], &said(20)).status, 204);
    let found = wait_for_state(&server, many, "firing");
    assert!(found["what"].as_str().unwrap().ends_with("23"), "{found}");
}

#[test]
fn ok_a_metric_that_is_gone_keeps_its_incident() {
    let (server, _webhook) = start();
    let dir = Arc::clone(&server.dir);
    let token = server.drain("shop");
    measure(&server, &token, &[("jobs".to_owned(), 20.0)]);
    let rule = add_rule(dir.path(), &gauge_rule("shop", "jobs"));
    let incident = wait_for_state(&server, rule, "firing");
    // Somebody renames the metric in the rule to one that nobody sends.
    let json = gauge_rule("shop", "nothing").to_string();
    super::execute(dir.path(), &format!("UPDATE rule SET rule = '{json}', changed_ms = changed_ms + 1"));
    let other = add_rule(dir.path(), &gauge_rule("shop", "jobs"));
    wait_for_state(&server, other, "firing");
    let now = of_rule(dir.path(), rule).pop().unwrap();
    assert_eq!((&now["id"], &now["state"]), (&incident["id"], &"firing".into()));
    // A rule that is removed says nothing any more.
    super::execute(dir.path(), &format!("DELETE FROM rule WHERE id = {rule}"));
    wait_for_state(&server, rule, "resolved");
    assert_eq!(told(dir.path(), incident["id"].as_i64().unwrap()), ["opened"]);
}

#[test]
fn ok_verdicts_and_previews() {
    let (server, _webhook) = start();
    let dir = Arc::clone(&server.dir);
    let token = server.drain("shop");
    measure(&server, &token, &[("jobs".to_owned(), 20.0)]);
    let rule = add_rule(dir.path(), &gauge_rule("shop", "jobs"));
    let gone = add_rule(dir.path(), &gauge_rule("shop", "nothing"));
    wait_for_state(&server, rule, "firing");
    let listed = |id: i64| {
        let all = server.get("/api/v1/rules").json()["rules"].as_array().unwrap().clone();
        all.into_iter().find(|it| it["id"] == id).unwrap()
    };
    wait_for("the verdict", || listed(rule)["verdicts"][0]["state"] == "firing");
    assert_eq!((&listed(rule)["verdicts"][0]["value"], &listed(rule)["problem"]), (&json!(20.0), &json!(null)));
    wait_for("the problem", || listed(gone)["problem"] == "shop has no metric named nothing");
    let preview = |rule: &serde_json::Value| {
        let body = json!({ "app": "shop", "rule": rule });
        send(&server, "POST", "/api/v1/rules/test", &body)
    };
    let fires = preview(&gauge_rule("shop", "jobs"));
    assert_eq!(fires.status, 200, "{}", fires.body);
    let fires = fires.json();
    let said = fires["sentence"].as_str().unwrap();
    assert!(said.starts_with("In the last") && said.ends_with("it would have fired once."), "{said}");
    assert_eq!(fires["occurrences"][0]["value"], 20.0);
    let search = json!({
        "name": "lines", "signal": { "search": { "q": "jobs" } }, "window_s": 60,
        "condition": { "threshold": { "direction": "above", "limit": 5.0 } },
    });
    let quiet = preview(&search).json();
    assert!(quiet["sentence"].as_str().unwrap().ends_with("it would not have fired."), "{quiet}");
    assert_eq!(preview(&gauge_rule("shop", "nothing")).status, 400);
}
