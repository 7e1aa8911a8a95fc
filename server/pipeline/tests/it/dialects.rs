//! Formats of requests beside each other: no line is a request of two formats, docs/dialects.md
//! shows what becomes of each, no secret of theirs is shown, and no bytes make a reader fail.

use std::{fs, path::Path};

use pipeline::{
    Cell, Line, Loss, Origin,
    extract::{EventText, Example, Extractor, Measurement, READERS, Reader, Request, Sink, Writer, request_parts},
    mask,
    series::SeriesRef,
};
use proptest::prelude::*;

use crate::support::{LOGPLEX, TIME, framed, reduce, shown};

/// The origin of lines that came neither from a router nor through logplex.
const DIRECT: Origin<'_> = Origin { from_logplex: false, ..LOGPLEX };

/// How many requests readers give, and whether all of their values are finite.
#[derive(Default)]
struct Requests(usize);

impl Sink for Requests {
    fn request(&mut self, request: &Request<'_>) {
        self.0 += 1;
        let values = [request.service_ms, request.connect_ms, request.queue_ms, request.bytes];
        assert!(values.into_iter().flatten().all(|it| it.is_finite() && it >= 0.0), "{request:?}");
        assert!(request.status < 600 && request.code.len() < 64 && request.method.len() <= 16);
    }

    fn measure(&mut self, it: &Measurement<'_>) {
        assert!(it.value.is_finite());
    }

    fn merge(&mut self, _: &SeriesRef<'_>, _: &Cell) {}

    fn event(&mut self, _: &EventText<'_>) {}

    fn date(&mut self, _: i64) {}

    fn lost(&mut self, _: &[u8], _: u64) {}

    fn lose(&mut self, _: Loss) {}
}

fn is_of_requests(reader: &Reader) -> bool {
    reader.metrics.contains(&"router.requests")
}

/// Readers of requests that are asked about lines of web servers.
fn readers() -> impl Iterator<Item = &'static Reader> {
    READERS.iter().filter(|it| is_of_requests(it) && it.writers.contains(&Writer::WebServer))
}

fn line<'a>(app: &'a str, proc_id: &'a str, msg: &'a [u8]) -> Line<'a> {
    Line { host: b"front", app: app.as_bytes(), proc_id: proc_id.as_bytes(), msg, ..Line::default() }
}

fn requests_of(reader: &str, line: &Line<'_>) -> usize {
    let mut requests = Requests::default();
    Extractor::default().ask_one(reader, line, &DIRECT, &mut requests);
    requests.0
}

/// The lines of the examples and of `tests/formats`, each with the name of its reader.
fn lines() -> Vec<(String, String, String, String)> {
    let of_example = |name: &str, it: &Example| (name.into(), it.app.into(), it.proc_id.into(), it.msg.into());
    let of_reader = |it: &'static Reader| it.examples.iter().map(|example| of_example(it.name, example));
    let mut lines: Vec<_> = READERS.iter().flat_map(of_reader).collect();
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formats")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        for case in fs::read_to_string(&path).unwrap().lines().filter_map(|it| it.strip_prefix("> ")) {
            let mut words = case.splitn(3, ' ').map(str::to_owned);
            let [app, proc_id, msg] = std::array::from_fn(|_| words.next().unwrap());
            lines.push((name.clone(), app, proc_id, msg));
        }
    }
    lines
}

/// HAProxy's CLF variant is made to be read as a Common log line; its own reader is asked first.
fn is_common_by_design(of: &str, by: &str, msg: &str) -> bool {
    of == "haproxy" && by == "access_log" && msg.contains(" \"\" \"\" ")
}

#[test]
fn ok_no_line_is_a_request_of_another_format() {
    let mut pairs = 0;
    for (name, app, proc_id, msg) in &lines() {
        let line = line(app, proc_id, msg.as_bytes());
        // A case that its own reader refuses may be a line of another format.
        let is_of_requests = READERS.iter().any(|it| it.name == name && is_of_requests(it));
        if is_of_requests && requests_of(name, &line) == 0 {
            continue;
        }
        for reader in readers().filter(|it| it.name != name && !is_common_by_design(name, it.name, msg)) {
            assert_eq!(requests_of(reader.name, &line), 0, "{name} through {}: {msg}", reader.name);
            pairs += 1;
        }
    }
    assert!(pairs > 1_000, "{pairs}");
}

#[test]
fn ok_a_line_is_one_request_at_most() {
    for (name, app, proc_id, msg) in &lines() {
        let mut requests = Requests::default();
        Extractor::default().extract(&line(app, proc_id, msg.as_bytes()), &DIRECT, &mut requests);
        assert!(requests.0 <= 1, "{name}: {msg}");
    }
}

/// docs/dialects.md holds every example of a format of requests, and what it says became of a line
/// has become of it. `UPDATE_DIALECTS=1` writes the lines below each case anew.
#[test]
fn ok_the_table_of_dialects_is_true() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/dialects.md");
    let text = fs::read_to_string(&path).unwrap();
    let (mut written, mut cells) = (Vec::new(), Vec::new());
    let mut is_case = false;
    for row in text.lines() {
        if let Some(case) = row.strip_prefix("> ").filter(|it| it.split(' ').count() > 2) {
            let mut words = case.splitn(3, ' ');
            let [app, proc_id, msg] = std::array::from_fn(|_| words.next().unwrap());
            let body = framed(&[format!("<190>1 {TIME} front {app} {proc_id} - - {msg}")]);
            cells = shown(&reduce(&body, &DIRECT)).lines().map(|it| format!("    {it}")).collect();
            written.push(row.to_owned());
            written.append(&mut cells.clone());
            is_case = true;
        } else if !(is_case && row.starts_with("    ")) {
            is_case = false;
            written.push(row.to_owned());
        }
    }
    assert!(!cells.is_empty(), "no cases");
    let written = written.join("\n") + "\n";
    if std::env::var_os("UPDATE_DIALECTS").is_some() {
        fs::write(&path, &written).unwrap();
    }
    assert_eq!(fs::read_to_string(&path).unwrap(), written, "UPDATE_DIALECTS=1 writes it anew");
    for reader in READERS.iter().filter(|it| is_of_requests(it)) {
        assert!(text.contains(&format!("\n## {}\n", reader.title)), "no section {}", reader.title);
        for Example { app, proc_id, msg } in reader.examples {
            assert!(text.contains(&format!("\n> {app} {proc_id} {msg}\n")), "{}: no example {msg}", reader.title);
        }
    }
}

#[test]
fn ok_secrets_in_their_lines_are_masked() {
    for (text, expected) in [
        (
            "200 200 34 366 \"GET https://h:443/a?token=abc&b=1 HTTP/2.0\" \"curl/8\"",
            "200 200 34 366 \"GET https://h:443/a?token=***&b=1 HTTP/2.0\" \"curl/8\"",
        ),
        ("x_cf_routererror:\"-\" x_api_key:\"abc\"", "x_cf_routererror:\"-\" x_api_key:\"***\""),
        ("{\"RequestPath\":\"/a?token=abc\",\"Duration\":1}", "{\"RequestPath\":\"/a?token=***\",\"Duration\":1}"),
        (
            "{\"req\":{\"url\":\"/a?b=1\",\"headers\":{\"cookie\":\"a=b\"}},\"responseTime\":1}",
            "{\"req\":{\"url\":\"/a?b=1\",\"headers\":{\"cookie\":\"***\"}},\"responseTime\":1}",
        ),
        (
            "{\"log\":\"GET /a?token=abc HTTP/1.1\\n\",\"stream\":\"stdout\"}",
            "{\"log\":\"GET /a?token=*** HTTP/1.1\\n\",\"stream\":\"stdout\"}",
        ),
    ] {
        assert_eq!(&*mask::masked(text.as_bytes(), 4_000), expected);
    }
}

/// Everything that reads a line reads this one.
fn read_by_all(msg: &[u8]) {
    for (app, proc_id) in [("shop", "1"), ("app", "web.1"), ("heroku", "router"), ("shop", "[RTR/0]")] {
        let line = line(app, proc_id, msg);
        let mut requests = Requests::default();
        Extractor::default().extract(&line, &DIRECT, &mut requests);
        assert!(requests.0 <= 1);
        _ = request_parts(proc_id.as_bytes(), msg);
    }
    for reader in READERS {
        _ = requests_of(reader.name, &line("shop", "1", msg));
    }
}

/// Much of what costs careless readers more than linear time: this test would not end.
#[test]
fn ok_hostile_lines_cost_linear_time() {
    const BYTES: usize = 1 << 18;
    let whole =
        |head: &str, piece: &str, tail: &str| [head, &piece.repeat(BYTES / piece.len()), tail].concat().into_bytes();
    for msg in [
        whole("", "{", ""),
        whole("", "{\"a\":", ""),
        whole("", "{\"status\":[", "}"),
        whole("{\"status\":200,\"req\":", "{\"req\":", "}"),
        whole("{\"status\":200,", "\"a\":1,", "\"method\":\"GET\"}"),
        whole("{\"status\":200,\"url\":\"", "\\u0041\\/\\\"", "\",\"method\":\"GET\",\"ip\":\"x\"}"),
        whole("{\"log\":\"", "\\\\", "\\n\",\"stream\":\"stdout\",\"time\":\"2022-06-13T14:52:23Z\"}"),
        whole("", "[", "\""),
        whole("[2", "\"", ""),
        whole("[2022-06-13T14:52:23Z] \"GET /a HTTP/1.1\" 200 - 0 1 ", "9", " 1"),
        whole(
            "h - [2022-06-13T14:52:23Z] \"GET /a HTTP/1.1\" 200 0 1 \"\" \"\" \"\" \"\" vcap_request_id:",
            "a:\"b\" ",
            "",
        ),
        whole("http 2022-06-13T14:52:23Z app/a/b 1:1 - -1 -1 -1 500 - 0 0 \"GET /a HTTP/1.1\" ", "\"a\" ", ""),
        whole("method=GET path=/a responseTimeMS=", "1", ""),
        whole("timestamp=1 ", "method=GET container= ", ""),
        whole("1.1.1.1 - - [13/Jun/2022:14:52:23 +0000] \"GET /", "a", " HTTP/1.1\" 200 1 \"\" \"\" 1"),
        whole("", "\" ", "\""),
        whole("", "\u{e9}\\", "}"),
        [&b"{\"status\":\xff\xfe,\"method\":\"\xff"[..], &[0xff; 4_096], b"\"}"].concat(),
    ] {
        read_by_all(&msg);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 400, ..ProptestConfig::default() })]

    /// Lines of every format with bytes taken out, put in and changed.
    #[test]
    fn ok_any_bytes_are_read(
        at in any::<prop::sample::Index>(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0..3, any::<u8>()), 0..12),
    ) {
        let lines = lines();
        let mut msg = at.get(&lines).3.clone().into_bytes();
        for (place, edit, byte) in edits {
            let place = place.index(msg.len() + 1);
            match edit {
                0 => msg.insert(place, byte),
                1 if place < msg.len() => _ = msg.remove(place),
                _ if place < msg.len() => msg[place] = byte,
                _ => msg.truncate(place),
            }
        }
        read_by_all(&msg);
    }
}
