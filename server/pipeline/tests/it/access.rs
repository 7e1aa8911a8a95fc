//! Access logs, and when they count.

use pipeline::{Origin, Reducer};

use crate::story::{LOGPLEX, RECEIVED_MS, TIME, delta_of, framed, reduce, shown};

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

#[test]
fn ok_what_is_no_access_line() {
    for msg in [
        r#"203.0.113.7 - - [13/Jux/2022:14:52:20 +0000] "GET / HTTP/1.1" 200 512"#,
        r#"203.0.113.7 - - [13/Jun/2022:14:52:20 +0000] "GET / HTTP/1.1 200 512"#,
        r#"203.0.113.7 - - [13/Jun/2022:14:52:20 +0000] "GET / HTTP/1.1" 999 512"#,
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
    let requests = delta.cells.iter().find(|it| &*delta.series[it.0 as usize].metric == "router.requests").unwrap();
    assert_eq!(requests.1, RECEIVED_MS / 1_000 - 3);
}
