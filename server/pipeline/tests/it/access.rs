//! Access logs: their forms, times, and when they count as requests. Date formats are in `date.rs`.

use pipeline::{Origin, Reducer};

use crate::support::{LOGPLEX, RECEIVED_MS, TIME, delta_of, framed, reduce, shown};

const ELSEWHERE: Origin<'_> = Origin { from_logplex: false, ..LOGPLEX };

fn shown_of(msg: &str) -> String {
    let frame = format!("<190>1 {TIME} front nginx access - - {msg}");
    shown(&reduce(&framed(&[frame]), &ELSEWHERE))
}

#[test]
fn ok_forms() {
    let date = "13/Jun/2022:14:52:20 +0000";
    for (msg, expected) in [
        (
            format!(r#"203.0.113.7 - - [{date}] "GET /a?b=c HTTP/1.1" 200 512"#),
            "router.bytes ~512bytes\nrouter.requests{status=200,method=GET} 1",
        ),
        (
            format!(r#"2001:db8::1 - ann [{date}] "POST /a HTTP/2.0" 503 - "https://ref/" "agent \"x\" 1.5""#),
            "router.requests{status=503,method=POST} 1",
        ),
        (
            format!(r#"203.0.113.7 - - [{date}] "GET / HTTP/1.1" 200 512 "-" "agent" 0.012"#),
            "router.bytes ~512bytes\nrouter.requests{status=200,method=GET} 1\nrouter.service ~12ms",
        ),
        (
            format!(r#"203.0.113.7 - - [{date}] "GET / HTTP/1.1" 200 512 "-" "agent" rt=0.5 uct=0.001"#),
            "router.bytes ~512bytes\nrouter.requests{status=200,method=GET} 1\nrouter.service ~500ms",
        ),
        (
            format!(r#"203.0.113.7 - - [{date}] "\x16\x03\x01" 400 0 "-" "-" 7"#),
            "router.bytes ~0bytes\nrouter.requests{status=400} 1",
        ),
    ] {
        assert_eq!(shown_of(&msg), expected, "{msg}");
    }
}

/// Variants of the usual form, each with its expected service time.
#[test]
fn ok_variants() {
    let date = "13/Jun/2022:14:52:20 +0000";
    let get = r#""GET / HTTP/1.1""#;
    for (msg, service) in [
        // Date formats.
        (format!(r#"203.0.113.7 - - [13/Jun/2022 14:52:20] {get} 200 512 0.0120"#), "12"),
        (format!(r#"203.0.113.7 - - [13/Jun/2022:09:52:20 CDT] {get} 200 512 "-" "agent" 0 - 12000 0.012000"#), "12"),
        (format!(r#"203.0.113.7 - - [Mon, 13 Jun 2022 14:52:20 GMT] {get} 200 512 "-" "agent""#), ""),
        (format!(r#"203.0.113.7 - - [2022-06-13T14:52:20+00:00] {get} 200 512"#), ""),
        // Brackets before the date.
        (format!(r#"203.0.113.7 [2001:db8::1] - - [{date}] {get} 200 512 "-" "-""#), ""),
        (format!(r#"203.0.113.7 [-] - - [{date}] {get} 200 512"#), ""),
        (format!(r#"[2001:db8::1] - - [{date}] {get} 200 512"#), ""),
        (format!(r#"web_1  | 203.0.113.7 - - [{date}] {get} 200 512"#), ""),
        (format!(r#"shop.example.com:443 203.0.113.7 - - [{date}] {get} 200 512"#), ""),
        // Fields between the date and the request, and repeated blanks.
        (format!(r#"203.0.113.7 - - [{date}] 18598 {get}  200  512 "-" "agent""#), ""),
        (format!(r#"203.0.113.7 - - [{date}] 0.012 {get} 200 512 "-" "agent""#), "12"),
        (format!(r#"203.0.113.7 - - [{date}] shop.example.com {get} 200 512"#), ""),
        (format!(r#"203.0.113.7 - - [{date}] "shop.example.com" {get} 200 512 "-" "agent" 0.012"#), "12"),
        (format!(r#""203.0.113.7" "ann" "{date}" {get} 200 512"#), ""),
        // A time before the agent or after the bytes.
        (format!(r#"203.0.113.7 - - [{date}] {get} 200 512 0.012 "https://ref/" "agent""#), "12"),
        (format!(r#"203.0.113.7 - - [{date}] {get} 200 512 "https://ref/" 0.012 "agent 9.999""#), "12"),
        (format!(r#"203.0.113.7 - - [{date}] {get} 200 512 12 "https://ref/" "agent""#), ""),
        // With several times the longest counts. Timestamps and ratios are not durations.
        (format!(r#"203.0.113.7 - - [{date}] {get} 200 512 "-" "agent" 0.012 0.010"#), "12"),
        (format!(r#"203.0.113.7 - - [{date}] {get} 200 512 "-" "agent" 0.010 0.012 1655131940.120 2.75"#), "12"),
        (format!(r#"203.0.113.7 - - [{date}] {get} 200 512 "-" "agent" "2.750""#), ""),
        (format!(r#"203.0.113.7 - - [{date}] {get} 200 512 "-" "agent" 12000"#), ""),
        // Named times and their units.
        (format!(r#"203.0.113.7 - - [{date}] {get} 200 512 "-" "agent" rt=0.012 uct="0.001" urt="0.010""#), "12"),
        (format!(r#"203.0.113.7 - - [{date}] {get} 200 512 "-" "agent" request_time="0.012" x="y""#), "12"),
        (format!(r#"203.0.113.7 - - [{date}] {get} 200 512 "-" "agent" request_time=12"#), ""),
        (
            format!(
                r#"203.0.113.7 - - [{date}] {get} 200 512 "-" "agent" 17 "web@docker" "http://10.0.0.3:3000" 12ms"#
            ),
            "12",
        ),
        (format!(r#"203.0.113.7 - - [{date}] {get} 200 512 "-" "agent" 12.034 ms"#), "12.034"),
        (format!(r#"203.0.113.7 - - [{date}] {get} 200 512 "-" "agent" 1.2e-02s"#), "12"),
        (format!(r#"203.0.113.7 - - [{date}] {get} 200 512 "-" "agent" at="1655131940.683" latency="12ms""#), "12"),
    ] {
        let mut expected = "router.bytes ~512bytes\nrouter.requests{status=200,method=GET} 1".to_owned();
        if !service.is_empty() {
            expected.push_str(&format!("\nrouter.service ~{service}ms"));
        }
        assert_eq!(shown_of(&msg), expected, "{msg}");
    }
}

#[test]
fn ok_lines_without_bytes() {
    for rest in ["", " -", " \"-\" \"agent\"", " 0.012"] {
        let msg = format!(r#"203.0.113.7 - - [13/Jun/2022:14:52:20 +0000] "GET / HTTP/1.1" 200{rest}"#);
        assert!(!shown_of(&msg).contains("bytes"), "{msg}");
        assert!(shown_of(&msg).contains("router.requests{status=200,method=GET} 1"), "{msg}");
    }
}

#[test]
fn ok_other_text() {
    for msg in [
        r#"203.0.113.7 - - [13/Jux/2022:14:52:20 +0000] "GET / HTTP/1.1" 200 512"#,
        r#"203.0.113.7 - - [13/Jun/2022:14:52:20 +0000] "GET / HTTP/1.1 200 512"#,
        r#"203.0.113.7 - - [13/Jun/2022:14:52:20 +0000] "GET / HTTP/1.1" 999 512"#,
        r#"203.0.113.7 - - [13/Jun/2022:14:52:20 +0000] "GET / HTTP/1.1" 2000 512"#,
        r#"203.0.113.7 - - [13/Jun/2022:14:52:20 +0000] "GET / HTTP/1.1" ok"#,
        r#"203.0.113.7 - - [13/Jun/2022:14:52:20 +0000] it said "hello you" 200 512"#,
        r#"203.0.113.7 - - [yesterday] "GET / HTTP/1.1" 200 512"#,
        // A request that a program sends, logged by its HTTP client. It is not a request to the
        // app.
        r#"web [2022-06-13 14:52:20,120] DEBUG urllib3 "GET / HTTP/1.1" 200 512"#,
        r#"web [2022-06-13 14:52:20,120] urllib3 https://api.example.com:443 "GET / HTTP/1.1" 200 512"#,
        "[web] started",
        "",
    ] {
        assert_eq!(shown_of(msg), "", "{msg}");
    }
}

#[test]
fn ok_behind_a_router_nothing_counts_twice() {
    let msg = r#"203.0.113.7 - - [13/Jun/2022:14:52:20 +0000] "GET / HTTP/1.1" 200 512"#;
    assert_eq!(shown(&delta_of("app", "web.1", msg)), "");
}

#[test]
fn ok_a_line_without_a_transport_has_its_own_time() {
    let msg = br#"203.0.113.7 - - [13/Jun/2022:16:52:20 +0200] "GET / HTTP/1.1" 200 512"#;
    let delta = Reducer::new().reduce_text(msg, &ELSEWHERE);
    let requests =
        delta.cells.iter().find(|it| &*delta.series[it.series as usize].metric == "router.requests").unwrap();
    assert_eq!(requests.second, RECEIVED_MS / 1_000 - 3);
}

#[test]
fn ok_a_json_line_without_a_transport_has_its_own_time() {
    for (ts, seconds_ago) in [
        ("1655131940.120", 3),
        ("1655131940120.5", 3),
        ("1655131940120000000", 3),
        (r#""2022-06-13T14:52:20.120Z""#, 3),
        (r#""13/Jun/2022:16:52:20 +0200""#, 3),
        (r#""2022/06/13 14:52:20""#, 0),
        ("12", 0),
        ("null", 0),
    ] {
        let msg = format!(
            r#"{{"ts":{ts},"logger":"http.log.access","request":{{"method":"GET","uri":"/"}},"duration":0.5,"status":200}}"#
        );
        let delta = Reducer::new().reduce_text(msg.as_bytes(), &ELSEWHERE);
        let requests =
            delta.cells.iter().find(|it| &*delta.series[it.series as usize].metric == "router.requests").unwrap();
        assert_eq!(requests.second, RECEIVED_MS / 1_000 - seconds_ago, "{ts}");
    }
}

#[test]
fn ok_a_date_without_a_zone_is_no_time() {
    for date in ["13/Jun/2022 14:52:20", "13/Jun/2022:22:52:20 CST"] {
        let msg = format!(r#"203.0.113.7 - - [{date}] "GET / HTTP/1.1" 200 512"#);
        let delta = Reducer::new().reduce_text(msg.as_bytes(), &ELSEWHERE);
        let requests =
            delta.cells.iter().find(|it| &*delta.series[it.series as usize].metric == "router.requests").unwrap();
        assert_eq!(requests.second, RECEIVED_MS / 1_000, "{date}");
    }
}

/// The first word may be longer than the head in which a date is searched.
#[test]
fn err_a_first_word_without_end() {
    for bytes in [510, 511, 512, 513, 700] {
        let msg = format!("{} [13/Jun/2022:14:52:20 +0000] \"GET / HTTP/1.1\" 200 5", "x".repeat(bytes));
        assert!(Reducer::new().reduce_text(msg.as_bytes(), &ELSEWHERE).lines == 1, "{bytes}");
    }
}
