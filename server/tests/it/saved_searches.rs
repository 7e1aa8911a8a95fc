//! Saved searches by the API and by the forms of their page: added, replaced, renamed, removed, and
//! refused in a sentence. They go with their app.

use serde_json::{Value, json};
use testing::{
    http::Reply,
    process::{Server, binary, run},
    wait::wait_for,
};

use crate::alerts::{made, removed, send};

const PATH: &str = "/api/v1/searches";

fn listed(server: &Server, rest: &str) -> Vec<Value> {
    server.get(&format!("{PATH}{rest}")).json()["searches"].as_array().unwrap().clone()
}

fn names(server: &Server, rest: &str) -> Vec<String> {
    listed(server, rest).iter().map(|it| it["name"].as_str().unwrap().to_owned()).collect()
}

#[track_caller]
fn refused(server: &Server, (method, path): (&str, &str), body: &Value, status: u16, said: &str) {
    let reply = send(server, method, path, body);
    assert_eq!(reply.status, status, "{method} {path} {body}: {}", reply.body);
    let detail = reply.json()["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains(said) && detail.len() < 600, "{detail}");
}

/// Sends a form of the page as a browser does.
fn post(server: &Server, form: &str, origin: Option<&str>) -> Reply {
    let own = format!("http://{}", server.address);
    let kind = ("Content-Type", "application/x-www-form-urlencoded");
    let headers = [kind, ("Origin", origin.unwrap_or(&own))];
    server.request("POST", "/searches", &headers, form.as_bytes()).unwrap()
}

#[test]
fn ok_a_search_is_added_replaced_and_removed() {
    let server = Server::start();
    server.drain("shop");
    server.drain("blog");
    let timeouts = json!({ "name": " Timeouts ", "app": "shop", "q": "code=H12", "source": "router", "back": "24h" });
    let id = made(&server, PATH, &timeouts);
    made(&server, PATH, &json!({ "name": "errors", "q": "status>=500", "level": "error", "kind": "router" }));
    made(&server, PATH, &json!({ "name": "Deploys", "app": "blog" }));
    assert_eq!(names(&server, ""), ["Deploys", "errors", "Timeouts"]);
    assert_eq!(names(&server, "?app=shop"), ["errors", "Timeouts"]);
    let found = &listed(&server, "?app=shop")[1];
    assert_eq!((&found["name"], &found["changed_by"]), (&json!("Timeouts"), &json!("API")));
    assert_eq!(found["address"], "?q=code%3DH12&source=router&back=24h");

    let path = format!("{PATH}/{id}");
    assert_eq!(send(&server, "PUT", &path, &json!({ "name": "Timeouts", "q": "code=H12 -health" })).status, 200);
    assert_eq!(names(&server, "?app=blog"), ["Deploys", "errors", "Timeouts"]);
    removed(&server, &path);
    refused(&server, ("PUT", &path), &json!({ "name": "x" }), 404, "no saved search");
    refused(&server, ("DELETE", &path), &json!(null), 404, "no saved search");
}

#[test]
fn err_searches() {
    let server = Server::start();
    server.drain("shop");
    made(&server, PATH, &json!({ "name": "Errors", "app": "shop" }));
    // The same name for every app is another search.
    made(&server, PATH, &json!({ "name": "Errors" }));
    let check = |body: Value, status: u16, said: &str| refused(&server, ("POST", PATH), &body, status, said);
    check(json!("x"), 400, "expected the JSON of a search");
    check(json!({}), 400, "missing field `name`");
    check(json!({ "name": "a", "query": "x" }), 400, "query");
    check(json!({ "name": " " }), 400, "a name, found none");
    check(json!({ "name": "🌙".repeat(51) }), 400, "at most 200 bytes, found 204");
    check(json!({ "name": "a", "q": "status>=" }), 400, "(search, character");
    check(json!({ "name": "a", "app": "nobody" }), 404, "no app named nobody");
    check(json!({ "name": "ERRORS", "app": "shop" }), 409, "already a saved search named ERRORS");
    for path in ["/api/v1/searches/7", "/api/v1/searches/x", "/api/v1/searches/9223372036854775808"] {
        refused(&server, ("DELETE", path), &json!(null), 404, "no saved search");
    }
}

#[test]
fn err_more_searches_than_there_may_be() {
    let server = Server::start();
    for n in 0..500 {
        made(&server, PATH, &json!({ "name": format!("search {n}") }));
    }
    refused(&server, ("POST", PATH), &json!({ "name": "one more" }), 409, "at most 500 saved searches");
}

#[test]
fn ok_forms_save_rename_and_remove() {
    let server = Server::start();
    server.drain("shop");
    let page = server.get("/searches?app=shop&q=code%3DH12&back=6h");
    assert!(page.status == 200 && page.body.contains("Save this search"), "{}", page.body);
    let saved = post(&server, "do=add&app=shop&scope=app&name=Time+outs&q=code%3DH12&back=6h", None);
    assert_eq!(saved.status, 303, "{}", saved.body);
    assert!(saved.head.contains("location: /searches?app=shop&done=saved"), "{}", saved.head);
    assert_eq!(listed(&server, "")[0]["address"], "?q=code%3DH12&back=6h");
    let page = server.get("/searches?app=shop&done=saved").body;
    assert!(
        page.contains("The search is saved.") && page.contains("/apps/shop/logs?q=code%3DH12&amp;back=6h"),
        "{page}"
    );

    let again = post(&server, "do=add&app=shop&scope=app&name=time+outs&q=x", None);
    assert!(
        again.status == 409
            && again.body.contains("already a saved search")
            && again.body.contains("value=\"time outs\"")
    );
    let wrong = post(&server, "do=add&app=shop&scope=all&name=a&q=status%3E%3D", None);
    assert!(wrong.status == 400 && wrong.body.contains("(search, character"), "{}", wrong.body);
    assert_eq!(post(&server, "do=rename&id=1&name=H12&app=", None).status, 303);
    assert_eq!(names(&server, ""), ["H12"]);
    assert_eq!(post(&server, "do=remove&id=1&app=", None).status, 303);
    assert_eq!(post(&server, "do=remove&id=1&app=", None).status, 404);
    assert_eq!(post(&server, "do=else", None).status, 400);
    let forged = post(&server, "do=add&app=shop&name=a&q=x", Some("http://evil.example"));
    assert_eq!((forged.status, listed(&server, "").len()), (403, 0), "{}", forged.body);
}

#[test]
fn ok_a_search_of_every_app_opens_in_one() {
    let server = Server::start();
    server.drain("shop");
    let id = made(&server, PATH, &json!({ "name": "Errors", "q": "status>=500" }));
    let opened = server.get(&format!("/searches/open?id={id}&app=shop"));
    assert_eq!(opened.status, 303);
    assert!(opened.head.contains("location: /apps/shop/logs?q=status%3e%3d500"), "{}", opened.head);
    let nowhere = server.get(&format!("/searches/open?id={id}&app=nobody"));
    assert!(nowhere.status == 404 && nowhere.body.contains("there is no app named nobody"), "{}", nowhere.body);
    assert_eq!(server.get("/searches/open?id=99&app=shop").status, 404);
}

#[test]
fn ok_searches_go_with_their_app() {
    let server = Server::start();
    server.drain("shop");
    made(&server, PATH, &json!({ "name": "Errors", "app": "shop" }));
    made(&server, PATH, &json!({ "name": "All errors" }));
    let args = ["app", "remove", "shop", "--yes"];
    let (code, _, error) = run(binary(server.dir.path()).args(args));
    assert_eq!(code, 0, "{error}");
    wait_for("the app to be removed", || names(&server, "") == ["All errors"]);
    let rows = || crate::alerts::rows(server.dir.path(), "SELECT name FROM saved_search");
    wait_for("its searches to be removed", || rows().len() == 1);
}
