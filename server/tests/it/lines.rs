//! Log lines: search by words, source and time, masks in results, pages, context, histogram, and
//! the live tail. Search limits under load are tested in `searches.rs`.

use std::{
    io::{BufRead, BufReader, Write},
    net::TcpStream,
};

use serde_json::Value;
use testing::{
    clock::{now_ms, stamp},
    frames::octet_counted,
    process::Server,
    wait::PATIENCE,
};

fn frame(source: &str, at_ms: i64, message: &str) -> Vec<u8> {
    octet_counted(&format!("<190>1 {} host app {source} - {message}\n", stamp(at_ms * 1_000)))
}

const LOGPLEX: [(&str, &str); 1] = [("Logplex-Drain-Token", "d.1")];

fn texts(answer: &Value) -> Vec<&str> {
    answer["lines"].as_array().unwrap().iter().map(|it| it["text"].as_str().unwrap()).collect()
}

#[test]
fn ok_lines_are_found() {
    let server = Server::start();
    let token = server.drain("app");
    let now_ms = now_ms();
    let posted = [
        ("web.1", -7_200_000, "an old order=17 failed"),
        ("web.1", -3_000, "order=17 placed"),
        ("web.12", -2_000, "order=18 placed password=hunter2"),
        ("worker.1", -1_000, "mail sent to ann@example.com"),
    ];
    for (source, ago_ms, message) in posted {
        assert_eq!(server.post(&token, &LOGPLEX, &frame(source, now_ms + ago_ms, message)).status, 204);
    }
    let ask = |rest: &str| server.get(&format!("/api/v1/apps/app/logs?{rest}")).json();
    for (rest, expected) in [
        ("", &["mail sent to ***", "order=18 placed password=***", "order=17 placed"][..]),
        ("q=order%3D17", &["order=17 placed"]),
        // A masked value can't be guessed by excluding it.
        ("q=order+-hunter2", &["order=18 placed password=***", "order=17 placed"]),
        ("q=%22sent+to%22", &["mail sent to ***"]),
        ("source=web", &["order=18 placed password=***", "order=17 placed"]),
        ("source=web.1", &["order=17 placed"]),
        ("q=order&from=-3h", &["order=18 placed password=***", "order=17 placed", "an old order=17 failed"]),
        ("q=order&from=-3h&to=-1h", &["an old order=17 failed"]),
        ("q=nowhere", &[]),
        ("q=order%3D1", &[]),
        ("q=order%3E%3D18", &["order=18 placed password=***"]),
        ("q=order%3C18", &["order=17 placed"]),
        ("q=order!%3D18+placed", &["order=17 placed"]),
        ("kind=router", &[]),
        ("level=error", &[]),
    ] {
        assert_eq!(texts(&ask(rest)), expected, "{rest}");
    }
    // Page by page: each page continues where the one before ended.
    let first = ask("limit=1");
    assert_eq!(texts(&first), ["mail sent to ***"]);
    let second = ask(&format!("limit=1&before_ms={}", first["before_ms"]));
    assert_eq!(texts(&second), ["order=18 placed password=***"]);
    let third = ask(&format!("limit=1&before_ms={}", second["before_ms"]));
    assert_eq!(texts(&third), ["order=17 placed"]);
    assert_eq!(server.get("/api/v1/apps/nobody/logs").status, 404);
    for wrong in ["from=yesterday", "kind=dyno", "level=loud"] {
        assert_eq!(server.get(&format!("/api/v1/apps/app/logs?{wrong}")).status, 400, "{wrong}");
    }
}

#[test]
fn ok_the_tail_of_those_that_come() {
    let server = Server::start();
    let token = server.drain("app");
    let mut stream = TcpStream::connect(server.address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    write!(stream, "GET /api/v1/apps/app/logs/tail?q=order&source=web HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    while line.trim() != "" || line.is_empty() {
        line.clear();
        reader.read_line(&mut line).unwrap();
    }
    let body = [
        frame("web.1", now_ms(), "order=1 token=abc"),
        frame("web.1", now_ms(), "other"),
        frame("worker.1", now_ms(), "order=2"),
        frame("web.2", now_ms(), "order=3"),
    ]
    .concat();
    assert_eq!(server.post(&token, &LOGPLEX, &body).status, 204);
    let data = reader.lines().map(Result::unwrap).find_map(|it| it.strip_prefix("data: ").map(str::to_owned)).unwrap();
    let event: Value = serde_json::from_str(&data).unwrap();
    assert_eq!((texts(&event), event["skipped"].as_u64()), (vec!["order=1 token=***", "order=3"], Some(0)));
}

/// A tail's event stream, read as the fields `id:` and `data:`.
struct Tail(std::io::Lines<BufReader<TcpStream>>);

impl Tail {
    fn open(server: &Server, rest: &str) -> Self {
        let mut stream = TcpStream::connect(server.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        write!(stream, "GET /api/v1/apps/app/logs/tail?{rest} HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
        let mut lines = BufReader::new(stream).lines();
        assert!(lines.next().unwrap().unwrap().ends_with("200 OK"));
        Self(lines)
    }

    fn event(&mut self) -> (Value, Option<i64>) {
        let (mut data, mut id) = (None, None);
        for line in self.0.by_ref().map(Result::unwrap) {
            if let Some(text) = line.strip_prefix("data: ") {
                data = Some(serde_json::from_str(text).unwrap());
            } else if let Some(text) = line.strip_prefix("id: ") {
                id = Some(text.parse().unwrap());
            } else if let Some(data) = data.take_if(|_| line.is_empty()) {
                return (data, id);
            }
        }
        unreachable!("the stream ended")
    }

    /// Reads until `n` texts have come. Returns them and the last id.
    fn texts(&mut self, n: usize) -> (Vec<String>, Option<i64>) {
        let (mut all, mut last) = (vec![], None);
        while all.len() < n {
            let (event, id) = self.event();
            assert_eq!(event["skipped"], 0);
            all.extend(texts(&event).into_iter().map(str::to_owned));
            last = id.or(last);
        }
        (all, last)
    }
}

#[test]
fn ok_a_tail_goes_on_where_it_was_cut_off() {
    let server = Server::start();
    let token = server.drain("app");
    let say = |text: &str| assert_eq!(server.post(&token, &LOGPLEX, &frame("web.1", now_ms(), text)).status, 204);
    say("before");
    let mut tail = Tail::open(&server, "");
    say("one");
    let (texts, at) = tail.texts(1);
    assert_eq!(texts, ["one"]);
    drop(tail);
    // While no tail is open, more lines arrive than one event can hold.
    say("two");
    let many: Vec<u8> = (0..1_200).flat_map(|it| frame("web.1", now_ms(), &format!("n={it}"))).collect();
    assert_eq!(server.post(&token, &LOGPLEX, &many).status, 204);
    let mut again = Tail::open(&server, &format!("since={}", at.unwrap()));
    say("three");
    let (texts, _) = again.texts(1_202);
    assert_eq!((texts.len(), &*texts[0], &*texts[1], &*texts[1_201]), (1_202, "two", "n=0", "three"));
    // A position from another database has nothing after it.
    let mut other = Tail::open(&server, "since=99999999");
    say("four");
    assert_eq!(other.texts(1).0, ["four"]);
}

#[test]
fn ok_a_tail_that_is_too_far_behind_says_what_it_leaves_out() {
    let server = Server::start();
    let token = server.drain("app");
    let say = |text: &str| assert_eq!(server.post(&token, &LOGPLEX, &frame("web.1", now_ms(), text)).status, 204);
    for n in 0..1_030 {
        say(&format!("n={n}"));
    }
    let (event, _) = Tail::open(&server, "since=0").event();
    let skipped = event["skipped"].as_u64().unwrap();
    assert_eq!(skipped, 30, "of {}", event["lines"]);
    assert_eq!(texts(&event)[0], "n=30");
    assert!(event["from_ms"].as_i64().unwrap() <= event["to_ms"].as_i64().unwrap());
}

#[test]
fn ok_a_line_and_what_was_around_it() {
    let server = Server::start();
    let token = server.drain("app");
    let from_ms = now_ms() - 60_000;
    // Two sources in turn, in batches of any size and order.
    let line = |n: i64| frame(if n % 2 == 0 { "web.1" } else { "worker.1" }, from_ms + n * 100, &format!("n={n}"));
    for range in [50..120, 0..50, 120..121, 121..200] {
        let body: Vec<u8> = range.flat_map(line).collect();
        assert_eq!(server.post(&token, &LOGPLEX, &body).status, 204);
    }
    let found = server.get("/api/v1/apps/app/logs?q=n%3D100&from=-1h").json();
    let id = found["lines"][0]["id"].as_str().unwrap().to_owned();
    let ask = |rest: &str| server.get(&format!("/api/v1/apps/app/logs/{rest}"));
    let around = ask(&id).json();
    let said = |of: &Value| {
        of.as_array().unwrap().iter().map(|it| it["text"].as_str().unwrap()[2..].parse().unwrap()).collect::<Vec<i64>>()
    };
    assert_eq!(around["line"]["text"], "n=100");
    assert_eq!(said(&around["before"]), (80..100).step_by(2).collect::<Vec<_>>());
    assert_eq!(said(&around["after"]), (102..122).step_by(2).collect::<Vec<_>>());
    let more = ask(&format!("{id}?before=200&after=0")).json();
    assert_eq!(said(&more["before"]), (0..100).step_by(2).collect::<Vec<_>>());
    let more = ask(&format!("{id}?before=0&after=200")).json();
    assert_eq!(said(&more["after"]), (102..200).step_by(2).collect::<Vec<_>>());
    for (rest, status) in [("1", 400), ("a-b", 400), ("99-0", 404), ("1-9999", 404), ("1-0?before=x", 400)] {
        assert_eq!(ask(rest).status, status, "{rest}");
    }
    assert_eq!(server.get(&format!("/api/v1/apps/nobody/logs/{id}")).status, 404);
}

#[test]
fn ok_a_long_line_is_cut_and_can_be_had_whole() {
    let server = Server::start();
    let token = server.drain("app");
    let text = format!("password=hunter2 {}", "x".repeat(1_000_000));
    assert_eq!(server.post(&token, &LOGPLEX, &frame("web.1", now_ms(), &text)).status, 204);
    let found = server.get("/api/v1/apps/app/logs").json();
    let line = &found["lines"][0];
    let (bytes, shown) = (line["bytes"].as_u64().unwrap(), line["text"].as_str().unwrap());
    assert!(shown.len() <= 16 << 10 && shown.starts_with("password=*** xxx"), "{}", shown.len());
    let whole = server.get(&format!("/api/v1/apps/app/logs/{}/text", line["id"].as_str().unwrap()));
    assert_eq!(whole.status, 200);
    assert!(whole.head.contains("content-type: text/plain; charset=utf-8"), "{}", whole.head);
    assert_eq!(whole.body.len() as u64, bytes);
}

#[test]
fn ok_lines_are_counted_over_time() {
    let server = Server::start();
    let token = server.drain("app");
    let begin_s = now_ms().div_euclid(1_000) - 600;
    for (source, at_s, n, text) in
        [("web.1", 0, 3, "calm"), ("web.1", 61, 2, "level=error broken"), ("router", 130, 1, "at=info status=200")]
    {
        let body: Vec<u8> = (0..n).flat_map(|_| frame(source, (begin_s + at_s) * 1_000, text)).collect();
        assert_eq!(server.post(&token, &LOGPLEX, &body).status, 204);
    }
    let ask = |rest: &str| {
        let bars =
            server.get(&format!("/api/v1/apps/app/logs/histogram?from={}&to={}{rest}", begin_s, begin_s + 300)).json();
        let sum = |name: &str| bars[name].as_array().unwrap().iter().map(|it| it.as_u64().unwrap()).sum::<u64>();
        assert_eq!(bars["counted_from_ms"], bars["from_s"].as_i64().unwrap() * 1_000);
        (sum("all"), sum("errors"), bars)
    };
    // The histogram's former path.
    let moved = server.get("/api/v1/apps/app/logs/bars?from=-1h&q=calm%20down");
    assert_eq!(moved.status, 308);
    let location = "location: /api/v1/apps/app/logs/histogram?from=-1h&q=calm%20down";
    assert!(moved.head.to_ascii_lowercase().contains(location), "{}", moved.head);
    let (all, errors, bars) = ask("");
    assert_eq!((all, errors, &bars["step_s"]), (6, 2, &Value::from(5)));
    let at = |s: i64| ((begin_s + s - bars["from_s"].as_i64().unwrap()) / 5) as usize;
    assert_eq!(
        (&bars["all"][at(0)], &bars["all"][at(61)], &bars["errors"][at(61)]),
        (&Value::from(3), &Value::from(2), &Value::from(2))
    );
    for (rest, expected) in
        [("&q=calm", (3, 0)), ("&level=error", (2, 2)), ("&kind=router", (1, 0)), ("&source=web", (5, 2))]
    {
        let (all, errors, _) = ask(rest);
        assert_eq!((all, errors), expected, "{rest}");
    }
}
