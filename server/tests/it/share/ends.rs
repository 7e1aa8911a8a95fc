//! How a link ends: by a person, by its expiry, with its apps; and what it survives.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use serde_json::json;
use testing::{
    process::{Server, database},
    wait::wait_for,
};

use super::{PASSWORD, PERSON, Stream, admin, ask, command, filled, get, header, listed, made, opened, refused};

#[test]
fn ok_views_are_counted_and_a_link_survives_a_restart() {
    let server = filled();
    let (cookie, page) = opened(&server, &made(&server, &["lobby", "--page", "/apps/shop", "--expires", "30d"]));
    for _ in 0..3 {
        assert_eq!(get(&server, &page, &cookie).status, 200);
    }
    // What the page loads, and other pages, are no views.
    ask(&server, "app", &cookie, &json!({ "app": "shop", "range": "1h" }));
    get(&server, "/", &cookie);
    wait_for("the views", || listed(&server)["views"] == 3);
    let before = listed(&server);
    assert!(
        before["viewed_ms"].is_i64() && before["apps"] == json!(["shop"]) && before["page"] == "/apps/shop",
        "{before}"
    );
    let dir = Arc::clone(&server.dir);
    assert_eq!(server.stop().0, 0);
    let server = Server::start_in(Arc::clone(&dir), 0, &[("ADMIN_PASSWORD", PASSWORD)]);
    assert_eq!(get(&server, &page, &cookie).status, 200);
    refused(&get(&server, "/apps/mail", &cookie), "another app after a restart");
    wait_for("a view after the restart", || listed(&server)["views"] == 4);
    // The app under another name is the same app.
    command(&server, &["app", "rename", "shop", "store"]);
    wait_for("the new name", || get(&server, "/apps/store", &cookie).status == 200);
    refused(&get(&server, "/apps/shop", &cookie), "the old name");
    // It is stored as a hash alone.
    let (file, token) = (std::fs::read(database(dir.path())).unwrap(), cookie.split_once('=').unwrap().1);
    assert!(!file.windows(token.len()).any(|it| it == token.as_bytes()));
}

#[test]
fn ok_a_link_ends_at_once() {
    let server = filled();
    let link = made(&server, &["lobby", "--page", "/apps/shop"]);
    let (cookie, page) = opened(&server, &link);
    let mut stream = Stream::open(&server, "/api/v1/apps/shop/live", &cookie);
    stream.event();
    // On the page, as the button does.
    let form = [("Authorization", admin())];
    let form: Vec<(&str, &str)> = form.iter().map(|it| (it.0, &*it.1)).collect();
    let began = Instant::now();
    let reply = crate::access_people::post(&server, "/settings/shares", &form, &[("do", "end"), ("name", "lobby")]);
    assert!(reply.status == 200 && reply.body.contains("The link has ended"), "{}", reply.body);
    for path in [&page, "/api/v1/apps/shop/live", "/"] {
        let status = get(&server, path, &cookie).status;
        assert_eq!(status, if path.starts_with("/api") { 401 } else { 410 }, "{path}");
    }
    let ended = stream.end().duration_since(began);
    assert!(ended < Duration::from_secs(1), "the stream ended after {ended:?}");
    let over = server.request("GET", &link, &PERSON, b"").unwrap();
    assert!(over.status == 410 && over.body.contains("This link has ended"), "{}", over.body);
    // Of what was known of it nothing is told, and scripts get no page.
    assert!(!over.body.contains("shop") && !over.body.contains("lobby"), "{}", over.body);
    assert_eq!(ask(&server, "app", &cookie, &json!({})).status, 401);
    // Its name is free again, and the old link does not open the new one.
    made(&server, &["lobby", "--page", "/apps/shop"]);
    assert_eq!(server.get(&link).status, 410);
    // By the command a running server notices within a second.
    let (cookie, _) = opened(&server, &made(&server, &["second", "--page", "/apps/shop"]));
    let mut stream = Stream::open(&server, "/api/v1/apps/shop/live", &cookie);
    stream.event();
    command(&server, &["share", "remove", "second"]);
    let began = Instant::now();
    let ended = stream.end().duration_since(began);
    assert!(ended < Duration::from_millis(1_500), "the stream ended after {ended:?}");
    assert_eq!(get(&server, &page, &cookie).status, 410);
}

#[test]
fn ok_a_link_expires() {
    let server = filled();
    let link = made(&server, &["brief", "--page", "/apps/shop", "--expires", "4s"]);
    let (cookie, page) = opened(&server, &link);
    let reply = server.get(&link);
    assert!(
        header(&reply, "set-cookie").to_lowercase().contains("path=/; httponly; samesite=lax; max-age="),
        "{}",
        reply.head
    );
    let stream = Stream::open(&server, "/api/v1/apps/shop/live", &cookie);
    assert_eq!(get(&server, &page, &cookie).status, 200);
    let expires_ms = listed(&server)["expires_ms"].as_i64().unwrap();
    stream.end();
    let late_ms = testing::clock::now_ms() - expires_ms;
    assert!((0..1_000).contains(&late_ms), "the stream ended {late_ms} ms after the expiry");
    for path in [&*page, &link] {
        let reply = get(&server, path, &cookie);
        assert!(reply.status == 410 && reply.body.contains("This link has ended"), "{path} {}", reply.status);
    }
}

#[test]
fn ok_a_link_ends_with_its_apps() {
    let server = filled();
    let (cookie, page) = opened(&server, &made(&server, &["wall", "--page", "/", "--app", "shop", "--app", "mail"]));
    command(&server, &["app", "remove", "shop", "--yes"]);
    wait_for("one app", || !ask(&server, "overview", &cookie, &json!({})).body.contains("\"shop\""));
    assert_eq!(get(&server, &page, &cookie).status, 200);
    command(&server, &["app", "remove", "mail", "--yes"]);
    // It never shows all apps because those it was made for are gone.
    wait_for("its end", || get(&server, &page, &cookie).status == 410);
}

#[test]
fn ok_a_link_leaves_room_for_others() {
    let server = filled();
    let (cookie, _) = opened(&server, &made(&server, &["lobby", "--page", "/apps/shop"]));
    let (other, _) = opened(&server, &made(&server, &["second", "--page", "/apps/shop"]));
    let path = "/api/v1/apps/shop/live";
    let mut streams: Vec<Stream> = (0..50).map(|_| Stream::open(&server, path, &cookie)).collect();
    for stream in &mut streams {
        stream.event();
    }
    let refused = get(&server, path, &cookie);
    assert!(refused.status == 503 && refused.body.contains("at most 50 live streams"), "{}", refused.body);
    Stream::open(&server, path, &other).event();
    // The server notices with what it sends next.
    streams.pop();
    wait_for("room for another", || Stream::open(&server, path, &cookie).is_open());
}
