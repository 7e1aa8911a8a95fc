//! Exports of log services, read from a pipe and as lines that a shuttle posts. Live drains are not
//! covered.

use pipeline::{Origin, Reducer, text, time};

use crate::support::{LOGPLEX, TIME, delta_of, framed, reduce, shown};

const AT: &str =
    "at=info method=GET path=\"/\" host=h fwd=\"ip\" dyno=web.1 connect=0ms service=30ms status=200 bytes=10";

/// One router line as different services export it. Some exports lack year and zone.
const COPIES: &[&str] = &[
    "Jun 13 14:52:23 shop heroku/router ",
    "Jun 13 14:52:23 shop heroku/router:  ",
    "Jun  3 14:52:23 heroku/router: ",
    "Jun 13 14:52:23 shop heroku[router]: ",
    "2022-06-13 14:52:23.622778+00:00 heroku router - - ",
    "2022-06-13T14:52:23.622778+00:00 heroku router - - ",
    "2022-06-13T14:52:23Z shop heroku router - - ",
    "2022-06-13T14:52:23Z host heroku router - ",
    "2022-06-13 14:52:23 shop heroku/router: ",
    "2022-06-13 14:52:23 heroku[router]: ",
    "7711\t2022-06-13T14:52:23Z\t2022-06-13T14:52:24Z\t5\tshop\t203.0.113.7\tLocal3\tInfo\theroku/router\t",
    "243 <158>1 2022-06-13T14:52:23.622778+00:00 heroku router - - ",
    "<158>1 2022-06-13T14:52:23.622778+00:00 heroku router - - ",
    "<158>Jun 13 14:52:23 shop heroku/router: ",
    "2022-06-13T14:52:24Z 243 <158>1 2022-06-13T14:52:23+00:00 heroku router - - ",
];

#[test]
fn ok_forms() {
    let elsewhere = Origin { from_logplex: false, ..LOGPLEX };
    let expected = shown(&delta_of("heroku", "router", AT));
    assert!(expected.contains("router.requests{source=web.1,status=200,method=GET} 1"));
    for copy in COPIES {
        let line = format!("{copy}{AT}");
        assert_eq!(shown(&Reducer::new().reduce_text(line.as_bytes(), &elsewhere)), expected, "{line}");
        if !copy.starts_with('<') && !copy.starts_with("243") {
            let posted = framed(&[format!("<190>1 {TIME} shuttle token shuttle - - {line}")]);
            assert_eq!(shown(&reduce(&posted, &elsewhere)), expected, "posted: {line}");
        }
    }
}

#[test]
fn ok_other_processes() {
    let shown_of = |line: &str| shown(&Reducer::new().reduce_text(line.as_bytes(), &LOGPLEX));
    assert_eq!(
        shown_of("Jun 13 14:52:23 shop heroku/web.1: Error R14 (Memory quota exceeded)"),
        "dyno.errors{source=web.1,code=R14} 1"
    );
    assert_eq!(shown_of("Jun 13 14:52:23 shop app/web.1: measure#a=1"), "a ~1");
    assert_eq!(
        shown_of(
            "2022-06-13T14:52:23+00:00 d.1 heroku logplex - - Error L10 (output buffer overflow): 5 messages dropped"
        ),
        "drain.lost{code=L10} 5"
    );
}

#[test]
fn ok_other_text() {
    for line in [
        "Jun 13 14:52:23 shop shop/router: text",
        "Jun 13 14:52:23 heroku",
        "2022-06-13 14:52:23 the heroku router said",
        "2022-06-13 heroku router - - text",
        "heroku router - - text",
        "5 <",
    ] {
        let read = text::line(&mut time::Parser::default(), line.as_bytes());
        assert_eq!((read.app, read.msg), (&b""[..], line.as_bytes()), "{line}");
    }
}

#[test]
fn ok_an_app_behind_logplex_cannot_count_requests() {
    for copy in COPIES {
        assert_eq!(shown(&delta_of("app", "web.1", &format!("{copy}{AT}"))), "", "{copy}");
    }
}

#[test]
fn ok_exports_of_exports_end() {
    let line = format!("{}{AT}", "Jun 13 14:52:23 shop app/web: ".repeat(20_000));
    let delta = Reducer::new().reduce_text(line.as_bytes(), &LOGPLEX);
    assert_eq!(delta.lines, 1);
}
