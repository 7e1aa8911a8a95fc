//! JSON bodies of several shippers, and plain text.

use testing::{
    clock::{now_ms, stamp},
    process::Server,
};

use super::{lines, losses, post};

#[test]
fn ok_shapes_of_shippers() {
    let server = Server::start();
    let token = server.drain("shop");
    for (content_type, body) in [
        // Vector: an array; docker_logs of Dokku.
        (
            "application/json",
            r#"[{"container_id":"a1","container_name":"shop.web.1","image":"dokku/shop","label":{"com.dokku.app-name":"shop","org.x":"1"},"message":"one","source_type":"docker_logs","stream":"stdout","timestamp":"T"}]"#,
        ),
        // Fluent Bit: json_stream.
        (
            "application/json",
            r#"{"date":S,"log":"two\n","stream":"stderr","kubernetes":{"pod_name":"web-7f"}}{"date":S,"log":"three\n"}"#,
        ),
        // Fly's log shipper: NDJSON.
        (
            "application/x-ndjson",
            r#"{"event":{"provider":"app"},"fly":{"app":{"instance":"4d89","name":"shop"},"region":"lax"},"host":"f442","log":{"level":"error"},"message":"four","timestamp":"T"}"#,
        ),
        // A logger's own record.
        ("application/ndjson; charset=utf-8", r#"{"level":30,"time":S,"msg":"five","user":7}"#),
    ] {
        let body =
            body.replace("\"T\"", &format!("\"{}\"", now())).replace(":S", &format!(":{:.3}", now_ms() as f64 / 1e3));
        let reply = post(&server, &token, "/logs", content_type, body.as_bytes());
        assert_eq!((reply.status, &*reply.body), (204, ""), "{body}");
    }
    let found = lines(&server, "shop");
    let texts: Vec<&str> = found.iter().map(|it| &*it.1).collect();
    assert_eq!(texts.len(), 5, "{found:?}");
    for (source, text) in [("web.1", "one"), ("web-7f", "two"), ("", "three"), ("4d89", "four")] {
        assert!(found.iter().any(|it| it.0.ends_with(source) && it.1 == text), "{text}: {found:?}");
    }
    assert!(texts.iter().any(|it| it.contains(r#""user":7"#)), "{texts:?}");
    assert_eq!(losses(&server, "shop"), None);
}

fn now() -> String {
    stamp(now_ms() * 1_000)
}

#[test]
fn ok_records_of_a_shared_drain_name_their_apps() {
    let server = Server::start();
    let token = server.first_token();
    let body = "{\"app\":\"shop\",\"msg\":\"a\"}\n{\"service\":\"mail\",\"msg\":\"b\"}\n{\"msg\":\"nobody's\"}\n";
    assert_eq!(post(&server, &token, "/ingest/json", "", body.as_bytes()).status, 204);
    assert_eq!(lines(&server, "mail").iter().map(|it| &*it.1).collect::<Vec<_>>(), ["b"]);
    assert_eq!(losses(&server, "shop"), Some(1.0));
    let reply = post(&server, &token, "/ingest/json", "", b"{\"msg\":\"nobody's\"}");
    assert!(reply.status == 400 && reply.body.contains("?app=NAME"), "{reply:?}");
}

#[test]
fn ok_a_retry_counts_once_where_records_have_times() {
    let server = Server::start();
    let token = server.drain("app");
    let timed = format!("{{\"time\":\"{}\",\"msg\":\"timed\"}}", now());
    for body in [&*timed, &timed, "{\"msg\":\"untimed\"}", "{\"msg\":\"untimed\"}"] {
        assert_eq!(post(&server, &token, "/ingest/json", "application/json", body.as_bytes()).status, 204);
    }
    let texts: Vec<String> = lines(&server, "app").into_iter().map(|it| it.1).collect();
    assert_eq!(texts, ["timed", "untimed", "untimed"]);
}

#[test]
fn ok_plain_text_is_lines() {
    let server = Server::start();
    let token = server.drain("app");
    for content_type in ["text/plain; charset=utf-8", "application/x-www-form-urlencoded", ""] {
        let body = b"measure#a=1\nmeasure#a=2\r\n\n2026-11-27T10:00:00+00:00 app[web.1]: measure#a=3\n";
        assert_eq!(post(&server, &token, "/logs", content_type, body).status, 204);
    }
    // Frames with that type stay frames, and Cloud Foundry's lines too.
    let frames = b"<14>1 - - app web.1 - - measure#a=4\n<14>1 - - app web.1 - - measure#a=5\n";
    assert_eq!(post(&server, &token, "/logs", "text/plain", frames).status, 204);
    assert_eq!(server.value("app", "a", "count"), Some(8.0));
    assert_eq!(losses(&server, "app"), None);
}

#[test]
fn err_what_is_no_json_is_text_and_counted() {
    let server = Server::start();
    let token = server.drain("app");
    let bodies: [&[u8]; 6] = [
        b"{\"msg\":\"one\"}\n{\"msg\":\"brok\nplain\n{\"msg\":\"two\"}",
        b"[{\"msg\":\"three\"},7,null]",
        b"[{\"msg\":\"four\"},{\"msg\":",
        b"{\"msg\":NaN}",
        b"\xff\xfe{\"msg\":\"\xff\"}",
        b"{\"time\":1e999,\"level\":{},\"msg\":[\"five\"]}",
    ];
    for body in bodies {
        assert_eq!(post(&server, &token, "/ingest/json", "application/json", body).status, 204);
    }
    let found = lines(&server, "app");
    for text in ["one", "{\"msg\":\"brok", "plain", "two", "three", "four", "{\"msg\":NaN}"] {
        assert!(found.iter().any(|it| it.1 == text), "{text}: {found:?}");
    }
    assert_eq!(losses(&server, "app"), Some(5.0), "{found:?}");
    let reasons = server.get("/api/v1/apps/app/losses").body;
    assert!(reasons.contains("expected JSON"), "{reasons}");
}
