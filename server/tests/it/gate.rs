//! Access to the dashboard: host names, requests from other sites, passwords and throttling. Drain
//! tokens are tested in `drains.rs`.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    process::Stdio,
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    thread,
    time::{Duration, Instant},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use dashboard::server_fns::{
    AskAppHeader, AskAppPage, AskLogContext, AskLogHistogram, AskLogPage, AskMetricsPage, AskOverview,
};
use leptos::server_fn::ServerFn;
use tempfile::TempDir;
use testing::{
    process::{Server, binary, database, run},
    wait::wait_for,
};

const JSON: (&str, &str) = ("Content-Type", "application/json");

/// One path of each kind that requires authentication.
const PATHS: [&str; 8] = [
    "/",
    "/apps/app",
    "/api/v1/apps",
    "/api/v1/apps/app/logs",
    "/api/v1/live",
    "/api/v1/incidents",
    "/api/v1/channels",
    "/check?app=app&metric=drain.lines&max=1&absent=ok",
];

/// Routes that change alerts.
const CHANGES: [(&str, &str); 9] = [
    ("POST", "/api/v1/rules"),
    ("PUT", "/api/v1/rules/1"),
    ("DELETE", "/api/v1/rules/1"),
    ("POST", "/api/v1/rules/test"),
    ("PUT", "/api/v1/apps/app/rules/latency"),
    ("POST", "/api/v1/channels"),
    ("POST", "/api/v1/channels/1/test"),
    ("DELETE", "/api/v1/mutes/1"),
    ("POST", "/api/v1/windows"),
];

#[track_caller]
fn check(server: &Server, method: &str, path: &str, headers: &[(&str, &str)], expected: u16) {
    let reply = server.request(method, path, headers, b"{}").unwrap();
    assert_eq!(reply.status, expected, "{method} {path} {headers:?}: {}", reply.body);
    if expected >= 400 {
        assert!(reply.head.contains("application/problem+json"), "{}", reply.head);
    }
}

/// The paths of the server functions that pages call.
const FUNCTIONS: [&str; 7] = [
    AskOverview::PATH,
    AskAppPage::PATH,
    AskLogPage::PATH,
    AskLogHistogram::PATH,
    AskLogContext::PATH,
    AskAppHeader::PATH,
    AskMetricsPage::PATH,
];

#[test]
fn err_a_foreign_name_without_a_password() {
    let server = Server::start();
    server.drain("app");
    for path in PATHS {
        check(&server, "GET", path, &[("Host", "evil.example")], 421);
    }
    for function in FUNCTIONS {
        check(&server, "POST", function, &[("Host", "evil.example"), JSON], 421);
    }
    // Drains and probes are accepted under any host name.
    let token = crate::drains::made(&server, &["other"]);
    assert_eq!(server.post(&token, &[("Host", "gauge.example.com")], b"").status, 204);
    for path in ["/healthz", "/readyz"] {
        assert_eq!(server.request("GET", path, &[("Host", "10.1.2.3")], b"").unwrap().status, 200);
    }
    for host in ["localhost", "LOCALHOST:1", "127.0.0.1", "127.1.2.3:80", "[::1]:80"] {
        check(&server, "GET", "/api/v1/apps", &[("Host", host)], 200);
    }
}

/// The raw reply to a GET. HTTP/1.0 is used because its body is not chunked.
fn raw(server: &Server, path: &str, headers: &[(&str, &str)]) -> Vec<u8> {
    let mut stream = TcpStream::connect(server.address).unwrap();
    let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let host = if headers.contains("Host: ") { String::new() } else { format!("Host: {}\r\n", server.address) };
    write!(stream, "GET {path} HTTP/1.0\r\n{host}{headers}\r\n").unwrap();
    let mut reply = vec![];
    stream.read_to_end(&mut reply).unwrap();
    reply
}

#[test]
fn ok_a_person_reads_a_page_and_a_script_a_problem() {
    let server = Server::start();
    let html = ("Accept", "text/html,application/xhtml+xml,*/*;q=0.8");
    let check = |headers: &[(&str, &str)], status: u16, title: &str| {
        let reply = server.request("GET", "/apps/checkout", headers, b"").unwrap();
        assert_eq!(reply.status, status, "{}", reply.body);
        assert!(reply.body.contains(&format!("<h1>{title}</h1>")) && !reply.body.contains("<script"), "{}", reply.body);
        assert!(reply.head.contains("content-type: text/html"), "{}", reply.head);
        let css = reply.body.split("href=\"").find(|it| it.starts_with("/pkg/")).unwrap();
        let css = css.split('"').next().unwrap();
        assert_eq!(server.request("GET", css, headers, b"").unwrap().status, 200, "{css}");
        // Browsers accept compressed bodies, so the body must really be compressed.
        let packed = [headers, &[("Accept-Encoding", "gzip")]].concat();
        let packed = raw(&server, "/apps/checkout", &packed);
        let at = packed.windows(4).position(|it| it == b"\r\n\r\n").unwrap() + 4;
        assert!(String::from_utf8_lossy(&packed[..at]).to_lowercase().contains("content-encoding: gzip"));
        let mut page = String::new();
        flate2::read::GzDecoder::new(&packed[at..]).read_to_string(&mut page).unwrap();
        assert_eq!(page, reply.body);
    };
    check(&[html, ("Host", "gauge.lan:3000")], 421, "Host name not allowed");
    check(
        &[html, ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Dest", "iframe")],
        403,
        "Blocked: opened by another site",
    );
    for (path, headers) in [("/", &[("Host", "gauge.lan")][..]), ("/api/v1/apps", &[html, ("Host", "gauge.lan")])] {
        let reply = server.request("GET", path, headers, b"").unwrap();
        assert!(reply.status == 421 && reply.head.contains("application/problem+json"), "{}", reply.head);
    }
}

#[test]
fn err_what_another_site_causes() {
    let password = ("Authorization", "Basic YTphIGxvbmcgcGFzc3dvcmQ=");
    let site = ("Sec-Fetch-Site", "cross-site");
    for settings in [&[][..], &[("ADMIN_PASSWORD", "a long password")]] {
        let server = Server::start_with(settings);
        crate::drains::made(&server, &["app"]);
        for path in PATHS {
            check(&server, "GET", path, &[password, site, ("Sec-Fetch-Mode", "cors")], 403);
        }
        for function in FUNCTIONS {
            check(&server, "POST", function, &[password, site, JSON], 403);
            check(&server, "POST", function, &[password, ("Content-Type", "application/x-www-form-urlencoded")], 415);
            check(&server, "POST", function, &[password, ("Content-Type", "text/plain")], 415);
            check(&server, "POST", function, &[password, JSON, ("Origin", "http://evil.example")], 403);
        }
        for (method, path) in CHANGES {
            check(&server, method, path, &[password, site, JSON], 403);
            check(&server, method, path, &[password, JSON, ("Origin", "http://evil.example")], 403);
            if method != "DELETE" {
                check(&server, method, path, &[password, ("Content-Type", "text/plain")], 415);
            }
            if !settings.is_empty() {
                check(&server, method, path, &[JSON], 401);
            }
        }
        // A link to a page, and the requests that the dashboard's own pages make.
        let link = [password, site, ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "document")];
        check(&server, "GET", "/", &link, 200);
        let origin = format!("http://{}", server.address);
        let ours = [password, JSON, ("Origin", &*origin), ("Sec-Fetch-Site", "same-origin")];
        check(&server, "POST", AskOverview::PATH, &ours, 200);
    }
}

#[test]
fn ok_pages_work_by_links_and_forms_alone() {
    let server = Server::start();
    server.drain("app");
    // The headers that a browser sends with a form of the dashboard without JavaScript.
    let form = [("Sec-Fetch-Site", "same-origin"), ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "document")];
    check(&server, "GET", "/apps/app/logs?q=error", &form, 200);
}

fn signed_in(server: &Server, password: &str, headers: &[(&str, &str)]) -> u16 {
    let basic = format!("Basic {}", STANDARD.encode(format!("any:{password}")));
    let all = [&[("Authorization", &*basic)], headers].concat();
    server.request("GET", "/api/v1/apps", &all, b"").unwrap().status
}

const PASSWORD: &str = "correct horse battery";

#[test]
fn ok_guesses_are_slow_and_nobody_is_shut_out() {
    let server = Server::start_with(&[("ADMIN_PASSWORD", PASSWORD)]);
    // A browser that signed in before and kept its cookie.
    let basic = format!("Basic {}", STANDARD.encode(format!("any:{PASSWORD}")));
    let reply = server.request("GET", "/api/v1/apps", &[("Authorization", &basic)], b"").unwrap();
    assert_eq!(reply.status, 200);
    assert!(reply.head.contains("cache-control: no-store"), "{}", reply.head);
    let cookie = reply.head.lines().find_map(|it| it.strip_prefix("set-cookie: ")).unwrap();
    assert!(cookie.contains("httponly") && cookie.contains("samesite=strict"), "{cookie}");
    let cookie = mark(&server, &basic);
    let (over, began) = (AtomicBool::new(false), Instant::now());
    let (guesses, waits) = thread::scope(|scope| {
        let _end = Set(&over);
        let guessers: Vec<_> = (0..12)
            .map(|guesser| {
                let (server, over) = (&server, &over);
                scope.spawn(move || {
                    let mut answered = 0;
                    while !over.load(Relaxed) {
                        let status = signed_in(server, &format!("guess {guesser} {answered}"), &[]);
                        assert!(matches!(status, 401 | 429), "{status}");
                        answered += u64::from(status == 401);
                    }
                    answered
                })
            })
            .collect();
        thread::sleep(Duration::from_secs(1));
        // From the guessers' own address a sign-in succeeds at once with the cookie, and after a
        // while without it. From another address it succeeds at once.
        let began = Instant::now();
        assert_eq!(signed_in(&server, PASSWORD, &[("Cookie", &cookie)]), 200);
        let marked = began.elapsed();
        wait_for("the throttle to let a sign-in pass", || signed_in(&server, PASSWORD, &[]) == 200);
        let proxied = ("X-Forwarded-For", "203.0.113.9, 198.51.100.7");
        let began = Instant::now();
        assert_eq!(signed_in(&server, PASSWORD, &[proxied]), 200);
        assert_eq!(from("127.0.0.77", server.address, &basic), "HTTP/1.1 200 OK");
        let elsewhere = began.elapsed();
        over.store(true, Relaxed);
        (guessers.into_iter().map(|it| it.join().unwrap()).sum::<u64>(), [marked, elsewhere])
    });
    // A burst of ten guesses, then two a second.
    let most = 10 + 1 + 2 * began.elapsed().as_secs();
    eprintln!("{guesses} guesses answered in {:?}; the right password: {waits:?}", began.elapsed());
    assert!(guesses <= most, "{guesses} guesses, expected at most {most}");
    assert!(waits.iter().all(|it| *it < Duration::from_secs(1)), "{waits:?}");
    let log = std::fs::read_to_string(server.dir.path().join("log")).unwrap();
    let told = log.lines().filter(|it| it.contains("wrong passwords")).count();
    assert!(told >= 1 && told as u64 <= 1 + began.elapsed().as_secs() / 10, "{log}");
    assert!(log.contains("peer=127.0.0.1") && !log.contains("guess 1"), "{log}");
}

/// Sets the flag when it is dropped, so that guessers stop when the test fails too.
struct Set<'a>(&'a AtomicBool);

impl Drop for Set<'_> {
    fn drop(&mut self) {
        self.0.store(true, Relaxed);
    }
}

/// The `name=value` of the cookie that a sign-in sets.
fn mark(server: &Server, basic: &str) -> String {
    let mut stream = TcpStream::connect(server.address).unwrap();
    write!(stream, "GET / HTTP/1.1\r\nHost: a\r\nAuthorization: {basic}\r\nConnection: close\r\n\r\n").unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let cookie = text.lines().find_map(|it| it.strip_prefix("set-cookie: ")).unwrap();
    cookie.split(';').next().unwrap().to_owned()
}

/// The status line that a sign-in from another loopback address gets.
fn from(address: &str, to: SocketAddr, basic: &str) -> String {
    let (runtime, address) = (tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap(), address);
    let mut stream = runtime.block_on(async {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind(format!("{address}:0").parse().unwrap()).unwrap();
        socket.connect(to).await.unwrap().into_std().unwrap()
    });
    stream.set_nonblocking(false).unwrap();
    write!(stream, "GET /api/v1/apps HTTP/1.1\r\nHost: a\r\nAuthorization: {basic}\r\nConnection: close\r\n\r\n")
        .unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    text.lines().next().unwrap().to_owned()
}

#[test]
fn ok_what_is_kept_by_a_browser_and_what_is_not() {
    let server = Server::start_with(&[("ADMIN_PASSWORD", PASSWORD)]);
    let basic = format!("Basic {}", STANDARD.encode(format!("any:{PASSWORD}")));
    let head = |path: &str| server.request("GET", path, &[("Authorization", &basic)], b"").unwrap().head;
    crate::drains::made(&server, &["app"]);
    for path in ["/", "/apps/app", "/api/v1/apps", "/api/v1/storage", "/api/none", "/none"] {
        let head = head(path);
        assert!(head.contains("cache-control: no-store"), "{path}: {head}");
        assert_eq!(head.matches("cache-control").count(), 1, "{path}: {head}");
    }
    let page = server.request("GET", "/", &[("Authorization", &basic)], b"").unwrap().body;
    let style = page.split("href=\"").find(|it| it.starts_with("/pkg/") && it.contains(".css")).unwrap();
    assert!(head(style.split('"').next().unwrap()).contains("immutable"));
}

#[track_caller]
fn refused(settings: &[(&str, &str)], args: &[&str], why: &str) {
    let dir = TempDir::new().unwrap();
    let (code, out, error) = run(binary(dir.path()).env("PORT", "0").envs(settings.iter().copied()).args(args));
    assert_eq!((code, &*out), (2, ""), "{settings:?} {args:?}: {error}");
    assert!(error.contains(why) && error.lines().count() == 1, "{error}");
    assert!(!database(dir.path()).exists());
}

#[test]
fn ok_secrets_from_files() {
    let dir = TempDir::new().unwrap();
    let file = dir.path().join("secret");
    let path = file.to_str().unwrap();
    std::fs::write(&file, format!("{PASSWORD}\n")).unwrap();
    let server = Server::start_with(&[("ADMIN_PASSWORD_FILE", path)]);
    assert_eq!((signed_in(&server, PASSWORD, &[]), signed_in(&server, "another", &[])), (200, 401));
    let token = "d.0123456789abcdef";
    std::fs::write(&file, token).unwrap();
    assert_eq!(crate::drains::made(&server, &["one", "--token-file", path]), token);
    let mut command = binary(server.dir.path());
    command.args(["drain", "add", "two", "--token", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"d.fedcba9876543210\n").unwrap();
    let out = String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap();
    assert!(out.contains("any:d.fedcba9876543210@"), "{out}");
    std::fs::write(&file, format!("http://any:{token}@{}/logs\n", server.address)).unwrap();
    let mut shuttle = binary(server.dir.path());
    shuttle.args(["shuttle"]).env("LOGS_URL_FILE", path).stdin(Stdio::piped());
    let mut child = shuttle.spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"a line\n").unwrap();
    assert!(child.wait().unwrap().success());
}

#[test]
fn err_secrets_that_are_none() {
    let dir = TempDir::new().unwrap();
    let file = dir.path().join("secret");
    std::fs::write(&file, "\n").unwrap();
    let path = file.to_str().unwrap();
    refused(&[("ADMIN_PASSWORD", "")], &[], "ADMIN_PASSWORD is empty");
    refused(&[("ADMIN_PASSWORD_FILE", path)], &[], "found nothing");
    refused(&[("ADMIN_PASSWORD_FILE", "/nowhere/x")], &[], "/nowhere/x");
    refused(&[("ADMIN_PASSWORD", PASSWORD), ("ADMIN_PASSWORD_FILE", path)], &[], "both set");
    refused(&[("LOGS_URL", "http://h"), ("LOGS_URL_FILE", path)], &["shuttle"], "both set");
    refused(&[("LOGS_URL_FILE", "/nowhere/x")], &["shuttle"], "/nowhere/x");
    refused(&[("BEARER_TOKEN_FILE", "/nowhere/x"), ("LOGS_URL", "http://h/")], &["shuttle"], "/nowhere/x");
    refused(&[("LOGS_URL_FILE", "/nowhere/x")], &["simulate"], "/nowhere/x");
    refused(&[("ALERT_KEY_FILE", "/nowhere/x")], &[], "/nowhere/x");
    refused(&[("HEARTBEAT_URL_FILE", "/nowhere/x")], &[], "/nowhere/x");
    refused(&[("DRAIN_TOKEN_FILE", "/nowhere/x")], &["drain", "add", "app"], "/nowhere/x");
    refused(&[], &["drain", "add", "app", "--token", "-"], "16 to 100");
    let server = Server::start_with(&[("ADMIN_PASSWORD", "short")]);
    let log = std::fs::read_to_string(server.dir.path().join("log")).unwrap();
    assert!(log.contains("ADMIN_PASSWORD is short"), "{log}");
}
