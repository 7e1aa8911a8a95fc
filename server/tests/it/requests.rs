//! All lines of a request: over sources and apps, in order, and masked. Blocks at rest are in
//! `words.rs`.

use testing::{
    clock::{now_ms, stamp},
    frames::octet_counted,
    process::Server,
};

const LOGPLEX: [(&str, &str); 1] = [("Logplex-Drain-Token", "d.1")];
const ID: &str = "8601b555-6a83-4c12-8269-97c8e32cdb22";
const OTHER: &str = "8601b555-6a83-4c12-8269-97c8e32cdb23";

fn frame(source: &str, at_ms: i64, message: &str) -> Vec<u8> {
    octet_counted(&format!("<190>1 {} host app {source} - {message}\n", stamp(at_ms * 1_000)))
}

/// Posts lines of two requests to two apps.
fn post(server: &Server, now_ms: i64) {
    let router = format!(
        "at=info method=GET path=\"/\" host=h request_id={ID} dyno=web.1 connect=1ms service=900ms status=200 bytes=1"
    );
    for (app, lines) in [
        (
            "shop",
            vec![
                ("web.1", 1_900, format!("[{}] started password=hunter2", ID.to_uppercase())),
                ("router", 1_000, router),
            ],
        ),
        (
            "billing",
            vec![
                ("web.1", 1_500, format!(r#"{{"request_id":"{ID}","msg":"charged"}}"#)),
                ("web.1", 1_400, format!("request_id={OTHER} other")),
            ],
        ),
        ("billing", vec![("web.2", 1_450, format!("x{ID} is no id of its own"))]),
    ] {
        let token = server.drain(app);
        let body: Vec<u8> =
            lines.iter().flat_map(|(source, ago_ms, text)| frame(source, now_ms - ago_ms, text)).collect();
        assert_eq!(server.post(&token, &LOGPLEX, &body).status, 204);
    }
}

#[track_caller]
fn check(server: &Server, question: &str) {
    let answer = server.get(&format!("/api/v1/requests/{ID}{question}")).json();
    let lines = answer["lines"].as_array().unwrap();
    let who: Vec<_> =
        lines.iter().map(|it| format!("{} {}", it["of"], it["line"]["source"]).replace('"', "")).collect();
    assert_eq!(who, ["shop web.1", "billing web.1", "shop router"], "{answer}");
    assert!(lines[0]["line"]["text"].as_str().unwrap().ends_with("started password=***"), "{answer}");
    assert_eq!(lines[1]["line"]["request_id"], ID);
}

#[test]
fn ok_all_lines_of_a_request() {
    let server = Server::start();
    let now_ms = now_ms();
    post(&server, now_ms);
    check(&server, "");
    check(&server, &format!("?at_ms={now_ms}"));
    let lines = |path: &str| server.get(path).json()["lines"].as_array().map(Vec::len);
    assert_eq!(lines(&format!("/api/v1/requests/{ID}?at_ms={}", now_ms - 8 * 3_600_000)), Some(0));
    assert_eq!(lines(&format!("/api/v1/requests/{OTHER}")), Some(1));
    assert_eq!(lines("/api/v1/requests/nothing"), Some(0));
    assert_eq!(server.get("/requests/nothing").status, 404);
    for path in ["/api/v1/requests/a%20b", "/api/v1/requests/a?at_ms=x"] {
        assert_eq!(server.get(path).status, 400, "{path}");
    }
}
