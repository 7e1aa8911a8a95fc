//! Secrets that senders log are not shown, found or stored. Which texts count as secrets is tested
//! in the pipeline.

use serde_json::Value;
use testing::{
    clock::{now_ms, stamp},
    frames::octet_counted,
    process::{Server, database},
};

const LOGPLEX: [(&str, &str); 1] = [("Logplex-Drain-Token", "d.1")];
/// A substring of every secret that the test sends.
const SECRET: &str = "hunter2";

fn frame(who: &str, message: &str) -> Vec<u8> {
    octet_counted(&format!("<190>1 {} host {who} - {message}", stamp((now_ms() - 1_000) * 1_000)))
}

fn lines() -> Vec<(&'static str, String)> {
    let router = "at=info method=GET path=\"/reset/hunter2@example.com?token=hunter2\" host=h request_id=1 fwd=\"1.1.1.1\" \
                  dyno=web.1 connect=1ms service=18ms status=200 bytes=13";
    vec![
        ("heroku router", router.to_owned()),
        ("app web.1", "order=1 password=\"hunter2 and more\" measure#auth.token_lookup=12ms".to_owned()),
        ("app web.1", "order=2 {\"Authorization\":\"Bearer hunter2\",\"token\":\"hunter2\"}".to_owned()),
        ("app web.1", "order=3 X-Api-Key: hunter2".to_owned()),
        ("app web.1", "event#title=\"pwd=hunter2\" order=4".to_owned()),
        ("app web.1", "order=5 count#a=x password=hunter2".to_owned()),
    ]
}

#[test]
fn ok_no_route_shows_a_secret_and_the_file_holds_none() {
    let server = Server::start();
    let token = server.drain("app");
    let body: Vec<u8> = lines().iter().flat_map(|(who, text)| frame(who, text)).collect();
    assert_eq!(server.post(&token, &LOGPLEX, &body).status, 204);
    // A body with broken framing.
    assert_eq!(server.post(&token, &LOGPLEX, b"damage password=hunter2 and more\n").status, 204);
    let found = server.get("/api/v1/apps/app/logs").json();
    let ids: Vec<&str> = found["lines"].as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), lines().len());
    let mut routes: Vec<String> = [
        "logs",
        "logs/export",
        "logs/export?format=ndjson",
        "logs/histogram",
        "logs/fields",
        "errors",
        "events",
        "endpoints",
        "losses",
        "metrics",
    ]
    .iter()
    .map(|it| format!("/api/v1/apps/app/{it}"))
    .collect();
    routes.extend(["/requests/unknown", "/api/v1/requests/unknown"].map(str::to_owned));
    routes.push("/metrics?app=*".to_owned());
    routes.extend(["/api/v1/incidents", "/api/v1/rules", "/api/v1/channels"].map(str::to_owned));
    routes.extend(["/drains", "/drains/2", "/drains/2/inspect", "/drains/2/wait"].map(str::to_owned));
    routes.extend(["/api/v1/drains", "/api/v1/drains/2", "/api/v1/drains/2/batch"].map(str::to_owned));
    routes.extend(["/apps/app", "/apps/app/logs", "/apps/app/errors", "/apps/app/metrics"].map(str::to_owned));
    routes.extend(
        ids.iter().flat_map(|it| [format!("/api/v1/apps/app/logs/{it}"), format!("/api/v1/apps/app/logs/{it}/text")]),
    );
    for route in routes {
        let reply = server.get(&route);
        assert!(!reply.body.contains(SECRET), "{route}: {}", reply.body);
    }
    // Nor can the secret be found prefix by prefix.
    for question in ["hunter2", "hunter", "token%3Dh", "password%3Dhunter2", "%22Bearer+h%22"] {
        let found = server.get(&format!("/api/v1/apps/app/logs?q={question}")).json();
        assert_eq!(found["lines"].as_array().map(Vec::len), Some(0), "{question}");
    }
    let shown = server.get("/api/v1/apps/app/logs?q=%22password%3D***%22").json();
    assert_eq!(shown["lines"].as_array().map(Vec::len), Some(1), "the masked text can be searched: {shown}");
    assert_eq!(server.value("app", "auth.token_lookup", "max"), Some(12.0));
    let dir = server.dir.clone();
    let (code, _) = server.stop();
    assert_eq!(code, 0);
    let file = std::fs::read(database(dir.path())).unwrap();
    assert!(memchr::memmem::find(&file, SECRET.as_bytes()).is_none(), "the file holds a secret");
}

#[test]
fn ok_a_crash_counts_the_same() {
    let server = Server::start();
    let token = server.drain("app");
    let body: Vec<u8> = lines().iter().flat_map(|(who, text)| frame(who, text)).collect();
    assert_eq!(server.post(&token, &LOGPLEX, &body).status, 204);
    let ask = |server: &Server| {
        let value = |metric: &str| server.value("app", metric, "count");
        (value("router.service"), value("auth.token_lookup"), value("drain.lines"))
    };
    let before = ask(&server);
    let server = Server::start_in(server.kill(), 0, &[]);
    assert_eq!(ask(&server), before);
}

#[test]
fn ok_what_is_shown_is_what_was_sent() {
    let server = Server::start();
    let token = server.drain("app");
    let text =
        "393Z\tinfo\t\u{1b}[32mser\u{1b}[0mvice ready\u{0} lodash@4.17.21 /node_modules/@sentry/node/index.js:1:2";
    assert_eq!(server.post(&token, &LOGPLEX, &frame("app web.1", text)).status, 204);
    let found = server.get("/api/v1/apps/app/logs?q=%22service+ready%22").json();
    let line: &Value = &found["lines"][0];
    assert_eq!(line["text"], "393Z\tinfo\tservice ready␀ lodash@4.17.21 /node_modules/@sentry/node/index.js:1:2");
    let whole = server.get(&format!("/api/v1/apps/app/logs/{}/text", line["id"].as_str().unwrap()));
    assert_eq!(whole.body, text);
}
