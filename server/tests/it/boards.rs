//! Boards by the API: added, replaced, removed, and refused in a sentence. Their page shows the
//! data of each panel, or why there is none.

use serde_json::{Value, json};
use testing::{
    frames::{frames, lines},
    process::Server,
};

use crate::alerts::{made, removed, send};

fn series(app: &str, metric: &str, stat: &str) -> Value {
    json!({ "app": app, "metric": metric, "stat": stat })
}

fn board(name: &str, panels: &[Value]) -> Value {
    json!({ "name": name, "panels": panels })
}

/// A server with an app whose requests were counted.
fn filled() -> Server {
    let server = Server::start();
    let token = server.drain("shop");
    assert_eq!(server.post(&token, &[], &frames(&lines(7, 500, 300))).status, 204);
    server
}

#[track_caller]
fn refused(server: &Server, (method, path): (&str, &str), body: &Value, status: u16, said: &str) {
    let reply = send(server, method, path, body);
    assert_eq!(reply.status, status, "{method} {path}: {}", reply.body);
    let detail = reply.json()["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains(said) && detail.len() < 600, "{detail}");
}

#[test]
fn ok_a_board_is_added_replaced_and_removed() {
    let server = Server::start();
    let text = json!({ "title": "", "width": 4, "content": { "text": "Call Ada 🌙" } });
    let id = made(&server, "/api/v1/boards", &board(" Night ", std::slice::from_ref(&text)));
    let path = format!("/api/v1/boards/{id}");
    let found = server.get(&path).json();
    assert_eq!((&found["name"], &found["version"], &found["changed_by"]), (&json!("Night"), &json!(1), &json!("API")));
    assert_eq!(found["panels"], json!([text]));

    // What was exported can be sent back as it is, and a second time it is an old version.
    assert_eq!(send(&server, "PUT", &path, &found).status, 200);
    refused(&server, ("PUT", &path), &found, 409, "expected version 1, found 2");
    let anyhow = board("Nights", &[]);
    assert_eq!(send(&server, "PUT", &path, &anyhow).status, 200);
    let listed = server.get("/api/v1/boards").json();
    assert_eq!((&listed["boards"][0]["name"], &listed["boards"][0]["panels"]), (&json!("Nights"), &json!(0)));
    removed(&server, &path);
    refused(&server, ("GET", &path), &json!(null), 404, "there is no board");
    refused(&server, ("PUT", &path), &anyhow, 404, "there is no board");
}

#[test]
fn err_boards() {
    let server = Server::start();
    let chart = |series: Value| json!({ "content": { "chart": { "series": series } } });
    let check = |body: &Value, said: &str| refused(&server, ("POST", "/api/v1/boards"), body, 400, said);
    check(&json!("x"), "expected the JSON of a board");
    check(&json!({}), "missing field `name`");
    check(&board("", &[]), "a name");
    check(&board(&"🌙".repeat(500), &[]), "at most 200 bytes, found 2000");
    check(&board("a", &[chart(json!([]))]), "panel 1: expected 1 to 12 series");
    check(&board("a", &[chart(json!([series("a", "m", "median")]))]), "median");
    check(&board("a", &[json!({ "content": { "weather": 1 } })]), "weather");
    check(&board("a", &vec![json!({ "content": { "text": "" } }); 41]), "at most 40 panels");
    for path in ["/api/v1/boards/7", "/api/v1/boards/x", "/api/v1/boards/9223372036854775808"] {
        refused(&server, ("DELETE", path), &json!(null), 404, "there is no board");
    }
}

#[test]
fn ok_a_page_has_the_data_of_each_panel() {
    let server = filled();
    let panel = |content: Value| json!({ "title": "", "width": 2, "content": content });
    let of = |all: &[Value]| json!({ "series": all });
    let requests = || series("$app", "router.requests", "sum");
    let share = json!({ "series": [requests(), requests()], "combine": "ratio" });
    let panels = [
        panel(json!({ "number": share })),
        panel(
            json!({ "table": of(&[json!({ "app": "shop", "metric": "router.requests", "stat": "sum", "by": ["class"] })]) }),
        ),
        panel(json!({ "logs": { "app": "$app", "q": "" } })),
        panel(json!({ "chart": of(&[series("shop", "nonesuch", "rate")]) })),
        panel(json!({ "chart": of(&[series("gone", "router.requests", "rate")]) })),
        panel(json!({ "text": "<b>Ada</b>" })),
    ];
    let id = made(&server, "/api/v1/boards", &board("Night", &panels));
    let page = server.get(&format!("/boards/{id}?range=24h"));
    assert_eq!(page.status, 200, "{}", page.body);
    let text = &page.body;
    for expected in ["100 %", "2xx", "shop has no metric named nonesuch", "there is no app named gone", "&lt;b&gt;Ada"]
    {
        assert!(text.to_lowercase().contains(&expected.to_lowercase()), "{expected}: {text}");
    }
    assert_eq!(server.get("/boards/99").status, 404);
    assert_eq!(server.get("/boards").status, 200);
}
