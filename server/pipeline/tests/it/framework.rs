//! Lines of web frameworks behind the prefixes that loggers write. Lines of databases and add-ons
//! are tested in `service.rs`.

use proptest::prelude::*;

use crate::support::{LOGPLEX, TIME, delta_of, framed, message, reduce, shown};

#[track_caller]
fn check(msg: &str, expected: &[&str]) {
    assert_eq!(shown(&delta_of("app", "web.1", msg)), expected.join("\n"), "message: {msg:?}");
}

/// Prefixes that loggers write before the message.
const PREFIXES: &[&str] = &[
    "",
    "  ",
    // Ruby's Logger, with a program name and with Rails' tags.
    "I, [2026-09-21T14:13:18.120456 #4]  INFO -- : ",
    "I, [2026-09-21T14:13:18.120456 #4]  INFO -- rails: ",
    "D, [2026-09-21T14:13:18.120456 #4] DEBUG -- : [5a0d1c2e-8f6b-4b7a-9a55-0c1d2e3f4a5b] ",
    "I, [2026-09-21T14:13:18.120456 #4]  INFO -- : [5a0d1c2e-8f6b-4b7a-9a55-0c1d2e3f4a5b] [shop] [203.0.113.7]   ",
    "[5a0d1c2e-8f6b-4b7a-9a55-0c1d2e3f4a5b] ",
    "[req-1][shop] ",
    "2026-09-21 14:13:18.120456 I [4:puma 001] (31.2ms) Rails -- ",
    "\u{1b}[36mINFO\u{1b}[0m ",
    "5a0d1c2e-8f6b-4b7a-9a55-0c1d2e3f4a5b INFO ",
    // Python's logging.
    "INFO:root:",
    "INFO:shop.web:",
    "2026-09-21 14:13:18,120 - shop.web - INFO - ",
    "2026-09-21 14:13:18,120 INFO shop.web: ",
    "[2026-09-21 14:13:18 +0000] [4] [INFO] ",
    "[2026-09-21 14:13:18,120: INFO/MainProcess] ",
    // Java: log4j, logback, Spring, java.util.logging.
    "2026-09-21 14:13:18,120 INFO  [main] com.shop.Web - ",
    "14:13:18.120 [http-nio-8080-exec-1] INFO  c.shop.Web - ",
    "2026-09-21T14:13:18.120Z  INFO 1 --- [nio-8080-exec-1] c.shop.Web                     : ",
    "2026-09-21 14:13:18.120  INFO [shop,f1a,2b,true] 1 --- [nio-8080-exec-1] com.shop.Web$Inner : ",
    "Sep 21, 2026 2:13:18 PM com.shop.Web INFO: ",
    // Go: log, glog, logrus, zap.
    "2026/09/21 14:13:18 ",
    "2026/09/21 14:13:18 main.go:23: ",
    "I0921 14:13:18.120456       1 web.go:23] ",
    "INFO[0012] ",
    "2026-09-21T14:13:18.120456789Z stdout F ",
    "2026-09-21T14:13:18.120Z\tinfo\tshop/web.go:23\t",
    // Rust, Elixir, .NET.
    "2026-09-21T14:13:18.120456Z  INFO shop::web: ",
    "[2026-09-21T14:13:18Z INFO  shop::web] ",
    "14:13:18.120 request_id=F1a [info] ",
    "[14:13:18 INF] ",
    // Tools that collect lines of several programs.
    "web_1  | ",
    "web-1  | I, [2026-09-21T14:13:18.120456 #4]  INFO -- : ",
    "14:13:18 web.1  | ",
    "Mon Sep 21 14:13:18 2026 [4] INFO: ",
    "rails[4]: ",
    "[web] ",
    "- ",
];

#[test]
fn ok_any_prefix() {
    for prefix in PREFIXES {
        check(
            &format!("{prefix}Completed 200 OK in 5ms (Views: 0.9ms | ActiveRecord: 0.8ms | Allocations: 1920)"),
            &["app.db{source=web.1} ~0.8ms", "app.duration{source=web.1} ~5ms", "app.view{source=web.1} ~0.9ms"],
        );
        check(
            &format!("{prefix}source=rack-timeout id=u wait=5ms timeout=15000ms service=31ms state=completed"),
            &["app.duration{source=web.1} ~31ms", "router.queue{source=web.1} ~5ms"],
        );
        check(
            &format!(
                "{prefix}method=GET path=/a controller=A action=show status=200 duration=58.33 view=40.43 db=15.26"
            ),
            &[
                "app.db{source=web.1} ~15.26ms",
                "app.duration{source=web.1} ~58.33ms",
                "app.view{source=web.1} ~40.43ms",
            ],
        );
        check(
            &format!(
                r#"{prefix}{{"method":"GET","path":"/a","controller":"A","status":200,"duration":58.5,"db":15.25}}"#
            ),
            &["app.db{source=web.1} ~15.25ms", "app.duration{source=web.1} ~58.5ms"],
        );
    }
}

#[test]
fn ok_sentences_are_no_prefix() {
    for msg in [
        "user said Completed 200 OK in 5ms",
        r#"INFO got "x Completed 200 OK in 5ms"#,
        "ERROR we could not read that Completed 200 OK in 5ms",
        "name=\"Completed 200 OK in 5ms",
        "{\"a\":\"b\",\"c\":\"Completed 200 OK in 5ms\"}",
        "I asked for source=rack-timeout wait=5ms state=completed service=1ms",
        &format!("[{}] Completed 200 OK in 5ms", "a".repeat(500)),
        &format!("{} Completed 200 OK in 5ms", "1 ".repeat(50)),
    ] {
        check(msg, &[]);
    }
}

#[test]
fn ok_completed() {
    check("Completed 500 Internal Server Error in 12ms", &["app.duration{source=web.1} ~12ms"]);
    check(
        "Completed 200 OK in 5ms (Views: 0.9ms | ActiveRecord: 0.8ms (2 queries, 0 cached) | GC: 0.1ms)",
        &["app.db{source=web.1} ~0.8ms", "app.duration{source=web.1} ~5ms", "app.view{source=web.1} ~0.9ms"],
    );
    for msg in [
        "Completed 12 jobs in 31ms",
        "Completed 200 OK in 31",
        "Completed 200 OK",
        "[u]   Rendered a/show.js.erb (Duration: 0.4ms | Allocations: 394)",
        "[u] Started GET \"/a?duration=7ms\" for 203.0.113.7 at 2026-09-21 14:13:18 +0000",
    ] {
        check(msg, &[]);
    }
}

#[test]
fn ok_requests_in_logfmt() {
    check(
        r#"web method=GET path="/" status=200 duration=14ms request_id=u user_agent="a duration=9ms""#,
        &["app.duration{source=web.1} ~14ms"],
    );
    for (duration, expected) in
        [("\"129.02ms\"", "129.02"), ("40µs", "0.04"), ("1.5s", "1500"), ("2m3s", "123000"), ("5e-1ms", "0.5")]
    {
        let expected = format!("app.duration{{source=web.1}} ~{expected}ms");
        check(&format!("method=GET path=/a status=200 duration={duration}"), &[&expected]);
    }
    check("level=info status=200 latency=40µs path=/a method=GET", &["app.duration{source=web.1} ~0.04ms"]);
    check("method=GET path=/a status=200 elapsed=1.5s duration=2s\r", &["app.duration{source=web.1} ~2000ms"]);
    // lograge in another order and with fields of the app. The first value of a key counts.
    check(
        r#"duration=71.67 db=52.79 view=18.88 status=200 method=GET path=/a params={"f"=>"[{\"a\":1}]"} x=y duration=1"#,
        &["app.db{source=web.1} ~52.79ms", "app.duration{source=web.1} ~71.67ms", "app.view{source=web.1} ~18.88ms"],
    );
    check(
        "method=GET path=/a controller=A status=200 duration=1.2e2 queue_time=7",
        &["app.duration{source=web.1} ~120ms", "router.queue{source=web.1} ~7ms"],
    );
    for msg in [
        // A number without a unit is ambiguous, and a duration without a request may be of
        // anything.
        "method=GET path=/a status=200 duration=14",
        "method=GET path=/a status=200 latency=14",
        "duration=12ms",
        "method=GET status=200 duration=12ms",
        "method=get path=/a status=200 duration=12ms",
        "method=GET path=/a status=ok duration=12ms",
        "method=GET path=/a status=200 timeout_duration=12ms",
        "msg=\"method=GET path=/a status=200 duration=12ms\"",
    ] {
        check(msg, &[]);
    }
}

#[test]
fn ok_messages_in_json() {
    check(
        r#"{"level":"INFO","time":1,"msg":"[u] Completed 200 OK in 5ms (Views: 0.9ms)"}"#,
        &["app.duration{source=web.1} ~5ms", "app.view{source=web.1} ~0.9ms"],
    );
    check(
        r#"{"req":{"a":["}",{"b":"\""}]},"message":"method=GET path=\"/a b\" status=200 duration=1.5s"}"#,
        &["app.duration{source=web.1} ~1500ms"],
    );
    check(
        r#"{"log":"INFO Completed 200 OK in 5ms\n","stream":"stdout","time":"2026-09-21T14:13:18.12Z"}"#,
        &["app.duration{source=web.1} ~5ms"],
    );
    check(
        r#"@cee: {"method":"GET","path":"/a","controller":"A","status":200,"duration":5}"#,
        &["app.duration{source=web.1} ~5ms"],
    );
    check(r#"{"message":"measure#db=12ms source=eu","pid":4}"#, &["db{source=eu} ~12ms"]);
    check(
        r#"{"method":"GET","path":"/a","status":"200","duration":"12.5ms"}"#,
        &["app.duration{source=web.1} ~12.5ms"],
    );
    for msg in [
        r#"{"method":"GET","path":"/a","status":200,"duration":12.5}"#,
        r#"{"request":{"method":"GET","path":"/a"},"status":200,"duration":"12ms"}"#,
        r#"{"message":"Completed 200 OK in 5ms"#,
        r#"{"a":[[[["#,
        "{}",
        "{\"",
    ] {
        check(msg, &[]);
    }
}

#[test]
fn ok_each_wait_counts_once() {
    let waits = |lines: &[&str]| {
        let lines: Vec<_> =
            lines.iter().map(|it| message(TIME, "app", "web.1", &format!("source=rack-timeout id=u {it}"))).collect();
        let all = shown(&reduce(&framed(&lines), &LOGPLEX));
        all.lines().filter(|it| it.starts_with("router.queue")).collect::<Vec<_>>().join("\n")
    };
    let ready = "wait=5ms timeout=1000ms state=ready at=info";
    let active = "wait=5ms timeout=1000ms service=700ms state=active at=debug";
    let timed_out = "wait=5ms timeout=1000ms service=1001ms state=timed_out at=error";
    let late = "wait=5ms timeout=1000ms service=1003ms state=completed at=info";
    let completed = "wait=5ms timeout=1000ms service=31ms state=completed at=info";
    let once = "router.queue{source=web.1} ~5ms";
    assert_eq!(waits(&[ready, active, completed]), once);
    assert_eq!(waits(&[ready, active, timed_out]), once);
    // The timeout is raised inside the app, and the request still completes later.
    assert_eq!(waits(&[ready, active, timed_out, late]), once);
    // With a log level that shows errors only.
    assert_eq!(waits(&[timed_out]), once);
    assert_eq!(waits(&["wait=30696ms timeout=30000ms state=expired at=error"]), "router.queue{source=web.1} ~30696ms");
    assert_eq!(waits(&[ready]), "");
    assert_eq!(waits(&["timeout=1000ms service=31ms state=completed"]), "");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn ok_any_text_is_read_to_its_end(
        pieces in prop::collection::vec(
            prop::sample::select(vec![
                "{\"", "\":", "\"", "\\", "}", "[", "]", ",", "msg", "Completed 200 OK in 5ms", "duration=5ms", " ", "INFO",
                "source=rack-timeout ", "method=GET path=/ status=200 ", "\u{1b}[1m", "é",
            ]),
            0..40,
        ),
    ) {
        let delta = delta_of("app", "web.1", &pieces.concat());
        prop_assert_eq!(delta.lines, 1);
    }
}
