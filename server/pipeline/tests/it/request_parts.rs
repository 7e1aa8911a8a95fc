//! The parts of a request for display, which no client may forge. How they look on pages is tested
//! in `app`.

use pipeline::{
    Line,
    extract::{Extractor, READERS, RequestParts, error_code, pairs, request_parts},
};
use proptest::prelude::*;

use crate::support::LOGPLEX;

const FAILED: &str = r#"at=error code=H12 desc="Request timeout" method=POST path="/orders/7?a=b" host=h.example.com request_id=8601b555 fwd="10.0.0.1, 10.0.0.2" dyno=web.3 connect=1ms service=30000ms status=503 bytes=0 protocol=https"#;

fn parts<'a>(source: &str, msg: &'a str) -> Option<RequestParts<'a>> {
    request_parts(source.as_bytes(), msg.as_bytes())
}

#[test]
fn ok_router() {
    let expected = RequestParts {
        method: b"POST",
        host: b"h.example.com",
        path: b"/orders/7?a=b",
        status: 503,
        code: b"H12",
        desc: b"Request timeout",
        service_ms: Some(30_000.0),
        connect_ms: Some(1.0),
        queue_ms: None,
        bytes: Some(0.0),
        dyno: b"web.3",
        request_id: b"8601b555",
        fwd: b"10.0.0.1, 10.0.0.2",
        protocol: b"https",
    };
    assert_eq!(parts("router", FAILED), Some(expected));
    let absent = parts("router", r#"at=info method=GET path="/" dyno= connect= service= status=200"#).unwrap();
    assert_eq!((absent.service_ms, absent.connect_ms, absent.bytes, absent.dyno), (None, None, None, &b""[..]));
    let queued = "at=info method=GET path=/ dyno=web.1 queue=2 wait=3ms connect=1ms service=5ms status=200 bytes=3";
    assert_eq!(parts("router", queued).unwrap().queue_ms, Some(3.0));
}

#[test]
fn ok_access_logs() {
    let common = r#"203.0.113.7 - - [27/Nov/2026:10:00:00 +0000] "GET /a?b=c HTTP/1.1" 200 512 "-" "agent" 0.012"#;
    let expected = RequestParts {
        method: b"GET",
        path: b"/a?b=c",
        status: 200,
        service_ms: Some(12.0),
        bytes: Some(512.0),
        protocol: b"HTTP/1.1",
        ..RequestParts::default()
    };
    let caddy = r#"{"logger":"http.log.access","request":{"remote_ip":"192.0.2.1","client_ip":"203.0.113.7","proto":"HTTP/1.1","method":"GET","host":"shop.example.com","uri":"/a?b=c"},"duration":0.012,"size":512,"status":200}"#;
    for source in ["web.1", "nginx", ""] {
        assert_eq!(parts(source, common), Some(expected));
        let expected = RequestParts { host: b"shop.example.com", fwd: b"203.0.113.7", ..expected };
        assert_eq!(parts(source, caddy), Some(expected));
    }
}

#[test]
fn ok_haproxy() {
    let msg = r#"203.0.113.7:40312 [27/Nov/2026:10:00:00.250] public~ shop/s2 4/2/1/18/31 200 4310 - - ---- 9/8/3/1/0 0/0 {a b} "GET https://shop.example.com/a?b=c HTTP/2.0""#;
    let expected = RequestParts {
        method: b"GET",
        host: b"shop.example.com",
        path: b"/a?b=c",
        status: 200,
        service_ms: Some(24.0),
        connect_ms: Some(1.0),
        queue_ms: Some(2.0),
        bytes: Some(4_310.0),
        fwd: b"203.0.113.7",
        protocol: b"HTTP/2.0",
        ..RequestParts::default()
    };
    assert_eq!(parts("haproxy", msg), Some(expected));
    assert_eq!(parts("haproxy", &msg.replace(" 200 ", " -1 ")), None);
}

/// The parts of the example of each format, and those that clients could write stay what they are.
#[test]
fn ok_platforms() {
    let examples = |name: &str| READERS.iter().find(|it| it.name == name).unwrap().examples;
    let example = |name: &str| examples(name)[0].msg;
    let base = RequestParts {
        method: b"GET",
        host: b"shop.example.com",
        path: b"/orders/7?page=2",
        status: 200,
        service_ms: Some(18.5),
        bytes: Some(4_096.0),
        fwd: b"203.0.113.7",
        ..RequestParts::default()
    };
    let with_id = RequestParts { request_id: b"8601b555", ..base };
    for (name, expected) in [
        ("traefik", RequestParts { protocol: b"HTTP/2.0", ..base }),
        ("railway", RequestParts { path: b"/orders/7", service_ms: Some(18.0), request_id: b"5Zc0", ..base }),
        ("clever_cloud", RequestParts { path: b"/orders/7", request_id: b"01HF", fwd: b"", ..base }),
        (
            "vercel",
            RequestParts {
                status: 500,
                code: b"-1",
                service_ms: None,
                request_id: b"fra1::7",
                protocol: b"https",
                ..base
            },
        ),
        ("envoy", RequestParts { host: b"", fwd: b"", service_ms: Some(18.0), protocol: b"HTTP/1.1", ..base }),
        (
            "alb",
            RequestParts {
                host: b"shop.example.com:443",
                status: 502,
                code: b"LambdaInvalidResponse",
                service_ms: Some(18.0),
                protocol: b"HTTP/2.0",
                ..base
            },
        ),
        (
            "gorouter",
            RequestParts {
                status: 502,
                code: b"endpoint_failure",
                bytes: Some(67.0),
                protocol: b"HTTP/1.1",
                ..with_id
            },
        ),
        ("scalingo", RequestParts { dyno: b"web-1", protocol: b"https", ..with_id }),
        ("render", RequestParts { service_ms: Some(18.0), ..with_id }),
        ("request_log", RequestParts { host: b"", service_ms: Some(18.0), bytes: None, request_id: b"7", ..base }),
    ] {
        let has_failed = !expected.code.is_empty();
        let found = parts("web", examples(name)[usize::from(has_failed)].msg);
        assert_eq!(found, Some(expected), "{name}");
    }
    // A router's name does not make a line Heroku's.
    assert_eq!(parts("router", example("scalingo")), parts("web", example("scalingo")));
    let failed = r#"203.0.113.7:40312 [27/Nov/2026:10:00:00.250] public~ shop/s2 4/2/1/-1/30007 504 194 - - sHVN 9/8/3/1/0 0/0 "GET /a HTTP/2.0""#;
    assert_eq!(parts("haproxy", failed).unwrap().code, b"sH--");
    let background = examples("vercel")[1].msg.replace("\"statusCode\":500", "\"statusCode\":-1");
    assert_eq!(parts("vercel", &background), None);
}

#[test]
fn ok_what_is_shown_as_text() {
    for (source, msg) in [
        ("router", ""),
        ("router", "at=error code=H10 desc=\"App crashed\""),
        ("router", "Error H10 (App crashed) -> GET host/ dyno= queue= wait= service= status=503 bytes="),
        ("router", "at=info method=GET path=\"/ host=h"),
        ("web.1", FAILED),
        ("web.1", "method=GET path=/a controller=A action=show status=200 duration=58.33"),
        ("web.1", r#"203.0.113.7 - - [27/Nov/2026:10:00:00 +0000] "\x16\x03\x01" 400 0"#),
        ("web.1", "text"),
    ] {
        assert_eq!(parts(source, msg), None, "{source} {msg}");
    }
}

#[test]
fn ok_codes() {
    let code = |app: &str, proc_id: &str, msg: &str| {
        let line = Line { app: app.as_bytes(), proc_id: proc_id.as_bytes(), msg: msg.as_bytes(), ..Line::default() };
        error_code(&line).map(|it| String::from_utf8_lossy(it).into_owned())
    };
    assert_eq!(code("heroku", "router", FAILED).as_deref(), Some("H12"));
    assert_eq!(code("heroku", "web.1", "Error R14 (Memory quota exceeded)").as_deref(), Some("R14"));
    assert_eq!(
        code("heroku", "logplex", "Error L10 (output buffer overflow): 1 messages dropped").as_deref(),
        Some("L10")
    );
    let by_envoy = r#"[2026-11-27T10:00:00.250Z] "GET /a HTTP/1.1" 503 UF 0 91 30 - "-" "-" "u" "h" "-""#;
    assert_eq!(code("envoy", "1", by_envoy).as_deref(), Some("UF"));
    assert_eq!(code("envoy", "1", &by_envoy.replace(" UF ", " - ")), None);
    for (app, proc_id, msg) in [
        ("app", "web.1", FAILED),
        ("app", "web.1", "Error R14 (Memory quota exceeded)"),
        ("heroku", "web.1", "Error while starting"),
        ("heroku", "web.1", "State changed from up to crashed"),
        ("heroku", "router", r#"at=info method=GET path="/ code=H12 " host=h dyno=web.1 status=200"#),
        ("heroku", "router", r#"at=info method=GET path="/?a=1" code=H12 "#),
    ] {
        let is_own = msg.ends_with("code=H12 ");
        assert_eq!(code(app, proc_id, msg).is_some(), is_own, "{msg}");
    }
}

#[test]
fn ok_pairs() {
    let msg = br#"path="/a" b="c" host=h fwd="1" dyno=web.1"#;
    let value = |source: &[u8]| pairs(source, msg).find(|it| it.key == b"path").unwrap().value;
    assert_eq!((value(b"router"), value(b"web.1")), (&br#"/a" b="c"#[..], &b"/a"[..]));
}

/// An independent reading: the text before the path from its start, the text after it from its end.
fn by_eye(msg: &str) -> Option<(String, u16, String, String)> {
    let word = |text: &str| text.split(' ').next().unwrap_or_default().to_owned();
    let (head, tail) = msg.split_once(" path=")?;
    let last = |key: &str| tail.rsplit_once(key).map(|it| word(it.1)).unwrap_or_default();
    let method = word(head.split_once("method=")?.1);
    Some((method, last(" status=").parse().ok()?, last(" service="), last(" dyno=")))
}

const PIECES: &[&str] = &[
    "/",
    "a",
    "\"",
    "\\",
    "=",
    " ",
    "?",
    "é",
    "\t",
    " host=x",
    " fwd=\"",
    " dyno=web.9",
    " status=200",
    " service=1ms",
    " code=H99",
    " method=GET",
    " connect=7ms",
    "at=error",
    "%20",
    "*",
];

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 4_000, ..ProptestConfig::default() })]

    /// Whatever a client puts into the path, the displayed parts are those of the router, and equal
    /// to those that are counted.
    #[test]
    fn ok_no_path_writes_the_parts(pieces in prop::collection::vec(prop::sample::select(PIECES), 1..12)) {
        let path = pieces.concat();
        let msg = FAILED.replace("/orders/7?a=b", &path);
        let parts = parts("router", &msg).unwrap();
        prop_assert_eq!(parts.path, path.as_bytes());
        prop_assert_eq!((parts.code, parts.desc, parts.status), (&b"H12"[..], &b"Request timeout"[..], 503));
        let service = format!("{}ms", parts.service_ms.unwrap());
        let found = (lossy(parts.method), parts.status, service, lossy(parts.dyno));
        prop_assert_eq!(Some(found), by_eye(&msg));
        let line = Line { proc_id: b"router", msg: msg.as_bytes(), ..Line::default() };
        prop_assert_eq!(Extractor::default().readers_of(&line, &LOGPLEX), ["router"]);
    }
}

fn lossy(text: &[u8]) -> String {
    String::from_utf8_lossy(text).into_owned()
}
