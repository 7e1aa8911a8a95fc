//! Links in messages that mute an incident without a password: a GET changes nothing, a POST mutes,
//! and a link that was changed or whose time is over does neither.

use std::time::Duration;

use base64::{Engine, prelude::BASE64_STANDARD_NO_PAD, prelude::BASE64_URL_SAFE_NO_PAD};
use ring::hmac;
use testing::{
    clock::now_ms,
    process::{Server, said},
};

use super::execute;

/// The key of the server: 32 bytes.
const KEY: [u8; 32] = [7; 32];
const WEEK_S: i64 = 7 * 86_400;

/// A server with one firing incident of an app and one channel.
fn server() -> Server {
    let key = BASE64_STANDARD_NO_PAD.encode(KEY);
    let server = Server::start_with(&[("ALERT_KEY", &key), ("ADMIN_PASSWORD", "a long password")]);
    said(server.dir.path(), &["drain", "add", "shop"]);
    let mut command = testing::process::binary(server.dir.path());
    command.env("ALERT_KEY", key).args(["channel", "add", "webhook", "https://example.com", "--name", "#ops"]);
    command.args(["--zone", "Europe/Berlin"]);
    assert_eq!(testing::process::run(&mut command).0, 0);
    add_incident(&server, 1);
    server
}

fn add_incident(server: &Server, id: i64) {
    let now_ms = now_ms();
    let memory =
        r#"{"rules":[],"flaps":0,"is_told":true,"is_muted":false,"is_flapping_told":false,"quiet_ms":0,"worst":null}"#;
    execute(
        server.dir.path(),
        &format!(
            "INSERT INTO incident (id, app_id, cause, severity, state, rule, rule_name, what, detail, remedy, began_ms,
                fired_ms, worst_ms, rules)
             SELECT {id}, id, 'rule-{id}', 'critical', 'firing', 'errors', 'Server errors', '8.0 % <server> errors',
                '8 of 100 requests in 5 min', '', {now_ms}, {now_ms}, {now_ms}, '{memory}' FROM app WHERE name = 'shop'"
        ),
    );
}

/// A token as the server signs it.
fn token(text: &str, key: &[u8]) -> String {
    let root = hmac::Key::new(hmac::HMAC_SHA256, key);
    let sign = hmac::Key::new(hmac::HMAC_SHA256, hmac::sign(&root, b"sign").as_ref());
    let signature = hmac::sign(&sign, format!("mute {text}").as_bytes());
    format!("{text}.{}", BASE64_URL_SAFE_NO_PAD.encode(&signature.as_ref()[..16]))
}

fn hour(incident: i64) -> String {
    token(&format!("{incident}.1.60m.{}", now_ms() / 1_000 + WEEK_S), &KEY)
}

fn mutes(server: &Server) -> Vec<serde_json::Value> {
    let listed = said(server.dir.path(), &["mute", "list", "--json"]);
    listed.lines().map(|it| serde_json::from_str(it).unwrap()).collect()
}

#[test]
fn ok_a_get_changes_nothing_and_a_post_mutes() {
    let server = server();
    let path = format!("/mute/{}", hour(1));
    // Without a password, and as often as scanners like.
    for method in ["GET", "HEAD", "GET"] {
        let reply = server.request(method, &path, &[], b"").unwrap();
        assert_eq!(reply.status, 200, "{method}: {}", reply.body);
        assert_eq!(mutes(&server).len(), 0, "{method}");
        assert!(reply.head.contains("cache-control: no-store"), "{}", reply.head);
    }
    let page = server.get(&path).body;
    for part in ["Mute shop: 8.0 % &lt;server&gt; errors?", "Incident #1", "Mute for 1 h", "method=\"post\"", " CE"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!page.contains("<script"), "{page}");
    // A browser sends a form so.
    let form = [("Content-Type", "application/x-www-form-urlencoded"), ("Sec-Fetch-Site", "same-origin")];
    for _ in 0..2 {
        let reply = server.request("POST", &path, &form, b"").unwrap();
        assert_eq!(reply.status, 200, "{}", reply.body);
        assert!(
            reply.body.contains("Muted by link in #ops until ") && reply.body.contains("no messages hidden so far")
        );
    }
    // The second click makes no second mute.
    let all = mutes(&server);
    assert_eq!((all.len(), &all[0]["by"], all[0]["incident"].as_i64()), (1, &"link in #ops".into(), Some(1)));
    let left_ms = all[0]["until_ms"].as_i64().unwrap() - now_ms();
    assert!((3_500_000..=3_600_000).contains(&left_ms), "{left_ms}");
    execute(server.dir.path(), "UPDATE mute SET hidden = 3");
    assert!(server.get(&path).body.contains("3 messages hidden so far"));
    // Until a moment.
    let until_s = now_ms() / 1_000 + 86_400;
    let morning = token(&format!("1.1.{until_s}s.{}", until_s + 86_400), &KEY);
    assert_eq!(server.request("POST", &format!("/mute/{morning}"), &form, b"").unwrap().status, 200);
    assert_eq!(mutes(&server)[0]["until_ms"], until_s * 1_000);
}

#[test]
fn err_links() {
    let server = server();
    add_incident(&server, 2);
    let now_s = now_ms() / 1_000;
    let ours = hour(1);
    let signature = ours.rsplit_once('.').unwrap().1;
    let check = |token: &str, status: u16, title: &str| {
        for method in ["GET", "POST"] {
            let reply = server.request(method, &format!("/mute/{token}"), &[], b"").unwrap();
            assert_eq!(reply.status, status, "{method} {token}: {}", reply.body);
            assert!(reply.body.contains(&format!("<h1>{title}</h1>")), "{token}: {}", reply.body);
            assert!(!reply.body.contains("<form"), "{token}: {}", reply.body);
        }
        assert_eq!(mutes(&server).len(), 0, "{token}");
    };
    let invalid = "This link is not valid";
    check(&format!("2.1.60m.{}.{signature}", now_s + WEEK_S), 404, invalid);
    check(&format!("1.1.600m.{}.{signature}", now_s + WEEK_S), 404, invalid);
    check(&token(&format!("1.1.60m.{}", now_s + WEEK_S), &[8; 32]), 404, invalid);
    check("x", 404, invalid);
    let expired = "This link has expired";
    check(&token(&format!("1.1.60m.{}", now_s - 1), &KEY), 410, expired);
    check(&token(&format!("1.1.{}s.{}", now_s - 1, now_s + WEEK_S), &KEY), 410, expired);
    // Of an incident, or a channel, that is gone.
    check(&hour(9), 410, expired);
    check(&token(&format!("1.9.60m.{}", now_s + WEEK_S), &KEY), 410, expired);
    execute(server.dir.path(), "UPDATE incident SET state = 'resolved', resolved_ms = began_ms WHERE id = 2");
    check(&hour(2), 200, "This incident is over");
}

#[test]
fn ok_guesses_of_links_are_slow_and_links_of_ours_are_not() {
    let server = server();
    let began = std::time::Instant::now();
    for guess in 0..14 {
        assert_eq!(server.get(&format!("/mute/1.1.60m.9999999999.{guess}")).status, 404);
    }
    // A burst of ten, then two a second.
    assert!(began.elapsed() > Duration::from_millis(1_400), "{:?}", began.elapsed());
    let elsewhere = [("X-Forwarded-For", "203.0.113.9")];
    let began = std::time::Instant::now();
    for _ in 0..30 {
        assert_eq!(server.request("GET", &format!("/mute/{}", hour(1)), &elsewhere, b"").unwrap().status, 200);
    }
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}
