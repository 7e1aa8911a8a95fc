//! Mutes, maintenance windows and the links of messages, from a line to the receiver of a message.

use std::sync::Arc;

use serde_json::json;
use testing::{process::Server, wait::wait_for, webhook::Webhook};

use super::{add_rule, gauge_rule, made, measure, removed, rows, wait_for_state};

/// A server with a channel to the receiver, whose messages are in the form of Mattermost.
fn server(receiver: &Webhook) -> (Server, String) {
    let server = Server::start_with(&[("ALERT_PRIVATE", "1"), ("PUBLIC_URL", "https://gauge.example.com")]);
    let token = server.drain("shop");
    let url = format!("http://{}/hooks/x", receiver.address());
    made(&server, "/api/v1/channels", &json!({ "kind": "mattermost", "url": url, "name": "#ops", "severity": "info" }));
    (server, token)
}

#[test]
fn ok_a_message_waits_for_the_end_of_a_mute_and_its_link_mutes() {
    let receiver = Webhook::start(0);
    let (server, token) = server(&receiver);
    let dir = Arc::clone(&server.dir);
    let until_ms = testing::clock::now_ms() + 3_600_000;
    let mute = made(&server, "/api/v1/mutes", &json!({ "app": "shop", "until_ms": until_ms, "reason": "a deploy" }));
    measure(&server, &token, &[("jobs".to_owned(), 20.0)]);
    let rule = add_rule(dir.path(), &gauge_rule("shop", "jobs"));
    let incident = wait_for_state(&server, rule, "firing")["id"].as_i64().unwrap();
    let path = format!("/api/v1/incidents/{incident}");
    let entry = |kind: &str| {
        let found = server.get(&path).json();
        found["entries"].as_array().unwrap().iter().find(|it| it["kind"] == kind).cloned()
    };
    wait_for("the timeline to say so", || entry("muted").is_some());
    assert!(entry("muted").unwrap()["text"].as_str().unwrap().starts_with("muted by API until "));
    let mutes = server.get("/api/v1/mutes").json();
    assert_eq!((&mutes["mutes"][0]["hidden"], receiver.requests()), (&json!(1), 0), "{mutes}");
    assert_eq!(server.get("/api/v1/incidents?state=firing&app=shop").json()["incidents"][0]["id"], incident);

    // What was held back is said once the mute is over.
    removed(&server, &format!("/api/v1/mutes/{mute}"));
    wait_for("the message", || receiver.requests() == 1);
    let body = String::from_utf8(receiver.accepted()[0].body.clone()).unwrap();
    let links: Vec<&str> = body.split("https://gauge.example.com/mute/").skip(1).collect();
    assert_eq!(links.len(), 3, "{body}");
    let is_token = |it: char| it.is_ascii_alphanumeric() || "._-".contains(it);
    let link = links[1].split(|it| !is_token(it)).next().unwrap();
    let page = server.get(&format!("/mute/{link}"));
    assert!(page.status == 200 && page.body.contains("Mute for 8 h"), "{}", page.body);
    assert_eq!(server.get("/api/v1/mutes").json()["mutes"], json!([]));
    let page = server.request("POST", &format!("/mute/{link}"), &[], b"").unwrap();
    assert!(page.status == 200 && page.body.contains("Muted by link in #ops until"), "{}", page.body);
    let mutes = server.get("/api/v1/mutes").json();
    let mute = &mutes["mutes"][0];
    assert_eq!((&mute["incident"], &mute["by"]), (&json!(incident), &json!("link in #ops")), "{mutes}");

    // Whoever heard that it began hears that it is over.
    measure(&server, &token, &[("jobs".to_owned(), 1.0)]);
    wait_for_state(&server, rule, "resolved");
    wait_for("the message that it is over", || receiver.requests() == 2);
    wait_for("both deliveries", || {
        let found = server.get(&path).json();
        found["messages"].as_array().unwrap().iter().filter(|it| it["delivered_ms"].is_i64()).count() == 2
    });
    assert!(server.get(&format!("/mute/{link}")).body.contains("This incident is over"));
}

#[test]
fn ok_a_maintenance_window_holds_messages_back() {
    let receiver = Webhook::start(0);
    let (server, token) = server(&receiver);
    let dir = Arc::clone(&server.dir);
    let window = json!({
        "name": "Deploy", "app": "shop", "zone": "UTC", "weekdays": [true, true, true, true, true, true, true],
        "start_min": 0, "length_min": 1_440,
    });
    let window = made(&server, "/api/v1/windows", &window);
    measure(&server, &token, &[("jobs".to_owned(), 20.0)]);
    let rule = add_rule(dir.path(), &gauge_rule("shop", "jobs"));
    wait_for_state(&server, rule, "firing");
    let muted = "SELECT text FROM incident_entry WHERE kind = 'muted'";
    wait_for("the timeline to say so", || rows(dir.path(), muted).len() == 1);
    let text = rows(dir.path(), muted)[0]["text"].clone();
    assert!(text.as_str().unwrap().starts_with("maintenance window Deploy until "), "{text}");
    assert_eq!(receiver.requests(), 0);
    removed(&server, &format!("/api/v1/windows/{window}"));
    wait_for("the message", || receiver.requests() == 1);
}
