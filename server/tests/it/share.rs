//! Share links: they open their page alone, with their apps, and log lines only where that was said.
//! They survive a restart, end at once, and are counted. What each route answers them stands in
//! `docs/access.md`; how their pages look is tested in the browser.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    sync::Arc,
    time::{Duration, Instant},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use testing::{
    frames::{frame, message_frame, now_line},
    http::Reply,
    process::{Server, binary, database, run},
    wait::{PATIENCE, wait_for},
};

use crate::access_table::{PASSWORD, command};

/// Part of a log line of each app, of its note, and of what was lost of it.
const RAW: &str = "xyzzy";
/// How a browser opens a page.
const PERSON: [(&str, &str); 2] = [("Sec-Fetch-Mode", "navigate"), ("Accept", "text/html")];

fn admin() -> String {
    format!("Basic {}", STANDARD.encode(format!("admin:{PASSWORD}")))
}

/// A server with a password and three apps that have sent requests, a note, and a line that matches
/// nothing.
fn filled() -> Server {
    let server = Server::start_with(&[("ADMIN_PASSWORD", PASSWORD)]);
    for app in ["shop", "mail", "secret"] {
        let token = crate::drains::made(&server, &[app]);
        let mut body = frame(&now_line(20));
        body.extend(message_frame("app web.1", &format!("event#title=\"{RAW} note\"")));
        body.extend(message_frame("app web.1", &format!("{RAW} says {app}")));
        assert_eq!(server.post(&token, &[], &body).status, 204);
    }
    wait_for("all apps", || {
        let reply = server.request("GET", "/api/v1/apps", &[("Authorization", &admin())], b"").unwrap();
        reply.json()["apps"]
            .as_array()
            .is_some_and(|it| it.iter().filter(|it| it["last_line_ms"].is_i64()).count() == 3)
    });
    server
}

/// Makes a link; returns its path.
fn made(server: &Server, args: &[&str]) -> String {
    let link = command(server, &[&["share", "add"], args].concat());
    let (host, path) = link.split_once("/s/sgs_").unwrap();
    assert_eq!((host, path.len()), (&*format!("http://{}", server.address), 22), "{link}");
    format!("/s/sgs_{path}")
}

/// The value of a header.
fn header<'a>(reply: &'a Reply, name: &str) -> &'a str {
    let line = |it: &&'a str| it.to_lowercase().starts_with(&format!("{name}:"));
    reply.plain_head.lines().find(line).map(|it| it[name.len() + 1..].trim()).unwrap_or_default()
}

/// Opens a link once the server knows it; returns the cookie, and where it leads.
fn opened(server: &Server, path: &str) -> (String, String) {
    wait_for("the server to know the link", || server.get(path).status == 303);
    let reply = server.get(path);
    let cookie = header(&reply, "set-cookie").split(';').next().unwrap().to_owned();
    assert!(cookie.starts_with("streamgauge_share=sgs_"), "{}", reply.plain_head);
    (cookie, header(&reply, "location").to_owned())
}

fn get(server: &Server, path: &str, cookie: &str) -> Reply {
    server.request("GET", path, &[&PERSON[..], &[("Cookie", cookie)]].concat(), b"").unwrap()
}

/// Calls a server function as a page does.
fn ask(server: &Server, function: &str, cookie: &str, body: &Value) -> Reply {
    let headers = [("Cookie", cookie), ("Content-Type", "application/json"), ("Sec-Fetch-Site", "same-origin")];
    server.request("POST", &format!("/api/page/{function}"), &headers, body.to_string().as_bytes()).unwrap()
}

#[track_caller]
fn refused(reply: &Reply, why: &str) {
    assert_eq!(reply.status, 403, "{why}: {}", reply.body);
    assert!(!reply.body.contains(RAW), "{why}: {}", reply.body);
}

#[test]
fn ok_a_link_of_an_app_opens_its_dashboard_alone() {
    let server = filled();
    let (cookie, page) = opened(&server, &made(&server, &["lobby", "--page", "/apps/shop"]));
    assert_eq!(page, "/apps/shop");
    let shown = get(&server, &page, &cookie);
    assert_eq!(shown.status, 200, "{}", shown.body);
    assert!(shown.body.contains("/shared.css") && !shown.body.contains(RAW) && !shown.body.contains("secret"));
    assert!(header(&shown, "cache-control").contains("no-store"), "{}", shown.head);
    for path in [
        "/",
        "/?wall=1",
        "/apps/mail",
        "/apps/none",
        "/apps/shop/",
        "/apps/%73hop",
        "/apps/shop/logs",
        "/apps/shop/errors",
        "/apps/shop/metrics",
        "/apps/shop/sizing",
        "/apps/shop/endpoint",
        "/apps/shop/compare",
        "/apps/shop/sources",
        "/apps/shop/logs/export",
        "/boards",
        "/boards/1",
        "/alerts",
        "/incidents/1",
        "/requests/1",
        "/drains",
        "/drains/1",
        "/searches",
        "/settings",
        "/settings/shares",
        "/settings/people",
        "/check?app=shop",
        "/none",
    ] {
        let reply = get(&server, path, &cookie);
        refused(&reply, path);
        assert!(
            reply.body.contains("This link shows one page") && reply.body.contains("href=\"/apps/shop\""),
            "{path}"
        );
    }
    for path in [
        "apps",
        "apps/shop/logs",
        "apps/shop/logs/tail",
        "apps/shop/logs/export",
        "logs/export",
        "apps/shop/logs/fields",
        "apps/shop/logs/histogram",
        "apps/shop/logs/bars",
        "apps/shop/logs/1-1",
        "apps/shop/logs/1-1/text",
        "apps/shop/errors",
        "apps/shop/events",
        "apps/shop/annotations",
        "apps/shop/losses",
        "apps/shop/metrics",
        "apps/shop/query?metric=router.service",
        "apps/shop/charts/throughput?format=csv",
        "apps/mail/live",
        "live",
        "requests/1",
        "incidents?app=shop",
        "boards",
        "drains",
        "drains/1/batch",
        "storage",
        "searches",
        "channels",
    ] {
        refused(&get(&server, &format!("/api/v1/{path}"), &cookie), path);
    }
    let asked = |app: &str| json!({ "app": app, "range": "1h" });
    assert_eq!(ask(&server, "app", &cookie, &asked("shop")).status, 200);
    for (app, expected) in [("mail", 404), ("none", 404)] {
        let reply = ask(&server, "app", &cookie, &asked(app));
        assert_eq!(reply.status, expected, "{}", reply.body);
    }
    for function in [
        "overview",
        "logs",
        "log-context",
        "errors",
        "request",
        "board",
        "boards",
        "alerts",
        "pinned-lines",
        "change-board",
    ] {
        refused(&ask(&server, function, &cookie, &asked("shop")), function);
    }
    // Nothing is changed by it.
    let headers = [("Cookie", &*cookie), ("Content-Type", "application/json")];
    for path in ["/api/v1/boards", "/api/v1/apps/shop/annotations", "/settings/shares"] {
        assert_eq!(server.request("POST", path, &headers, b"{}").unwrap().status, 403, "{path}");
    }
}

#[test]
fn ok_lines_are_shown_only_where_that_was_said() {
    let server = filled();
    let (without, _) = opened(&server, &made(&server, &["without", "--page", "/apps/shop"]));
    let (with, _) = opened(&server, &made(&server, &["with", "--page", "/apps/shop", "--lines"]));
    let now_s = testing::clock::now_ms() / 1_000;
    let query = contract::LogQuery {
        time: contract::LogTime::Span(contract::Span::new(now_s - 600, now_s + 600).unwrap()),
        ..Default::default()
    };
    let pin = json!({ "at_s": null, "step_s": 10, "chart": "throughput", "series": null });
    let asked = |app: &str| json!({ "app": app, "pin": pin, "query": query });
    let lines = |cookie: &str, app: &str| ask(&server, "pinned-lines", cookie, &asked(app));
    refused(&lines(&without, "shop"), "lines of a link without");
    let shown = lines(&with, "shop");
    assert!(shown.status == 200 && shown.body.contains("xyzzy says shop"), "{} {}", shown.status, shown.body);
    assert!(!lines(&with, "mail").body.contains(RAW));
    // The samples of lines that matched nothing, and notes, in the page, its data and its stream.
    for (cookie, expected) in [(&without, false), (&with, true)] {
        for range in ["live", "1h"] {
            let page = get(&server, &format!("/apps/shop?range={range}"), cookie);
            assert_eq!((page.status, page.body.contains(RAW)), (200, expected), "{range}");
            let data = ask(&server, "app", cookie, &json!({ "app": "shop", "range": range }));
            assert_eq!((data.status, data.body.contains(RAW)), (200, expected), "{range}");
            assert!(data.body.contains("\"note\""), "{}", data.body);
        }
        let first = Stream::open(&server, "/api/v1/apps/shop/live", cookie).event();
        assert_eq!(first.contains(RAW), expected, "{first}");
    }
    // What the Logs page needs is not part of a dashboard.
    refused(&get(&server, "/api/v1/apps/shop/logs", &with), "the logs of a link with lines");
    refused(&get(&server, "/api/v1/apps/shop/logs/export", &with), "an export of a link with lines");
}

#[test]
fn ok_a_wall_shows_the_chosen_apps_and_their_totals() {
    let server = filled();
    let made = made(&server, &["wall", "--page", "/", "--app", "shop", "--app", "mail"]);
    let (cookie, page) = opened(&server, &made);
    assert_eq!(page, "/?wall=1");
    let shown = get(&server, &page, &cookie);
    let names = |text: &str| ["shop", "mail", "secret"].map(|it| text.contains(it));
    assert_eq!((shown.status, names(&shown.body)), (200, [true, true, false]), "{}", shown.body);
    let data = ask(&server, "overview", &cookie, &json!({}));
    assert_eq!((data.status, names(&data.body)), (200, [true, true, false]), "{}", data.body);
    assert!(!data.body.contains(RAW), "{}", data.body);
    let first = Stream::open(&server, "/api/v1/live", &cookie).event();
    assert_eq!(names(&first), [true, true, false], "{first}");
    // Of all apps' lines a second, two thirds.
    let all = server.request(
        "POST",
        "/api/page/overview",
        &[("Authorization", &admin()), ("Content-Type", "application/json")],
        b"{}",
    );
    let all = all.unwrap().json();
    assert_eq!(all["apps"].as_array().unwrap().len(), 3);
    let sum: f64 = data.json()["apps"].as_array().unwrap().iter().map(|it| it["lines_per_s"].as_f64().unwrap()).sum();
    assert!((data.json()["totals"]["lines_per_s"].as_f64().unwrap() - sum).abs() < 1e-9, "{}", data.body);
    assert_eq!(data.json()["totals"]["lines"], 0);
    for path in ["/apps/shop", "/apps/secret", "/api/v1/apps/shop/live", "/api/v1/apps"] {
        refused(&get(&server, path, &cookie), path);
    }
    refused(&ask(&server, "app", &cookie, &json!({ "app": "shop", "range": "1h" })), "the dashboard of a wall");
}

#[test]
fn ok_a_board_leaves_out_what_is_not_shared() {
    let server = filled();
    let panel = |title: &str, content: Value| json!({ "title": title, "width": 1, "content": content });
    let series = |app: &str| json!({ "series": [{ "app": app, "metric": "router.service", "stat": "p95" }] });
    let board = json!({ "name": "Night", "panels": [
        panel("Of the shop", json!({ "number": series("shop") })),
        panel("Of the hidden one", json!({ "number": series("secret") })),
        panel("Of any", json!({ "number": series("$app") })),
        panel("Raw", json!({ "logs": { "app": "shop", "q": RAW } })),
        panel("", json!({ "text": "Call Ada" })),
    ] });
    let basic = admin();
    let headers = [("Authorization", &*basic), ("Content-Type", "application/json")];
    let reply = server.request("POST", "/api/v1/boards", &headers, board.to_string().as_bytes()).unwrap();
    let path = format!("/boards/{}", reply.json()["id"]);
    for (name, lines, expected) in [("a", false, false), ("b", true, true)] {
        let mut args = vec![name, "--page", &path, "--app", "shop"];
        args.extend(lines.then_some("--lines"));
        let (cookie, page) = opened(&server, &made(&server, &args));
        let shown = get(&server, &page, &cookie);
        let has = |text: &str| shown.body.contains(text);
        assert!(shown.status == 200 && has("Of the shop") && has("Of any") && has("Call Ada"), "{}", shown.body);
        assert!(!has("secret") && !has("Of the hidden one") && !has("mail"), "{}", shown.body);
        assert_eq!(has(RAW), expected, "{}", shown.body);
        let id: i64 = path["/boards/".len()..].parse().unwrap();
        for (id, app, status) in [(id, "", 200), (id, "shop", 200), (id, "secret", 404), (id + 1, "shop", 404)] {
            let asked = json!({ "asked": { "id": id, "app": app, "range": "1h" } });
            let data = ask(&server, "board", &cookie, &asked);
            assert_eq!((data.status, data.body.contains("secret")), (status, false), "{id} {app} {}", data.body);
        }
        refused(&get(&server, &format!("{path}/edit"), &cookie), "editing");
        assert!(get(&server, &format!("{path}?app=secret"), &cookie).status != 200);
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
    // The token is nothing else: no API token, no password, no session.
    let token = path.trim_start_matches("/s/");
    let bearer = format!("Bearer {token}");
    assert_eq!(server.request("GET", "/apps/shop", &[("Authorization", &bearer)], b"").unwrap().status, 401);
    assert_eq!(get(&server, "/api/v1/live", &format!("streamgauge_session={token}")).status, 401);
}

fn listed(server: &Server) -> Value {
    serde_json::from_str(&command(server, &["share", "list", "--json"])).unwrap()
}

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

/// A live stream.
struct Stream(BufReader<TcpStream>);

impl Stream {
    fn open(server: &Server, path: &str, cookie: &str) -> Self {
        let mut stream = TcpStream::connect(server.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n\r\n").unwrap();
        Self(BufReader::new(stream))
    }

    /// The data of the next event.
    #[track_caller]
    fn event(&mut self) -> String {
        loop {
            let mut line = String::new();
            assert!(self.0.read_line(&mut line).unwrap() > 0, "the stream ended");
            if let Some(data) = line.strip_prefix("data: ") {
                return data.to_owned();
            }
        }
    }

    /// Reads until the server ends the stream.
    fn end(mut self) -> Instant {
        let mut rest = vec![];
        let mut buffer = [0; 4_096];
        // The last chunk is empty; the connection stays open for other requests.
        while !rest.ends_with(b"\r\n0\r\n\r\n") {
            let n = self.0.read(&mut buffer).unwrap();
            if n == 0 {
                break;
            }
            rest.extend(&buffer[..n]);
        }
        Instant::now()
    }
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
fn err_unknown_links() {
    let server = filled();
    for link in ["/s/sgs_AAAAAAAAAAAAAAAAAAAAAA", "/s/x", "/s/%00"] {
        let reply = server.request("GET", link, &PERSON, b"").unwrap();
        assert!(reply.status == 404 && reply.body.contains("Link not found"), "{link} {} {}", reply.status, reply.body);
        assert!(!reply.body.contains(link), "{}", reply.body);
    }
    let cookie = "streamgauge_share=sgs_AAAAAAAAAAAAAAAAAAAAAA";
    assert_eq!(get(&server, "/apps/shop", cookie).status, 303);
    assert_eq!(get(&server, "/api/v1/live", cookie).status, 401);
    for (args, why) in [
        (&["a", "--page", "/"][..], "expected the name of at least one app"),
        (&["a", "--page", "/", "--app", "none"], "there is no app named none"),
        (&["a", "--page", "/apps/none"], "there is no app named none"),
        (&["a", "--page", "/apps/shop", "--app", "mail"], "expected one app for the dashboard"),
        (&["a", "--page", "/boards/9", "--app", "shop"], "there is no board 9"),
        (&["a", "--page", "/alerts", "--app", "shop"], "expected the page /, /apps/APP or /boards/ID"),
        (&["a", "--page", "/apps/shop", "--span", "2h"], "expected one of live, 1h"),
        (&["", "--page", "/apps/shop"], "expected a name"),
    ] {
        let (code, out, error) = run(binary(server.dir.path()).args([&["share", "add"], args].concat()));
        assert!(code != 0 && out.is_empty() && error.contains(why), "{args:?}: {code} {out} {error}");
    }
    made(&server, &["a", "--page", "/apps/shop"]);
    for args in [&["share", "add", "A", "--page", "/apps/shop"][..], &["share", "remove", "none"]] {
        let (code, out, error) = run(binary(server.dir.path()).args(args));
        assert!(code == 1 && out.is_empty() && error.contains("share link"), "{args:?}: {code} {out} {error}");
    }
}

#[test]
fn ok_links_are_made_and_ended_on_the_page() {
    let server = filled();
    let basic = admin();
    let headers = [("Authorization", &*basic)];
    let post = |fields: &[(&str, &str)]| crate::access_people::post(&server, "/settings/shares", &headers, fields);
    let add = [
        ("do", "add"),
        ("name", "lobby"),
        ("page", "/"),
        ("app", "shop"),
        ("app", "mail"),
        ("span", ""),
        ("days", "7"),
    ];
    let reply = post(&add);
    let link =
        reply.body.split("/s/sgs_").nth(1).unwrap_or_else(|| panic!("{}", reply.body)).split('<').next().unwrap();
    // At once, without a wait.
    let opened = server.get(&format!("/s/sgs_{link}"));
    assert_eq!((opened.status, header(&opened, "location")), (303, "/?wall=1"));
    let page = server.request("GET", "/settings/shares", &headers, b"").unwrap().body;
    assert!(!page.contains(link) && page.contains("lobby") && page.contains("mail, shop"), "{page}");
    assert_eq!(post(&add).status, 409);
    for (fields, status) in [
        (&[("do", "add"), ("name", "x"), ("page", "/"), ("days", "7")][..], 400),
        (&[("do", "add"), ("name", "x"), ("page", "/apps/shop"), ("days", "-1")], 400),
        (&[("do", "add"), ("name", "x"), ("page", "/apps/shop"), ("span", "2y"), ("days", "1")], 400),
        (&[("do", "end"), ("name", "none")], 404),
        (&[("do", "other")], 400),
    ] {
        assert_eq!(post(fields).status, status, "{fields:?}");
    }
    assert_eq!(post(&[("do", "end"), ("name", "lobby")]).status, 200);
    assert_eq!(server.get(&format!("/s/sgs_{link}")).status, 410);
    let audit = || server.request("GET", "/settings/audit", &headers, b"").unwrap().body;
    wait_for("the record", || audit().matches("POST /settings/shares").count() >= 2);
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
