//! Drains by the API and by the forms of their pages: added, waited for, inspected, rotated,
//! paused, renamed and removed. A token is shown once.

use serde_json::{Value, json};
use testing::{
    frames::{frame, frames, message_frame, now_line},
    http::Reply,
    process::{Server, token_of},
    wait::wait_for,
};

use crate::alerts::send;

const PATH: &str = "/api/v1/drains";

/// Sends a form of a page as a browser does.
pub fn post(server: &Server, path: &str, form: &str) -> Reply {
    let own = format!("http://{}", server.address);
    let headers = [("Content-Type", "application/x-www-form-urlencoded"), ("Origin", &own)];
    server.request("POST", path, &headers, form.as_bytes()).unwrap()
}

#[track_caller]
fn refused(server: &Server, (method, path): (&str, &str), body: &Value, status: u16, said: &str) {
    let reply = send(server, method, path, body);
    assert_eq!(reply.status, status, "{method} {path} {body}: {}", reply.body);
    assert!(reply.json()["detail"].as_str().unwrap().contains(said), "{}", reply.body);
}

/// The number of the drain of this name.
fn number(server: &Server, name: &str) -> i64 {
    let all = server.get(PATH).json()["drains"].as_array().unwrap().clone();
    all.iter().find(|it| it["name"] == name).unwrap()["id"].as_i64().unwrap()
}

#[test]
fn ok_a_drain_by_the_api() {
    let server = Server::start();
    let made = send(&server, "POST", PATH, &json!({ "app": "shop", "platform": "heroku-cedar" }));
    assert_eq!(made.status, 201, "{}", made.body);
    let made = made.json();
    let (id, token) = (made["id"].as_i64().unwrap(), made["token"].as_str().unwrap().to_owned());
    assert_eq!(made["url"], format!("http://any:{token}@{}/logs", server.address));
    let path = format!("{PATH}/{id}");
    let find = || server.get(&path).json();
    assert_eq!((&find()["app"], &find()["first_ms"]), (&json!("shop"), &Value::Null));

    assert_eq!(server.post(&token, &[("User-Agent", "curl/8")], &frame(&now_line(5))).status, 204);
    wait_for("the line to be noted", || find()["hour"]["lines"] == 1);
    let drain = find();
    assert_eq!(
        (&drain["senders"][0]["agent"], &drain["senders"][0]["address"]),
        (&json!("curl/8"), &json!("127.0.0.1"))
    );
    // A batch that is refused says why on the drain too.
    let json_body = [("Content-Type", "application/xml")];
    let bearer = format!("Bearer {token}");
    let headers = [json_body[0], ("Authorization", &*bearer)];
    assert_eq!(server.request("POST", "/logs", &headers, b"{}").unwrap().status, 415);
    wait_for("the refusal", || find()["hour"]["refused_batches"] == 1);
    assert!(find()["hour"]["refusal"].as_str().unwrap().contains("application/xml"));

    let rotated = send(&server, "POST", &format!("{path}/rotate"), &json!({ "overlap_s": 3600 })).json();
    assert_ne!(rotated["token"], token);
    assert!(rotated["old_until_ms"].is_i64());
    assert_eq!(send(&server, "PUT", &path, &json!({ "name": "shop in Paris", "paused": true })).status, 200);
    assert_eq!(find()["name"], "shop in Paris");
    assert!(find()["paused_ms"].is_i64());
    assert_eq!(server.request("DELETE", &path, &[], b"").unwrap().status, 204);
    refused(&server, ("PUT", &path), &json!({}), 404, "no drain");
}

#[test]
fn err_drains_by_the_api() {
    let server = Server::start();
    let check = |body: Value, status: u16, said: &str| refused(&server, ("POST", PATH), &body, status, said);
    check(json!("x"), 400, "expected the JSON of a drain");
    check(json!({}), 400, "missing field `app`");
    check(json!({ "app": "a b" }), 400, "expected an app name");
    check(json!({ "app": "shop", "token": "x" }), 400, "token");
    check(json!({ "app": "shop", "platform": "<script>" }), 400, "the word of a platform");
    server.drain("shop");
    let path = format!("{PATH}/{}", number(&server, "shop"));
    refused(&server, ("PUT", &path), &json!({ "name": " " }), 400, "the name of a drain, found none");
    refused(&server, ("POST", &format!("{path}/rotate")), &json!({ "overlap_s": 9_999_999 }), 400, "at most 30 days");
    for path in ["/api/v1/drains/99", "/api/v1/drains/x", "/api/v1/drains/99/batch"] {
        let reply = server.get(path);
        assert_eq!((reply.status, reply.body.contains("no drain")), (404, true), "{path}: {}", reply.body);
    }
}

#[test]
fn ok_a_newcomer_has_only_the_page() {
    let server = Server::start();
    let page = server.get("/drains").body;
    assert!(page.contains("Where do the lines come from?") && page.contains("value=\"scalingo\""), "{page}");
    let made = post(&server, "/drains", "do=add&platform=process&app=shop");
    assert_eq!(made.status, 200, "{}", made.body);
    assert!(
        made.body.contains("Waiting for the first line") && made.body.contains("streamgauge shuttle"),
        "{}",
        made.body
    );
    assert!(made.head.contains("cache-control: no-store"), "{}", made.head);
    let (id, token) = (number(&server, "shop"), token_of(&made.body));
    let wait = format!("/drains/{id}/wait");
    let waiting = server.get(&wait);
    assert!(waiting.head.contains("refresh: 3") && waiting.body.contains("Waiting"), "{}", waiting.head);
    assert_eq!(server.post(&token, &[], &frames(&[now_line(5), now_line(6)])).status, 204);
    wait_for("the first line", || server.get(&wait).body.contains("First line arrived after"));
    let came = server.get(&wait);
    assert!(!came.head.contains("refresh:") && came.body.contains("requests"), "{}", came.body);
    // No other page has the token.
    for path in ["/drains", &format!("/drains/{id}"), &wait, &format!("/drains/{id}/inspect"), PATH] {
        let body = server.get(path).body;
        assert!(!body.contains(&token) && !body.contains("sg_"), "{path}: {body}");
    }
}

#[test]
fn ok_forms_change_a_drain() {
    let server = Server::start();
    let old = server.drain("shop");
    let path = format!("/drains/{}", number(&server, "shop"));
    let page = server.get(&path).body;
    assert!(page.contains("not yet: ") && page.contains("Rotate token"), "{page}");

    let rotated = post(&server, &path, "do=rotate&overlap=3600");
    assert!(rotated.body.contains("The old token stays valid until"), "{}", rotated.body);
    let new = token_of(&rotated.body);
    let used = [("User-Agent", "old/1")];
    assert_eq!(server.post(&new, &[], b"").status, 204);
    wait_for("the use of the old token", || {
        assert_eq!(server.post(&old, &used, &frame(&now_line(5))).status, 204);
        server.get(&path).body.contains("ago by 127.0.0.1 (old/1); ends in 5")
    });

    for (form, said) in
        [("do=pause", "is paused"), ("do=resume", "goes on"), ("do=rename&name=Paris+%3Cb%3E", "is renamed")]
    {
        let reply = post(&server, &path, form);
        assert_eq!(reply.status, 303, "{form}: {}", reply.body);
        let to = reply.head.lines().find_map(|it| it.strip_prefix("location: ")).unwrap().to_owned();
        assert!(server.get(&to).body.contains(said), "{form}");
    }
    assert!(server.get("/drains").body.contains("Paris &lt;b&gt;"));
    let wrong = post(&server, &path, "do=remove&confirm=shop");
    assert!(wrong.status == 400 && wrong.body.contains("nothing was removed"), "{}", wrong.body);
    assert_eq!(post(&server, &path, "do=remove&confirm=Paris+%3Cb%3E").status, 303);
    assert_eq!((server.get(&path).status, post(&server, &path, "do=pause").status), (404, 404));
    wait_for("the tokens to end", || server.post(&new, &[], b"").status == 401);
}

#[test]
fn ok_the_last_batch_line_by_line() {
    let server = Server::start();
    let token = server.drain("shop");
    let body = [
        message_frame("app web.1", "measure#db.query=12ms password=hunter2"),
        message_frame("app web.1", "hello"),
        message_frame("app web.1", "measure#db.query=x"),
        frame(&now_line(5)),
    ]
    .concat();
    assert_eq!(server.post(&token, &[], &body).status, 204);
    let path = format!("{PATH}/{}/batch", number(&server, "shop"));
    wait_for("the batch", || server.get(&path).status == 200 && server.get(&path).json()["frames"] == 4);
    let lines = server.get(&path).json()["lines"].as_array().unwrap().clone();
    let kinds: Vec<&str> = lines.iter().map(|it| it["became"][0]["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["series", "nothing", "loss", "series"]);
    assert_eq!(lines[0]["became"][0]["value"], "12 ms");
    let page = server.get(&format!("/drains/{}/inspect", number(&server, "shop"))).body;
    assert!(page.contains("db.query") && page.contains("No reader knows this form"), "{page}");
    assert!(!page.contains("hunter2"), "masked");
}

#[test]
fn ok_a_cloud_foundry_drain() {
    let server = Server::start();
    let token = server.drain("shop");
    let (bearer, line) = (
        format!("Bearer {token}"),
        "<14>1 2026-11-27T10:00:00.123456+00:00 org.space.shop 0f3c [APP/PROC/WEB/0] - - count#orders=2\n",
    );
    let headers = [("Authorization", &*bearer), ("Content-Type", "text/plain")];
    assert_eq!(server.request("POST", "/logs", &headers, line.repeat(2).as_bytes()).unwrap().status, 204);
    let path = format!("{PATH}/{}", number(&server, "shop"));
    wait_for("both lines", || server.get(&path).json()["hour"]["lines"] == 2);
}

#[test]
fn ok_an_app_is_renamed_and_removed_on_the_page_of_its_sources() {
    let server = Server::start();
    let token = server.drain("shop");
    assert_eq!(server.post(&token, &[], &frame(&now_line(5))).status, 204);
    let page = server.get("/apps/shop/sources").body;
    assert!(page.contains("Sources of shop") && page.contains("/drains/2"), "{page}");
    assert_eq!(server.get("/apps/nobody/sources").status, 404);
    let wrong = post(&server, "/apps/shop/sources", "do=remove&confirm=blog");
    assert!(wrong.status == 400 && wrong.body.contains("nothing was removed"), "{}", wrong.body);
    assert_eq!(post(&server, "/apps/shop/sources", "do=rename&name=a+b").status, 400);
    assert_eq!(post(&server, "/apps/shop/sources", "do=rename&name=store").status, 303);
    wait_for("the new name", || server.get("/apps/store/sources").status == 200);
    server.drain("other");
    let page = server.get("/apps/store/sources").body;
    assert!(page.contains("Merge into") && page.contains("<option value=\"other\""), "{page}");
    for (form, status) in [
        ("do=merge&into=other&confirm=other", 400),
        ("do=merge&into=store&confirm=store", 400),
        ("do=merge&into=nobody&confirm=store", 404),
    ] {
        assert_eq!(post(&server, "/apps/store/sources", form).status, status, "{form}");
    }
    let merged = post(&server, "/apps/other/sources", "do=merge&into=store&confirm=other");
    assert!(merged.status == 303 && merged.head.contains("/apps/store/sources"), "{}", merged.head);
    wait_for("the other app to be gone", || server.get("/apps/other/sources").status == 404);
    assert_eq!(post(&server, "/apps/store/sources", "do=remove&confirm=store").status, 303);
    wait_for("the app to be gone", || server.get("/apps/store/sources").status == 404);
    wait_for("its drain to end", || server.post(&token, &[], b"").status == 401);
}
