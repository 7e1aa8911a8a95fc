//! API tokens: what they may do, their limit to apps, their expiry, and when they were last used.

use serde_json::Value;
use testing::{process::Server, wait::wait_for};

use crate::access_table::{PASSWORD, command};

fn status(server: &Server, method: &str, path: &str, token: &str) -> u16 {
    let bearer = format!("Bearer {token}");
    let headers = [("Authorization", &*bearer), ("Content-Type", "application/json")];
    server.request(method, path, &headers, b"{}").unwrap().status
}

/// A server with a password, two apps and a token, once the server knows it.
fn with_token(args: &[&str]) -> (Server, String) {
    let server = Server::start_with(&[("ADMIN_PASSWORD", PASSWORD)]);
    for app in ["app", "other"] {
        crate::drains::made(&server, &[app]);
    }
    let token = command(&server, &[&["token", "add", "ci"], args].concat());
    wait_for("the server to know the token", || status(&server, "GET", "/api/v1/apps", &token) == 200);
    (server, token)
}

#[test]
fn ok_a_token_reads_or_writes() {
    for (scope, prefix, expected) in [("read", "sgr_", 403), ("write", "sgw_", 400)] {
        let (server, token) = with_token(&["--scope", scope]);
        assert!(token.starts_with(prefix) && token.len() == 26 && !token.contains('\n'), "{token}");
        assert_eq!(status(&server, "POST", "/api/v1/rules", &token), expected);
        assert_eq!(status(&server, "GET", "/api/v1/apps", &format!("{prefix}AAAAAAAAAAAAAAAAAAAAAA")), 401);
        // As a password too, for what knows only Basic.
        use base64::{Engine, engine::general_purpose::STANDARD};
        let basic = format!("Basic {}", STANDARD.encode(format!("any:{token}")));
        assert_eq!(server.request("GET", "/api/v1/apps", &[("Authorization", &basic)], b"").unwrap().status, 200);
        // It is stored as a hash alone.
        let file = std::fs::read(testing::process::database(server.dir.path())).unwrap();
        assert!(!file.windows(token.len()).any(|it| it == token.as_bytes()));
    }
}

#[test]
fn ok_a_limited_token_sees_its_apps_alone() {
    let (server, token) = with_token(&["--scope", "read", "--app", "app"]);
    let bearer = format!("Bearer {token}");
    let reply = server.request("GET", "/api/v1/apps", &[("Authorization", &bearer)], b"").unwrap().json();
    let names: Vec<&Value> = reply["apps"].as_array().unwrap().iter().map(|it| &it["app"]).collect();
    assert_eq!(names, ["app"]);
    for (path, expected) in [
        ("/api/v1/apps/app/logs", 200),
        ("/api/v1/apps/other/logs", 403),
        ("/api/v1/apps/%6fther/logs", 403),
        ("/api/v1/apps/none/logs", 403),
        ("/api/v1/incidents", 403),
        ("/api/v1/incidents?app=app", 200),
        ("/api/v1/incidents?app=other", 403),
        ("/api/v1/incidents?app=app&app=other", 403),
        ("/api/v1/incidents?app=", 403),
        ("/api/v1/boards", 403),
        ("/api/v1/logs/export", 403),
        ("/api/v1/live", 403),
        ("/", 403),
        ("/apps/app", 403),
    ] {
        assert_eq!(status(&server, "GET", path, &token), expected, "{path}");
    }
    // The limit is to the app, not to its name.
    command(&server, &["app", "rename", "app", "new"]);
    wait_for("the new name", || status(&server, "GET", "/api/v1/apps/new/logs", &token) == 200);
    assert_eq!(status(&server, "GET", "/api/v1/apps/app/logs", &token), 403);
    // Refusals are logged once in a while, with who and what.
    let log = std::fs::read_to_string(server.dir.path().join("log")).unwrap();
    let refusals: Vec<_> = log.lines().filter(|it| it.contains("not allowed")).collect();
    assert!(refusals.len() == 1 && refusals[0].contains("token ci"), "{log}");
    assert!(refusals[0].contains("path=/api/v1/apps/other/logs") && !log.contains(&token), "{log}");
}

#[test]
fn ok_the_form_limits_a_token_to_several_apps() {
    let server = Server::start();
    ["shop", "blog", "jobs"].iter().for_each(|app| drop(server.drain(app)));
    let form = "do=add&name=ci&scope=read&days=7&app=shop&app=jobs";
    let made = crate::drains_pages::post(&server, "/settings/tokens", form);
    assert!(made.status == 200 && made.body.contains("sgr_"), "{}", made.body);
    assert!(made.body.contains("jobs, shop"), "{}", made.body);
}

#[test]
fn ok_use_expiry_and_removal() {
    let (server, token) = with_token(&["--scope", "read"]);
    let listed = || -> Value { serde_json::from_str(&command(&server, &["token", "list", "--json"])).unwrap() };
    wait_for("its use to be noted", || listed()["used_ms"].is_i64());
    assert_eq!(listed()["used_from"], "127.0.0.1");
    command(&server, &["token", "remove", "ci"]);
    wait_for("the server to forget it", || status(&server, "GET", "/api/v1/apps", &token) == 401);
    let brief = command(&server, &["token", "add", "brief", "--scope", "read", "--expires", "4s"]);
    wait_for("the server to know it", || status(&server, "GET", "/api/v1/apps", &brief) == 200);
    wait_for("its end", || status(&server, "GET", "/api/v1/apps", &brief) == 401);
}

#[test]
fn err_commands() {
    let (server, _) = with_token(&["--scope", "read"]);
    for (args, why) in [
        (&["token", "add", "ci", "--scope", "read"][..], "there is a token named \"ci\" already"),
        (&["token", "add", "x", "--scope", "read", "--app", "none"], "there is no app named none"),
        (&["token", "add", "x", "--scope", "all"], "expected one of read, write"),
        (&["token", "remove", "none"], "there is no token \"none\""),
        (&["person", "add", "admin", "--role", "viewer"], "expected a name"),
        (&["person", "remove", "none"], "there is nobody named \"none\""),
    ] {
        let (code, out, error) = testing::process::run(testing::process::binary(server.dir.path()).args(args));
        assert!(code != 0 && out.is_empty() && error.contains(why), "{args:?}: {code} {out} {error}");
    }
}
