//! `kill -9` at random moments while a hundred incidents open and are resolved, with a receiver
//! that refuses every third request: each opened and resolved message arrives, under one id and in
//! this order, and nothing that did not happen is told.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::{Duration, Instant},
};

use testing::{process::Server, random::Dice, wait::wait_for, webhook::Webhook};

use super::{SETTINGS, add_channel, add_rule, count, execute, gauge_rule, measure, rows, told};

/// Each app has a channel of its own, and with it a budget of messages.
const APPS: usize = 10;
const RULES_PER_APP: usize = 10;
const INCIDENTS: usize = APPS * RULES_PER_APP;
/// How long the last messages may take: a channel gets six a minute, the last of them a digest.
const DELIVERED_MAX: Duration = Duration::from_secs(240);
/// Time between two tries of what was refused.
const TRIED_EVERY: Duration = Duration::from_secs(2);

#[test]
fn ok_killed_while_a_hundred_incidents_come_and_go() {
    let (mut server, webhook) = (Server::start_with(&SETTINGS), Webhook::start(3));
    let dir = Arc::clone(&server.dir);
    let names: Vec<String> = (0..APPS).map(|it| format!("app{it}")).collect();
    let tokens: Vec<String> = names.iter().map(|it| server.drain(it)).collect();
    let all = |value: f64| (0..RULES_PER_APP).map(|it| (format!("queue{it}"), value)).collect::<Vec<_>>();
    for (name, token) in names.iter().zip(&tokens) {
        add_channel(&server, &webhook, std::slice::from_ref(name));
        measure(&server, token, &all(1.0));
    }
    for queue in 0..RULES_PER_APP {
        let mut rule = gauge_rule("", &format!("queue{queue}"));
        rule["app"] = serde_json::Value::Null;
        add_rule(dir.path(), &rule);
    }
    let (mut dice, mut kills) = (Dice(7), 0);
    for wave in 0..=RULES_PER_APP {
        let mut values = vec![];
        if wave < RULES_PER_APP {
            values.push((format!("queue{wave}"), 20.0));
        }
        if wave > 0 {
            values.push((format!("queue{}", wave - 1), 1.0));
        }
        tokens.iter().for_each(|it| measure(&server, it, &values));
        // Somewhere between the judging that opens and the one that resolves.
        let end = Instant::now() + Duration::from_millis(dice.roll(4_000));
        wait_for("a moment", || Instant::now() > end);
        server = Server::start_in(server.kill(), 0, &SETTINGS);
        kills += 1;
        let expected = ((wave + 1) * APPS).min(INCIDENTS);
        wait_for("the wave to fire", || {
            count(dir.path(), "SELECT count(*) AS n FROM incident WHERE fired_ms > 0") >= expected
        });
    }
    let open = "SELECT count(*) AS n FROM incident WHERE resolved_ms IS NULL";
    wait_for("every incident to be over", || count(dir.path(), open) == 0);
    let incidents = rows(dir.path(), "SELECT id FROM incident ORDER BY id");
    assert_eq!(incidents.len(), INCIDENTS);
    let ids: BTreeSet<i64> = incidents.iter().map(|it| it["id"].as_i64().unwrap()).collect();
    for id in &ids {
        assert_eq!(told(dir.path(), *id), ["opened", "resolved"], "{id}");
    }
    let waiting = "SELECT count(*) AS n FROM outbox WHERE delivered_ms IS NULL";
    let end = Instant::now() + DELIVERED_MAX;
    while count(dir.path(), waiting) > 0 {
        assert!(Instant::now() < end, "messages are left");
        // What was refused three times would wait for five minutes.
        execute(dir.path(), "UPDATE outbox SET next_ms = 0 WHERE next_ms IS NOT NULL");
        std::thread::sleep(TRIED_EVERY);
    }
    assert_eq!(count(dir.path(), "SELECT count(DISTINCT message_id) AS n FROM outbox"), 2 * INCIDENTS);
    let arrived = arrived(&webhook);
    assert_eq!(arrived.keys().copied().collect::<BTreeSet<_>>(), ids);
    for (id, events) in &arrived {
        assert_eq!(events, &["incident.opened", "incident.resolved"], "{id}");
    }
    let (accepted, requests) = (webhook.accepted().len(), webhook.requests());
    eprintln!("{INCIDENTS} incidents, {kills} kills, {requests} requests, {accepted} accepted");
    assert!(requests > accepted, "nothing was refused");
}

/// What arrived about each incident, in order. A request that arrived twice has one id and counts
/// once.
fn arrived(webhook: &Webhook) -> BTreeMap<i64, Vec<String>> {
    let (mut seen, mut arrived) = (BTreeSet::new(), BTreeMap::<i64, Vec<String>>::new());
    for request in webhook.accepted() {
        if !seen.insert(request.header("webhook-id").unwrap().to_owned()) {
            continue;
        }
        let body = request.json();
        if body["type"] == "incidents.digest" {
            assert_eq!(body["data"]["more"], 0, "{body}");
            for group in body["data"]["groups"].as_array().unwrap() {
                for incident in group["incidents"].as_array().unwrap() {
                    let event = group["event"].as_str().unwrap().to_owned();
                    arrived.entry(incident["id"].as_i64().unwrap()).or_default().push(event);
                }
            }
        } else {
            let event = body["type"].as_str().unwrap().to_owned();
            arrived.entry(body["data"]["incident"].as_i64().unwrap()).or_default().push(event);
        }
    }
    arrived
}
