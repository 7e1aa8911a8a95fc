//! Annotations by the API: added, read back as events, removed, and refused in a sentence.

use serde_json::{Value, json};
use testing::{clock::now_ms, process::Server};

use crate::alerts::{made, removed, send};

const PATH: &str = "/api/v1/apps/shop/annotations";

fn server() -> Server {
    let server = Server::start();
    server.drain("shop");
    server.drain("other");
    server
}

fn texts(server: &Server, path: &str) -> Vec<String> {
    let answer = server.get(path).json();
    let of = |it: &Value| it["text"].as_str().unwrap().to_owned();
    let all = answer.get("annotations").unwrap_or(&answer["events"]);
    all.as_array().unwrap().iter().map(of).collect()
}

#[test]
fn ok_annotations_are_events_and_stay() {
    let server = server();
    let at_s = now_ms().div_euclid(1_000) - 600;
    made(&server, PATH, &json!({ "text": " New database <b> " }));
    let id = made(&server, PATH, &json!({ "text": "Campaign", "at_s": at_s }));
    assert_eq!(texts(&server, PATH), ["New database <b>", "Campaign"]);
    let listed = server.get(PATH).json();
    assert_eq!(
        (&listed["annotations"][1]["at_s"], &listed["annotations"][1]["added_by"]),
        (&json!(at_s), &json!("API"))
    );
    assert_eq!(texts(&server, "/api/v1/apps/shop/events?kind=note"), ["New database <b>", "Campaign"]);
    assert_eq!(texts(&server, &format!("{PATH}?limit=1")), ["New database <b>"]);

    let server = Server::start_in(server.kill(), 0, &[]);
    assert_eq!(texts(&server, PATH), ["New database <b>", "Campaign"]);
    let page = server.get("/apps/shop?range=1h").body;
    assert!(page.contains("New database &lt;b&gt;") && page.contains("Campaign"));
    removed(&server, &format!("{PATH}/{id}"));
    assert_eq!(texts(&server, "/api/v1/apps/shop/events"), ["New database <b>"]);
    assert_eq!(texts(&server, "/api/v1/apps/other/annotations"), Vec::<String>::new());
}

#[test]
fn err_annotations() {
    let server = server();
    let id = made(&server, PATH, &json!({ "text": "Campaign" }));
    let unknown = "/api/v1/apps/nobody/annotations";
    for (method, path, body, status, said) in [
        ("POST", PATH, json!({ "text": " " }), 400, "expected a text of 1 to 200 characters, found 0"),
        ("POST", PATH, json!({ "text": "x".repeat(201) }), 400, "found 201"),
        ("POST", PATH, json!({ "text": "x", "at_s": 99_999_999_999_i64 }), 400, "99999999999"),
        ("POST", PATH, json!({ "text": "x", "at_s": 4_000_000_000_i64 }), 400, "at most an hour from now"),
        ("POST", PATH, json!({ "at_s": 1 }), 400, "expected the JSON of an annotation: missing field `text`"),
        ("POST", unknown, json!({ "text": "x" }), 404, "nobody"),
        ("GET", unknown, json!(null), 404, "nobody"),
        ("GET", &format!("{PATH}?limit=x"), json!(null), 400, "expected limit="),
        ("DELETE", &format!("{PATH}/0"), json!(null), 404, "there is no annotation"),
        ("DELETE", &format!("/api/v1/apps/other/annotations/{id}"), json!(null), 404, "there is no annotation"),
    ] {
        let reply = send(&server, method, path, &body);
        assert_eq!(reply.status, status, "{method} {path} {body}: {}", reply.body);
        let detail = reply.json()["detail"].as_str().unwrap().to_owned();
        assert!(detail.contains(said), "{detail}");
    }
    assert_eq!(texts(&server, PATH), ["Campaign"]);
}
