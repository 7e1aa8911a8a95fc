//! Endpoints before and after a release. What counts as a difference is tested beside the code.

use serde_json::Value;
use testing::{
    clock::{now_ms, stamp},
    frames::octet_counted,
    process::Server,
};

const LOGPLEX: [(&str, &str); 1] = [("Logplex-Drain-Token", "d.1")];

fn frame(ago_s: i64, app: &str, process: &str, message: &str) -> Vec<u8> {
    let at = stamp((now_ms() - ago_s * 1_000) * 1_000);
    octet_counted(&format!("<158>1 {at} host {app} {process} - {message}\n"))
}

fn request(ago_s: i64, path: &str, service_ms: i64, status: u16) -> Vec<u8> {
    let text = format!(
        "at=info method=POST path=\"{path}\" host=h request_id=1 fwd=\"ip\" dyno=web.1 connect=1ms service={service_ms}ms status={status} bytes=5"
    );
    frame(ago_s, "heroku", "router", &text)
}

/// A server whose release of ten minutes ago made one endpoint slow, and another fail.
fn released() -> Server {
    let server = Server::start();
    let token = server.drain("app");
    // An endpoint has its own series once it has been seen often in the last minutes.
    let mut after: Vec<u8> = vec![];
    for at in 0..200 {
        let ago_s = 200 + at;
        after.extend(request(ago_s, "/orders", 400 + at, 200));
        after.extend(request(ago_s, "/users/7", 20, if at % 8 == 0 { 503 } else { 200 }));
        after.extend(request(ago_s, "/calm", 20 + at % 9, 200));
    }
    after.extend(frame(600, "app", "api", "Release v42 created by user ann@example.com"));
    assert_eq!(server.post(&token, &LOGPLEX, &after).status, 204);
    let mut before: Vec<u8> = vec![];
    for at in 0..200 {
        let ago_s = 1_000 + at;
        before.extend(request(ago_s, "/orders", 100 + at, 200));
        before.extend(request(ago_s, "/users/7", 20, 200));
        before.extend(request(ago_s, "/calm", 20 + at % 9, 200));
    }
    assert_eq!(server.post(&token, &LOGPLEX, &before).status, 204);
    server
}

fn of<'a>(answer: &'a Value, path: &str) -> &'a Value {
    let all = answer["endpoints"].as_array().unwrap();
    all.iter().find(|it| it["path"] == path).unwrap_or_else(|| panic!("no {path} in {answer}"))
}

#[test]
fn ok_before_and_after_a_release() {
    let server = released();
    let answer = server.get("/api/v1/apps/app/compare").json();
    assert_eq!(answer["release"]["kind"], "release");
    let orders = of(&answer, "/orders");
    assert_eq!(orders["requests"], serde_json::json!({ "before": 200, "after": 200, "last_week": 0 }));
    let p50 = &orders["figures"][0];
    assert_eq!((p50["figure"].as_str(), p50["certainty"].as_str()), (Some("p50"), Some("sure")));
    assert!(orders["says"][0].as_str().unwrap().starts_with("p50 of POST /orders "), "{orders}");
    let users = of(&answer, "/users/:id");
    let errors = &users["figures"][3];
    assert_eq!((errors["before"].as_f64(), errors["after"].as_f64()), (Some(0.0), Some(0.125)));
    // The spans before and after have other lengths, so only its times are as before.
    assert_eq!(of(&answer, "/calm")["figures"][1]["certainty"], "same");
    // What got worse is first.
    assert_eq!(answer["endpoints"][0]["path"], "/orders");
    let first = server.get("/api/v1/apps/app/compare?limit=1").json();
    assert_eq!((first["endpoints"].as_array().map(Vec::len), first["left_out"].as_u64()), (Some(1), Some(2)));
}

#[test]
fn ok_two_spans() {
    let server = released();
    let ask = |rest: &str| server.get(&format!("/api/v1/apps/app/compare?{rest}"));
    let answer = ask("before_from=-25m&before_to=-15m&from=-9m").json();
    assert_eq!(
        (answer["release"].clone(), of(&answer, "/orders")["requests"]["after"].as_u64()),
        (Value::Null, Some(200))
    );
    let swapped = ask("from=-25m&to=-15m&before_from=-9m&before_to=now").json();
    let p50 = |of: &Value| (of["figures"][0]["before"].as_f64(), of["figures"][0]["after"].as_f64());
    let (forth, back) = (p50(of(&answer, "/orders")), p50(of(&swapped, "/orders")));
    assert_eq!(forth, (back.1, back.0));
    // A moment long before anything is known.
    let long_ago = ask("at=-20d").json();
    assert_eq!(long_ago["endpoints"].as_array().map(Vec::len), Some(0));
    for (rest, status) in [("length=1", 400), ("from=-1h", 400), ("at=soon", 400), ("at=0", 200)] {
        assert_eq!(ask(rest).status, status, "{rest}");
    }
    assert_eq!(server.get("/api/v1/apps/nobody/compare").status, 404);
}

#[test]
fn err_no_release_is_known() {
    let server = Server::start();
    let token = server.drain("app");
    assert_eq!(server.post(&token, &LOGPLEX, &request(10, "/orders", 9, 200)).status, 204);
    let reply = server.get("/api/v1/apps/app/compare");
    assert!(reply.status == 400 && reply.body.contains("no release of the last 30 days"), "{}", reply.body);
}
