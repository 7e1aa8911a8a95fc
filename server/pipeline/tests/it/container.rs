//! Lines of containers' files: their forms, and what readers make of them in a frame and in a pipe.

use pipeline::{Reducer, extract::container};

use crate::support::{LOGPLEX, RECEIVED_MS, TIME, framed, reduce, shown};

const ACCESS: &str =
    r#"203.0.113.7 - - [13/Jun/2022:14:52:23 +0000] \"GET \/users\/42 HTTP\/1.1\" 200 512 \"-\" \"a\u003cb\" 0.012"#;

fn read(line: &str) -> Option<(Option<i64>, String, bool, String)> {
    let mut plain = Vec::new();
    let entry = container::read(line.as_bytes(), &mut plain)?;
    let text = |it: &[u8]| String::from_utf8_lossy(it).into_owned();
    Some((entry.time_ms, text(entry.stream), entry.is_partial, text(entry.text)))
}

#[test]
fn ok_forms() {
    let at_ms = Some(RECEIVED_MS);
    for (line, expected) in [
        (
            r#"{"log":"a \"b\"\t\\é\u00e9\n","stream":"stdout","time":"2022-06-13T14:52:23.622508402Z"}"#,
            (false, "a \"b\"\t\\éé"),
        ),
        (r#"{"log":"part","stream":"stdout","time":"2022-06-13T14:52:23.622508402Z"}"#, (true, "part")),
        (r#"{"log":"a\r\n","stream":"stdout","attrs":{"a":"b"},"time":"2022-06-13T14:52:23.622Z"}"#, (false, "a")),
        ("2022-06-13T14:52:23.622508402Z stdout F text with blanks", (false, "text with blanks")),
        ("2022-06-13T14:52:23.622508402Z stdout P part", (true, "part")),
        ("2022-06-13T16:52:23.622508402+02:00 stdout F ", (false, "")),
        ("2022-06-13T14:52:23.622508402Z stdout F", (false, "")),
    ] {
        let (is_partial, text) = expected;
        assert_eq!(read(line), Some((at_ms, "stdout".to_owned(), is_partial, text.to_owned())), "{line}");
    }
    assert_eq!(read("2022-06-13T14:52:23.622Z stderr F x").map(|it| it.1), Some("stderr".to_owned()));
}

#[test]
fn err_other_texts() {
    for line in [
        "",
        "{",
        r#"{"log":"text\n"}"#,
        r#"{"log":"text\n","stream":"stdin","time":"2022-06-13T14:52:23Z"}"#,
        r#"{"log":"text\n","stream":"stdout"}"#,
        r#"{"log":{"a":"b"},"stream":"stdout","time":"2022-06-13T14:52:23Z"}"#,
        r#"{"level":"info","log":"text\n","stream":"stdout","time":"2022-06-13T14:52:23Z"}"#,
        r#"{"log":"text"#,
        "2022-06-13T14:52:23Z stdout text",
        "2022-06-13T14:52:23Z stdout X text",
        "2022-06-13T14:52:23Z stdout Fine",
        "2 stdout F text",
        "2022-06-13 14:52:23 stdout F text",
    ] {
        assert_eq!(read(line), None, "{line}");
    }
}

#[test]
fn ok_requests_in_a_pipe_and_in_frames() {
    let expected = "router.bytes ~512bytes\nrouter.requests{status=200,method=GET} 1\nrouter.service ~12ms";
    let elsewhere = pipeline::Origin { from_logplex: false, ..LOGPLEX };
    let docker = format!(r#"{{"log":"{ACCESS}\n","stream":"stdout","time":"2022-06-13T14:52:23.622508402Z"}}"#);
    let plain = ACCESS.replace("\\\"", "\"").replace("\\/", "/");
    let cri = format!("2022-06-13T14:52:23.622508402Z stdout F {plain}");
    for line in [&docker, &cri] {
        assert_eq!(shown(&Reducer::new().reduce_text(line.as_bytes(), &elsewhere)), expected, "{line}");
        let posted = framed(&[format!("<190>1 {TIME} shuttle token shuttle - - {line}")]);
        assert_eq!(shown(&reduce(&posted, &elsewhere)), expected, "posted: {line}");
    }
    for part in [docker.replace("\\n\"", "\""), cri.replace(" F ", " P ")] {
        assert_eq!(shown(&Reducer::new().reduce_text(part.as_bytes(), &elsewhere)), "", "{part}");
    }
}

#[test]
fn ok_a_line_has_its_own_time() {
    let elsewhere = pipeline::Origin { from_logplex: false, ..LOGPLEX };
    for line in [
        r#"{"log":"count#a=1\n","stream":"stdout","time":"2022-06-13T14:50:00Z"}"#,
        "2022-06-13T14:50:00Z stdout F count#a=1",
    ] {
        let delta = Reducer::new().reduce_text(line.as_bytes(), &elsewhere);
        let cell = delta.cells.iter().find(|it| &*delta.series[it.series as usize].metric == "a").unwrap();
        assert_eq!(cell.second, RECEIVED_MS / 1_000 - 143, "{line}");
    }
}
