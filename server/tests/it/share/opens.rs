//! What a link opens: its page, of its apps, over its range; and whose sign-in wins.

use serde_json::json;
use testing::{process::Server, wait::wait_for};

use super::{PASSWORD, PERSON, RAW, admin, ask, command, filled, get, header, listed, made, opened, refused};

/// Pages that a link of the dashboard of the app `shop` does not open.
const PAGES: &str = "/ /?wall=1 /apps/mail /apps/none /apps/shop/ /apps/%73hop /apps/shop/logs /apps/shop/errors \
    /apps/shop/metrics /apps/shop/sizing /apps/shop/endpoint /apps/shop/compare /apps/shop/sources \
    /apps/shop/logs/export /boards /boards/1 /alerts /incidents/1 /requests/1 /drains /drains/1 \
    /searches /settings /settings/shares /settings/people /check?app=shop /none";

/// Routes of the API that it does not open.
const ROUTES: &str = "apps apps/shop/logs apps/shop/logs/tail apps/shop/logs/export logs/export apps/shop/logs/fields \
    apps/shop/logs/histogram apps/shop/logs/bars apps/shop/logs/1-1 apps/shop/logs/1-1/text \
    apps/shop/errors apps/shop/events apps/shop/annotations apps/shop/losses apps/shop/metrics \
    apps/shop/query?metric=router.service apps/shop/charts/throughput?format=csv apps/mail/live live \
    requests/1 incidents?app=shop boards drains drains/1/batch storage searches channels";

/// Server functions that it does not open.
const FUNCTIONS: &str = "overview logs log-context errors request board boards alerts pinned-lines change-board";

#[test]
fn ok_a_link_of_an_app_opens_its_dashboard_alone() {
    let server = filled();
    let (cookie, page) = opened(&server, &made(&server, &["lobby", "--page", "/apps/shop"]));
    assert_eq!(page, "/apps/shop");
    let shown = get(&server, &page, &cookie);
    assert_eq!(shown.status, 200, "{}", shown.body);
    assert!(shown.body.contains("/shared.css") && !shown.body.contains(RAW) && !shown.body.contains("secret"));
    assert!(header(&shown, "cache-control").contains("no-store"), "{}", shown.head);
    for path in PAGES.split(' ') {
        let reply = get(&server, path, &cookie);
        refused(&reply, path);
        assert!(
            reply.body.contains("This link shows one page") && reply.body.contains("href=\"/apps/shop\""),
            "{path}"
        );
    }
    for path in ROUTES.split(' ') {
        refused(&get(&server, &format!("/api/v1/{path}"), &cookie), path);
    }
    let asked = |app: &str| json!({ "app": app, "range": "1h" });
    assert_eq!(ask(&server, "app", &cookie, &asked("shop")).status, 200);
    for (app, expected) in [("mail", 404), ("none", 404)] {
        let reply = ask(&server, "app", &cookie, &asked(app));
        assert_eq!(reply.status, expected, "{}", reply.body);
    }
    for function in FUNCTIONS.split(' ') {
        refused(&ask(&server, function, &cookie, &asked("shop")), function);
    }
    // Nothing is changed by it.
    let headers = [("Cookie", &*cookie), ("Content-Type", "application/json")];
    for path in ["/api/v1/boards", "/api/v1/apps/shop/annotations", "/settings/shares"] {
        assert_eq!(server.request("POST", path, &headers, b"{}").unwrap().status, 403, "{path}");
    }
}

#[test]
fn ok_a_fixed_range_is_kept() {
    let server = filled();
    let (cookie, page) = opened(&server, &made(&server, &["hour", "--page", "/apps/shop", "--span", "1h"]));
    assert_eq!(page, "/apps/shop?range=1h");
    let now_s = testing::clock::now_ms() / 1_000;
    for (query, expected) in [
        ("range=1h".to_owned(), 200),
        ("range=24h".to_owned(), 303),
        (String::new(), 303),
        (format!("from={}&to={}", now_s - 600, now_s), 200),
        (format!("from={}&to={}", now_s - 90_000, now_s), 303),
    ] {
        let reply = get(&server, &format!("/apps/shop?{query}"), &cookie);
        assert_eq!(reply.status, expected, "{query}");
        if expected == 303 {
            assert_eq!(header(&reply, "location"), page);
        }
    }
    for (word, expected) in [("1h", 200), ("24h", 400), ("30d", 400)] {
        let data = ask(&server, "app", &cookie, &json!({ "app": "shop", "range": word }));
        assert_eq!(data.status, expected, "{word}: {}", data.body);
    }
}

#[test]
fn ok_a_session_wins_over_a_link() {
    let server = filled();
    let path = made(&server, &["lobby", "--page", "/apps/shop"]);
    let (cookie, _) = opened(&server, &path);
    let invitation = command(&server, &["person", "add", "alice", "--role", "editor"]);
    let session = crate::access_people::accept(&server, &invitation, "alice", "a password of her own");
    // Neither lowers nor raises: both cookies are those of the session.
    let both = format!("{cookie}; {session}");
    for (cookie, expected) in [(&session, [200, 200, 403]), (&both, [200, 200, 403]), (&cookie, [403, 403, 403])] {
        let of = ["/", "/apps/mail", "/settings/people"].map(|it| get(&server, it, cookie).status);
        assert_eq!(of, expected, "{cookie}");
    }
    // Somebody who is signed in gets no cookie by a link, and is no view.
    let reply = get(&server, &path, &session);
    assert_eq!((reply.status, header(&reply, "location"), header(&reply, "set-cookie")), (303, "/apps/shop", ""));
    let basic = server.request("GET", &path, &[("Authorization", &admin())], b"").unwrap();
    assert!(basic.status == 303 && !header(&basic, "set-cookie").contains("share"), "{}", basic.plain_head);
    let basic =
        server.request("GET", "/settings/shares", &[("Authorization", &admin()), ("Cookie", &cookie)], b"").unwrap();
    assert_eq!(basic.status, 200);
    // A link may stand on another site, which can't load it in the background.
    let followed = [&PERSON[..], &[("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Dest", "document")]].concat();
    assert_eq!(server.request("GET", &path, &followed, b"").unwrap().status, 303);
    let loaded = [("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "no-cors"), ("Sec-Fetch-Dest", "image")];
    assert_eq!(server.request("GET", &path, &loaded, b"").unwrap().status, 403);
    // The token is nothing else: no API token, no password, no session.
    let token = path.trim_start_matches("/s/");
    let bearer = format!("Bearer {token}");
    assert_eq!(server.request("GET", "/apps/shop", &[("Authorization", &bearer)], b"").unwrap().status, 401);
    assert_eq!(get(&server, "/api/v1/live", &format!("streamgauge_session={token}")).status, 401);
}

#[test]
fn ok_without_a_password_a_link_leads_to_its_page() {
    let server = Server::start();
    server.drain("shop");
    let link = made(&server, &["lobby", "--page", "/apps/shop"]);
    wait_for("the server to know the link", || server.get(&link).status == 303);
    let reply = server.get(&link);
    assert_eq!((header(&reply, "location"), header(&reply, "set-cookie")), ("/apps/shop", ""));
    wait_for("the views", || listed(&server)["views"].as_i64().is_some_and(|it| it >= 2));
    assert!(server.get("/settings/shares").body.contains("ADMIN_PASSWORD is not set"));
}

#[test]
fn ok_the_cookie_is_secure_behind_https() {
    let settings = [("ADMIN_PASSWORD", PASSWORD), ("PUBLIC_URL", "https://gauge.example.com/")];
    let server = Server::start_with(&settings);
    crate::drains::made(&server, &["shop"]);
    let link = command(&server, &["share", "add", "a", "--page", "/apps/shop", "--url", "https://gauge.example.com/"]);
    let path = link.strip_prefix("https://gauge.example.com").unwrap();
    wait_for("the server to know the link", || server.get(path).status == 303);
    assert!(header(&server.get(path), "set-cookie").ends_with("; Secure"));
}
