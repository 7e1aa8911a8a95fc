//! Error lines in groups: what is folded, exact counts, the bound, and masks.

use testing::{
    clock::{now_ms, stamp},
    frames::octet_counted,
    process::Server,
};

const LOGPLEX: [(&str, &str); 1] = [("Logplex-Drain-Token", "d.1")];

fn frame(at_ms: i64, message: &str) -> Vec<u8> {
    octet_counted(&format!("<190>1 {} host app web.1 - {message}\n", stamp(at_ms * 1_000)))
}

#[test]
fn ok_errors_are_grouped_by_what_stays_the_same() {
    let server = Server::start();
    let (token, now_ms) = (server.drain("app"), now_ms());
    let lines = [
        (9_000, "level=error msg=\"no stock for order 17\""),
        (8_000, "level=error msg=\"no stock for order 4711\" password=hunter2"),
        (7_000, "level=info msg=\"no stock for order 1\""),
        (6_000, "level=error msg=\"boom\""),
    ];
    let body: Vec<u8> = lines.iter().flat_map(|(ago_ms, text)| frame(now_ms - ago_ms, text)).collect();
    assert_eq!(server.post(&token, &LOGPLEX, &body).status, 204);
    let found = server.get("/api/v1/apps/app/errors").json();
    let groups: Vec<_> = found["groups"].as_array().unwrap().iter().map(|it| (&it["text"], &it["count"])).collect();
    let expected = serde_json::json!([["boom", 1], ["no stock for order #", 2]]);
    assert_eq!(serde_json::json!(groups), expected, "{found}");
    let group = &found["groups"][1];
    let times = (group["first_ms"].as_i64(), group["last_ms"].as_i64());
    assert_eq!(times, (Some(now_ms - 9_000), Some(now_ms - 8_000)), "{group}");
    let counts = group["counts"].as_array().unwrap().iter().filter_map(serde_json::Value::as_u64);
    assert_eq!(counts.sum::<u64>(), 2, "{group}");
    // Its search finds its lines.
    assert_eq!(group["filter"], "\"no stock for order\"");
    let lines = server.get("/api/v1/apps/app/logs?level=error&q=%22no+stock+for+order%22").json();
    assert_eq!(lines["lines"].as_array().map(Vec::len), Some(2), "{lines}");
    assert_eq!(server.get("/api/v1/apps/app/errors?q=%22open").status, 400);
    assert_eq!(server.get("/api/v1/apps/none/errors").status, 404);
}

#[test]
fn ok_groups_without_room_are_counted_together() {
    let server = Server::start();
    let (token, now_ms) = (server.drain("app"), now_ms());
    let letter = |n: usize| char::from(b'a' + u8::try_from(n).unwrap());
    let body: Vec<u8> = (0..260)
        .flat_map(|n| frame(now_ms - 1_000, &format!("level=error msg=\"bad {}{}\"", letter(n / 26), letter(n % 26))))
        .collect();
    assert_eq!(server.post(&token, &LOGPLEX, &body).status, 204);
    let found = server.get("/api/v1/apps/app/errors").json();
    assert_eq!((found["groups"].as_array().map(Vec::len), found["others"].as_u64()), (Some(200), Some(60)));
}
