//! Calls every route, page and server function with extreme numbers and texts. Each must answer
//! soon and without a 5xx status, and the process must survive (the harness looks for panics in the
//! log). The content of answers is not checked.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
    thread,
    time::{Duration, Instant},
};

use crate::alerts::made;
use serde_json::{Value, json};
use testing::{
    frames::{frame, frames, lines, now_line},
    process::Server,
    random::Dice,
};

/// The longest time until any reply begins, under the concurrency of this test.
const SOON: Duration = Duration::from_secs(10);
const WORKERS: usize = 4;
/// How many values are tried on each route for a parameter that has no counterpart.
const VALUES_A_NAME: u64 = 4;
const NUMBERS: [i64; 9] = [i64::MIN, -1, 0, 1, 1_790_000_000, 4_102_444_800, 4_102_444_801, i64::MAX / 1_000, i64::MAX];
const NAMES: [&str; 50] = [
    "q",
    "source",
    "kind",
    "level",
    "endpoint",
    "value",
    "window",
    "from",
    "to",
    "before_ms",
    "limit",
    "before",
    "after",
    "since",
    "metric",
    "stat",
    "figure",
    "step",
    "by",
    "compare",
    "format",
    "sort",
    "range",
    "back",
    "at",
    "chart",
    "series",
    "line",
    "find",
    "scale",
    "group",
    "show",
    "wall",
    "theme",
    "app",
    "prefix",
    "source-prefix",
    "state",
    "max",
    "min",
    "window",
    "absent",
    "length",
    "before_from",
    "before_to",
    "at_once",
    "progress",
    "method",
    "path",
    "bounds",
];
const PAGES: [&str; 25] = [
    "/apps/app",
    "/apps/app/logs",
    "/apps/app/errors",
    "/apps/app/sizing",
    "/apps/app/endpoint",
    "/apps/app/endpoint?method=GET&path=/",
    "/apps/app/compare",
    "/apps/app/compare?before_from=0&before_to=4102444800&from=0&to=4102444800",
    "/apps/app/metrics",
    "/apps/app/metrics?metric=router.requests",
    "/alerts",
    "/alerts?show=history",
    "/alerts/new?app=app&metric=router.service",
    "/alerts/new?app=app&q=service",
    "/incidents/1",
    "/boards",
    "/boards/1",
    "/boards/1/edit",
    "/boards/9223372036854775807",
    "/requests/8601b555-6a83-4c12-8269-97c8e32cdb22?at=9223372036854775807",
    "/requests/%FF%FE",
    "/incidents/9223372036854775807",
    "/apps/%FF%FE/logs",
    "/apps/9223372036854775808",
    "/%00/%F0%9F",
];

fn values() -> Vec<String> {
    let numbers = NUMBERS.iter().map(i64::to_string);
    let words = [
        "",
        "18446744073709551616",
        "1e308",
        "-1e308",
        "NaN",
        "inf",
        "-99999999999999d",
        "p1e-300",
        "%FF%FE%00",
        "%",
        "1-0",
    ];
    let ids = ["9223372036854775807-4294967295", "-1--1", "2026-11-26T08:00", "9999-12-31T23:59:60Z"];
    let long = ["x".repeat(10 << 10), "source,".repeat(1_500), "-a%20".repeat(2_000)];
    numbers.chain(words.map(str::to_owned)).chain(ids.map(str::to_owned)).chain(long).collect()
}

fn filled() -> Server {
    let server = Server::start();
    let token = server.drain("app");
    assert_eq!(server.post(&token, &[], &frames(&lines(7, 2_000, 300))).status, 204);
    assert_eq!(server.post(&token, &[], &frame(&now_line(5))).status, 204);
    let panels = json!([
        { "content": { "chart": { "series": [{ "app": "$app", "metric": "router.service", "stat": "p95", "by": ["path"] }] } } },
        { "content": { "logs": { "app": "$app", "q": "service" } } },
    ]);
    made(&server, "/api/v1/boards", &json!({ "name": "board", "panels": panels }));
    server
}

/// The status, the head, and the time until the reply began. A stream is dropped once it has begun,
/// any other reply is read to its end.
fn ask(address: SocketAddr, method: &str, path: &str, body: &[u8]) -> (u16, String, Duration) {
    let began = Instant::now();
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(2 * SOON)).unwrap();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Type: application/json\r\n\
         Sec-Fetch-Site: same-origin\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    // The server may refuse the request before all of it is sent.
    let _refused = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body));
    let (mut reply, mut piece) = (vec![], [0; 16 << 10]);
    let mut took = None;
    loop {
        let n = stream.read(&mut piece).unwrap_or_else(|it| panic!("{method} {path:.300}: {it}"));
        took.get_or_insert_with(|| began.elapsed());
        reply.extend_from_slice(&piece[..n]);
        let text = String::from_utf8_lossy(&reply);
        if n == 0 || text.to_ascii_lowercase().contains("content-type: text/event-stream") {
            let status = text.split(' ').nth(1).and_then(|it| it.parse().ok());
            let status = status.unwrap_or_else(|| panic!("{method} {path:.300}: no reply, but {text:?}"));
            return (status, text.split("\r\n\r\n").next().unwrap_or_default().to_ascii_lowercase(), took.unwrap());
        }
    }
}

#[track_caller]
fn check(address: SocketAddr, method: &str, path: &str, body: &[u8]) {
    let (status, head, took) = ask(address, method, path, body);
    let told = String::from_utf8_lossy(body);
    let is_later = status == 503 && head.contains("retry-after");
    // A check answers 500 where its number is wrong.
    let is_check = status == 500 && path.starts_with("/check?") && head.contains("text/plain");
    assert!(status < 500 || is_later || is_check, "{method} {path:.300} {told:.600}: {status} {head}");
    assert!(took < SOON, "{method} {path:.300} {told:.600}: {took:?}");
}

/// Sends all requests, several at a time, and checks each reply.
fn check_all(server: &Server, asked: &[(String, String, Vec<u8>)]) {
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                while let Some((method, path, body)) = asked.get(next.fetch_add(1, Relaxed)) {
                    check(server.address, method, path, body);
                }
            });
        }
    });
    assert_eq!(server.get("/healthz").status, 200);
    assert_eq!(server.get("/readyz").status, 200);
}

/// The address of every route, with sample values for its parameters.
fn addresses() -> Vec<String> {
    let mut all = vec![];
    for path in server::outlet::routes::paths() {
        match path {
            "/{*path}" => all.extend(PAGES.map(str::to_owned)),
            _ => {
                let of_app = path.replace("{app}", "app").replace("{*rest}", "v1/nothing").replace("{word}", "latency");
                let of_app = of_app.replace("{chart}", "latency");
                // Guesses of links are slow by intent.
                if path.contains("{token}") {
                    continue;
                }
                all.push(of_app.replace("{id}", "1-0"));
                if of_app.contains("{id}") {
                    let ids = ["0-0", "9223372036854775807-4294967295", "-9223372036854775808-0", "%FF", "9e99-1"];
                    all.extend(ids.map(|id| of_app.replace("{id}", id)));
                }
                if path.contains("{app}") {
                    all.push(path.replace("{app}", "%FF").replace("{id}", "1-0"));
                }
            }
        }
    }
    all
}

fn with(address: &str, rest: &str) -> String {
    let address = match address {
        "/check" => "/check?app=app&metric=router.requests&max=1e9".to_owned(),
        it if it.ends_with("/query") && !rest.starts_with("metric=") => format!("{it}?metric=router.requests"),
        it => it.to_owned(),
    };
    format!("{address}{}{rest}", if address.contains('?') { '&' } else { '?' })
}

#[test]
fn ok_every_route_and_page_bears_any_question() {
    let server = filled();
    let (mut dice, values) = (Dice(14), values());
    let mut asked = vec![];
    let mut add = |path: String| {
        let method = if path.starts_with("/logs") { "POST" } else { "GET" };
        asked.push((method.to_owned(), path, vec![]));
    };
    for address in addresses() {
        add(address.clone());
        for name in NAMES {
            for _ in 0..VALUES_A_NAME {
                let value = &values[usize::try_from(dice.roll(values.len() as u64)).unwrap()];
                add(with(&address, &format!("{name}={value}")));
            }
            add(with(&address, &format!("{name}=1&{name}=2")));
        }
        for from in NUMBERS {
            for to in NUMBERS {
                let step = NUMBERS[usize::try_from(dice.roll(9)).unwrap()];
                add(with(&address, &format!("from={from}&to={to}")));
                if address.ends_with("/query") || address == "/apps/app" {
                    add(with(&address, &format!("from={from}&to={to}&step={step}&at={step}&compare=7d")));
                    add(with(&address, &format!("from={from}&to={to}&step=all")));
                }
            }
        }
    }
    check_all(&server, &asked);
}

/// Leptos renders a page on several tasks. None of them may find another's signals disposed (the
/// harness looks for panics in the log).
#[test]
fn ok_pages_that_are_left_while_they_are_made() {
    let server = filled();
    let pages =
        ["/", "/apps/app", "/apps/app/logs?q=service", "/apps/app/metrics?metric=router.service", "/apps/nothing"];
    thread::scope(|scope| {
        for worker in 0..2 * WORKERS as u64 {
            let (server, mut dice) = (&server, Dice(worker));
            scope.spawn(move || {
                for _ in 0..250 {
                    let mut stream = TcpStream::connect(server.address).unwrap();
                    let method = if dice.roll(3) == 0 { "HEAD" } else { "GET" };
                    let page = pages[usize::try_from(dice.roll(pages.len() as u64)).unwrap()];
                    write!(stream, "{method} {page} HTTP/1.1\r\nHost: {}\r\n\r\n", server.address).unwrap();
                    stream.set_read_timeout(Some(Duration::from_micros(1 + dice.roll(20_000)))).unwrap();
                    let _left = stream.read(&mut [0]);
                }
            });
        }
    });
    assert_eq!(server.get("/apps/app").status, 200);
}

#[test]
fn ok_every_function_of_pages_bears_any_question() {
    let server = filled();
    let functions: Vec<&str> = leptos::server_fn::axum::server_fn_paths().map(|it| it.0).collect();
    assert!(functions.len() >= 7, "{functions:?}");
    let range = |a: i64, b: i64| json!({ "custom": [a, b] });
    let body = |a: i64, b: i64, text: &str, range: Value| {
        let asked = json!({
            "filter": text, "source": text, "kind": null, "level": null, "time": { "span": [a, b] }, "through": a,
            "limit": a.unsigned_abs(),
            "id": format!("{a}-0"), "before": 5, "after": 5,
            "metric": "router.requests", "stat": null, "by": [], "compare": (!text.is_empty()).then_some(text), "range": range,
        });
        json!({ "app": "app", "range": range, "asked": asked, "query": asked, "is_brief": a < b })
            .to_string()
            .into_bytes()
    };
    let mut bodies: Vec<Vec<u8>> =
        ["", "{", "NaN", "[1e999]", "{\"app\":1e308}", "null", "\u{0}"].map(|it| it.into()).into();
    bodies.push(vec![0xff; 10 << 10]);
    bodies.push(format!("{{\"app\":\"{}\"}}", "x".repeat(1 << 20)).into_bytes());
    bodies.push(br#"{"app":"app","app":"app","range":"1h","query":{"time":{"span":[NaN,1e308]}}}"#.to_vec());
    for text in ["", "\u{0}", &"y".repeat(10 << 10), &"-z ".repeat(2_000), "99999999999999999999d", "\"open \\"] {
        bodies.push(body(0, 1_790_000_000, text, json!("live")));
    }
    let level = json!({ "app": "app", "query": { "level": "x".repeat(10 << 10), "time": { "back": "99999999999d" } }, "is_brief": false });
    bodies.push(level.to_string().into_bytes());
    for query in [json!({ "limit": -1 }), json!({ "limit": u64::MAX }), json!({ "time": "live", "before": i64::MIN })] {
        bodies.push(json!({ "app": "app", "query": query, "is_brief": false }).to_string().into_bytes());
    }
    for a in NUMBERS {
        for b in NUMBERS {
            bodies.push(body(a, b, "", range(a, b)));
            let query = json!({ "time": { "span": [a, b] }, "before": b, "through": a });
            bodies.push(json!({ "app": "app", "query": query, "is_brief": a < b }).to_string().into_bytes());
        }
    }
    let asked: Vec<_> = functions
        .iter()
        .flat_map(|path| bodies.iter().map(move |body| ("POST".to_owned(), (*path).to_owned(), body.clone())))
        .collect();
    check_all(&server, &asked);
}

#[test]
fn err_what_is_out_of_bounds_is_told() {
    let server = filled();
    let check = |path: &str, said: &str| {
        let reply = server.get(path);
        assert_eq!(reply.status, 400, "{path}: {}", reply.body);
        assert!(reply.head.contains("application/problem+json"), "{path}: {}", reply.head);
        assert!(reply.json()["detail"].as_str().unwrap().contains(said), "{path}: {}", reply.body);
    };
    let max = "9223372036854775807";
    check(&format!("/api/v1/apps/app/logs/histogram?from=1&to={max}"), max);
    check(&format!("/api/v1/apps/app/logs?from={max}"), max);
    check(&format!("/api/v1/apps/app/query?metric=router.requests&from=0&to={max}"), max);
    check(&format!("/api/v1/apps/app/query?metric=router.requests&step={max}"), max);
    check("/api/v1/apps/app/query?metric=router.requests&compare=9999999d", "9999999d");
    check("/api/v1/apps/app/events?to=-9223372036854775808", "-9223372036854775808");
    check("/api/v1/apps/app/logs?limit=-1", "-1");
    check("/api/v1/apps/app/logs/tail?since=x", "since");
    check("/api/v1/live?since=-1", "since");
    // A query over all of time is valid. Pages clamp it to the nearest range that they can show.
    let bars = server.get("/api/v1/apps/app/logs/histogram?from=0").json();
    let counted: u64 = bars["all"].as_array().unwrap().iter().map(|it| it.as_u64().unwrap()).sum();
    assert_eq!(counted, 2_001);
    for path in [
        "/apps/app/logs?from=0&to=1",
        &format!("/apps/app/logs?from=1&to={max}"),
        &format!("/apps/app?from=-5&to={max}"),
    ] {
        let page = server.get(path);
        assert!(page.status == 200 && page.body.contains("</main>"), "{path}: {} {}", page.status, page.body);
    }
}
