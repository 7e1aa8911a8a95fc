//! People: invitations, sign-in, sessions, roles, and the record of changes.

use std::{
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    thread,
    time::{Duration, Instant},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use testing::{
    http::{Reply, form_urlencoded},
    process::Server,
    wait::wait_for,
};

use crate::access_table::{Asker, PASSWORD, command};

const HTML: &str = "text/html,application/xhtml+xml";

/// Posts a form as a browser without JavaScript does.
pub(crate) fn post(server: &Server, path: &str, headers: &[(&str, &str)], fields: &[(&str, &str)]) -> Reply {
    let origin = format!("http://{}", server.address);
    let form = [("Origin", &*origin), ("Content-Type", "application/x-www-form-urlencoded"), ("Accept", HTML)];
    let body =
        fields.iter().map(|(name, value)| format!("{name}={}", form_urlencoded(value))).collect::<Vec<_>>().join("&");
    server.request("POST", path, &[&form, headers].concat(), body.as_bytes()).unwrap()
}

/// The value of a header.
fn header<'a>(reply: &'a Reply, name: &str) -> &'a str {
    let line = |it: &&'a str| it.to_lowercase().starts_with(&format!("{name}:"));
    reply.plain_head.lines().find(line).map(|it| it[name.len() + 1..].trim()).unwrap_or_default()
}

/// The `name=value` of the session that a reply begins.
#[track_caller]
fn cookie(reply: &Reply) -> String {
    assert_eq!(reply.status, 303, "{} {}", reply.head, reply.body);
    let cookie = header(reply, "set-cookie");
    assert!(cookie.starts_with("streamgauge_session=sgb_"), "{}", reply.head);
    cookie.split(';').next().unwrap().to_owned()
}

/// Accepts an invitation; returns the cookie of the session that begins with it.
#[track_caller]
pub(crate) fn accept(server: &Server, link: &str, name: &str, password: &str) -> String {
    let token = link.rsplit_once("/invite/").unwrap().1;
    cookie(&post(server, "/invite", &[], &[("token", token), ("name", name), ("password", password)]))
}

/// Waits until the server knows everybody who has credentials.
pub(crate) fn wait_until_known(server: &Server, askers: &[Asker]) {
    for (name, headers) in askers.iter().filter(|it| !it.1.is_empty() && it.0 != "cross-site") {
        let headers: Vec<(&str, &str)> = headers.iter().map(|it| (it.0, &*it.1)).collect();
        // Whoever is unknown gets 401; a share link may not ask this.
        wait_for(name, || server.request("GET", "/api/v1/apps", &headers, b"").unwrap().status != 401);
    }
}

fn started() -> Server {
    Server::start_with(&[("ADMIN_PASSWORD", PASSWORD)])
}

fn status(server: &Server, path: &str, headers: &[(&str, &str)]) -> u16 {
    server.request("GET", path, headers, b"").unwrap().status
}

fn sign_in(server: &Server, name: &str, password: &str, to: &str) -> Reply {
    post(server, "/sign-in", &[], &[("name", name), ("password", password), ("to", to)])
}

#[test]
fn ok_an_invitation_works_once() {
    let server = started();
    let link = command(&server, &["person", "add", "alice", "--role", "editor"]);
    assert!(link.starts_with(&format!("http://{}/invite/sgi_", server.address)), "{link}");
    let path = link.split_once(&server.address.to_string()).unwrap().1;
    let form = server.get(path);
    assert!(
        form.status == 200 && form.body.contains("value=\"alice\"") && !form.body.contains("<script"),
        "{}",
        form.body
    );
    let token = path.rsplit_once('/').unwrap().1;
    let reply = post(&server, "/invite", &[], &[("token", token), ("name", "alice"), ("password", "too short")]);
    assert!(reply.status == 400 && reply.body.contains("at least 12 characters"), "{}", reply.body);
    let cookie = accept(&server, &link, "Alice B", PASSWORD);
    assert_eq!(status(&server, "/api/v1/apps", &[("Cookie", &cookie)]), 200);
    // An editor does not administer.
    assert_eq!(status(&server, "/settings/people", &[("Cookie", &cookie)]), 403);
    assert_eq!(server.get(path).status, 404);
    let again = post(&server, "/invite", &[], &[("token", token), ("name", "b"), ("password", PASSWORD)]);
    assert!(again.status == 404 && again.body.contains("This invitation is over"), "{}", again.body);
    let listed = command(&server, &["person", "list"]);
    assert!(listed.contains("Alice B") && listed.contains("can sign in"), "{listed}");
}

#[test]
fn ok_the_form_leads_back_to_the_page() {
    let server = started();
    let person = [("Sec-Fetch-Mode", "navigate"), ("Accept", HTML)];
    let reply = server.request("GET", "/apps/a?range=1h", &person, b"").unwrap();
    assert_eq!((reply.status, header(&reply, "location")), (303, "/sign-in?to=%2Fapps%2Fa%3Frange%3D1h"));
    // Scripts still get the challenge.
    let reply = server.get("/apps/a");
    assert!(reply.status == 401 && header(&reply, "www-authenticate").starts_with("Basic"), "{}", reply.head);
    for (to, expected) in
        [("/apps/a?range=1h", "/apps/a?range=1h"), ("//evil.example", "/"), ("https://evil.example", "/")]
    {
        for name in ["", "admin"] {
            let reply = sign_in(&server, name, PASSWORD, to);
            assert_eq!(header(&reply, "location"), expected);
            let set = header(&reply, "set-cookie").to_lowercase();
            assert!(set.contains("; path=/; httponly; samesite=lax") && !set.contains("secure"), "{set}");
            assert_eq!(status(&server, "/settings/people", &[("Cookie", &cookie(&reply))]), 200);
        }
    }
    let reply = sign_in(&server, "admin", "wrong", "/apps/a");
    assert!(reply.status == 401 && reply.body.contains("The name or the password is wrong."), "{}", reply.body);
    assert!(reply.body.contains("value=\"/apps/a\"") && !reply.body.contains("wrong\""), "{}", reply.body);
    let headers = [("Content-Type", "application/x-www-form-urlencoded")];
    let body = format!("password={}", form_urlencoded(PASSWORD));
    assert_eq!(server.request("POST", "/sign-in", &headers, body.as_bytes()).unwrap().status, 403);
}

#[test]
fn ok_a_cookie_is_secure_behind_https() {
    let server = Server::start_with(&[("ADMIN_PASSWORD", PASSWORD), ("PUBLIC_URL", "https://gauge.example.com")]);
    let reply = sign_in(&server, "", PASSWORD, "/");
    assert!(header(&reply, "set-cookie").to_lowercase().ends_with("; secure"), "{}", reply.head);
}

#[test]
fn ok_what_ends_a_session() {
    let server = started();
    let (known, admin) = (|it: &str| status(&server, "/settings", &[("Cookie", it)]), |it: &Reply| cookie(it));
    let alice = accept(&server, &command(&server, &["person", "add", "alice", "--role", "viewer"]), "alice", PASSWORD);
    let second = cookie(&sign_in(&server, "ALICE", PASSWORD, "/"));
    assert_eq!((known(&alice), known(&second)), (200, 200));
    // Another password ends those of other browsers.
    let change = |old| {
        let fields = [("do", "password"), ("old", old), ("password", "another long password")];
        post(&server, "/settings", &[("Cookie", &alice)], &fields)
    };
    assert_eq!(change("not the password").status, 400);
    assert_eq!(known(&second), 200);
    assert_eq!(change(PASSWORD).status, 200);
    assert_eq!((known(&alice), known(&second)), (200, 401));
    assert_eq!(sign_in(&server, "alice", PASSWORD, "/").status, 401);
    // So does an administrator, on the page.
    let boss = admin(&sign_in(&server, "", PASSWORD, "/"));
    let page = server.request("GET", "/settings/people", &[("Cookie", &boss)], b"").unwrap().body;
    let row = page.split("<tr>").find(|it| it.contains("Sign out alice")).unwrap();
    let id = row.split("name=\"id\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let ended = post(&server, "/settings/people", &[("Cookie", &boss)], &[("do", "end"), ("id", id)]);
    assert_eq!((ended.status, known(&alice)), (200, 401), "{}", ended.body);
    // Nobody ends those of others.
    let third = cookie(&sign_in(&server, "alice", "another long password", "/"));
    let page = server.request("GET", "/settings", &[("Cookie", &boss)], b"").unwrap().body;
    let id = page.split("name=\"id\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    assert_eq!(post(&server, "/settings", &[("Cookie", &third)], &[("do", "end"), ("id", id)]).status, 404);
    assert_eq!(known(&boss), 200);
    // And a removal, on the machine itself, and signing out.
    command(&server, &["person", "remove", "alice"]);
    wait_for("the removal", || known(&third) == 401);
    let out = post(&server, "/sign-out", &[("Cookie", &boss)], &[]);
    assert_eq!((out.status, header(&out, "location"), known(&boss)), (303, "/sign-in", 401));
}

#[test]
fn ok_sessions_survive_a_restart_but_no_other_password() {
    let server = started();
    let alice = accept(&server, &command(&server, &["person", "add", "alice", "--role", "viewer"]), "alice", PASSWORD);
    let boss = cookie(&sign_in(&server, "", PASSWORD, "/"));
    let dir = std::sync::Arc::clone(&server.dir);
    drop(server);
    for (password, expected) in [(PASSWORD, 200), ("quite another password", 401)] {
        let server = Server::start_in(std::sync::Arc::clone(&dir), 0, &[("ADMIN_PASSWORD", password)]);
        let of = |it: &str| status(&server, "/settings", &[("Cookie", it)]);
        assert_eq!((of(&alice), of(&boss)), (200, expected));
    }
    // Nothing of it is in the file.
    let file = std::fs::read(testing::process::database(dir.path())).unwrap();
    for secret in [&alice["streamgauge_session=".len()..], PASSWORD] {
        assert!(!file.windows(secret.len()).any(|it| it == secret.as_bytes()));
    }
}

#[test]
fn ok_changes_are_taken_down() {
    let server = started();
    let alice = accept(&server, &command(&server, &["person", "add", "alice", "--role", "editor"]), "alice", PASSWORD);
    let basic = format!("Basic {}", STANDARD.encode(format!("admin:{PASSWORD}")));
    let json = ("Content-Type", "application/json");
    let body = br#"{"name":"b","panels":[]}"#;
    let made = server.request("POST", "/api/v1/boards", &[("Cookie", &alice), json], body).unwrap();
    assert_eq!(made.status, 201, "{}", made.body);
    // What was refused, and what changed nothing, is no change.
    server.request("POST", "/api/v1/boards", &[("Cookie", &alice), json], b"{").unwrap();
    let page = || server.request("GET", "/settings/audit", &[("Authorization", &basic)], b"").unwrap().body;
    wait_for("the record", || page().contains("POST /api/v1/boards"));
    assert!(page().contains("streamgauge person add alice"), "{}", page());
    let page = page();
    assert_eq!(page.matches("/api/v1/boards").count(), 1, "{page}");
    assert!(page.contains(">alice</th>") && page.contains("127.0.0.1"), "{page}");
    let boards = server.request("GET", "/api/v1/boards", &[("Cookie", &alice)], b"").unwrap().body;
    assert!(boards.contains("\"alice\""), "{boards}");
}

/// A guesser at full speed, and somebody from elsewhere who signs in beside it.
#[test]
fn ok_a_guesser_beside_an_honest_sign_in() {
    let server = started();
    accept(&server, &command(&server, &["person", "add", "alice", "--role", "viewer"]), "alice", PASSWORD);
    let (over, began) = (AtomicBool::new(false), Instant::now());
    let (cpu, mut waits) = (server.cpu_s(), vec![]);
    let answered: u64 = thread::scope(|scope| {
        let guessers: Vec<_> = (0..8)
            .map(|guesser| {
                let (server, over) = (&server, &over);
                scope.spawn(move || {
                    let mut answered = 0;
                    while !over.load(Relaxed) {
                        let reply = sign_in(server, "alice", &format!("guess {guesser} {answered}"), "/");
                        assert!(matches!(reply.status, 401 | 429), "{}", reply.status);
                        answered += u64::from(reply.status == 401);
                    }
                    answered
                })
            })
            .collect();
        for n in 0..4 {
            thread::sleep(Duration::from_secs(1));
            let (from, began) = (format!("203.0.113.{n}"), Instant::now());
            let fields = [("name", "alice"), ("password", PASSWORD), ("to", "/")];
            let reply = post(&server, "/sign-in", &[("X-Forwarded-For", &*from)], &fields);
            waits.push((reply.status, began.elapsed()));
        }
        over.store(true, Relaxed);
        guessers.into_iter().map(|it| it.join().unwrap()).sum()
    });
    let took = began.elapsed();
    eprintln!("{answered} guesses compared in {took:?}, {:.1} s of CPU; honest: {waits:?}", server.cpu_s() - cpu);
    assert!(answered <= 10 + 1 + 2 * took.as_secs(), "{answered} guesses");
    assert!(waits.iter().all(|it| it.0 == 303 && it.1 < Duration::from_secs(5)), "{waits:?}");
    let log = std::fs::read_to_string(server.dir.path().join("log")).unwrap();
    assert!(log.contains("wrong passwords") && !log.contains("guess 1"), "{log}");
}
