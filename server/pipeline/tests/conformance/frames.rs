//! Compares published drain bodies with a strict reading and with what their source states. Bodies
//! that a strict reader can't finish are listed here with the result of our own rules. Single lines
//! are compared in `lines.rs`.

use pipeline::{FRAME_BYTES_MAX, Frames, Line, Loss, Origin, Reducer, syslog};
use serde_json::{Map, Value};

use crate::{corpus::Corpus, extracted::Extracted, facts, report::Report, syslog::stated as stated_messages};

/// Bodies with broken framing, and the numbers of frames and losses by our rules.
const DAMAGED: &[(&str, usize, usize)] = &[
    // Blanks between frames are skipped.
    ("bjeanes-sample-body", 2, 0),
    ("goodeggs-single", 1, 0),
    ("herokux-scanner-bad-frame-position", 2, 0),
    // The count is too small: the frame extends to the next frame or the end of the body.
    ("devcenter-http-routing-h12", 1, 0),
    ("devcenter-http-routing-info", 1, 0),
    ("go-syslog-octet-03", 1, 0),
    ("go-syslog-octet-04", 1, 0),
    ("l2met-parser-legacy", 1, 0),
    ("l2met-parser-logplex-L10", 1, 0),
    ("l2met-parser-simple", 1, 0),
    // Bytes that begin no frame are one loss, even if no frame follows.
    ("givelively-skip-malformed", 1, 1),
    ("go-syslog-octet-07", 0, 1),
    ("go-syslog-octet-08", 0, 1),
    ("herokux-scanner-bad-frame-format", 0, 1),
    // A last frame that lacks two or more octets is one loss.
    ("go-syslog-octet-06", 0, 1),
    ("herokux-scanner-bad-frame-size", 1, 1),
    ("herokux-scanner-bad-prival", 1, 1),
    ("herokux-scanner-short-read", 1, 1),
    ("mat-customMetricsBody", 0, 1),
    // It is not a loss if its line has ended.
    ("rwdaigle-4", 1, 0),
    // The count is too large: the frame ends where the next one begins. The last frame of each
    // `mat` file lacks octets.
    ("go-syslog-octet-12", 2, 0),
    ("mat-dynoMetricsBody", 1, 1),
    ("mat-routerMetricsBody", 2, 1),
    // Two such frames, then counts on their own lines, the last of which is wrong.
    ("logsnarf-readme", 5, 1),
];

type Read<'a> = Vec<Result<Line<'a>, Loss>>;

/// Compares every body of the corpus.
pub fn compare(corpus: &Corpus, report: &mut Report) {
    let strict = corpus.json("frames/STRICT-FRAMING.json");
    for name in corpus.names("frames", ".logplex") {
        let name = name.strip_suffix(".logplex").unwrap();
        let file = format!("frames/{name}");
        let body = corpus.bytes(format!("{file}.logplex"));
        let expected = corpus.json_if_any(&format!("{file}.expected.json")).unwrap_or(Value::Null);
        // Suites with STRUCTURED-DATA do not come from logplex.
        let from_logplex = !expected["has_structured_data"].as_bool().unwrap_or(false);
        let frames: Vec<_> = Frames::new(&body).collect();
        let read = frames.iter().map(|frame| frame.and_then(|it| syslog::parse(it, from_logplex))).collect();
        framing(report, &file, &body, &strict[name]);
        reduced(report, &file, &body, &read, from_logplex);
        if let Some(expected) = expected.as_object() {
            source(report, &file, expected, &read);
        }
    }
}

/// Compares the frames with those of a strict reader: their number, and that none of its valid
/// frames is missing.
fn framing(report: &mut Report, file: &str, body: &[u8], strict: &Value) {
    let frames: Vec<_> = Frames::new(body).collect();
    let good: Vec<_> = frames.iter().flatten().copied().collect();
    let name = file.strip_prefix("frames/").unwrap();
    let counts = |frames, losses| format!("{frames} frames, {losses} losses");
    let strict_frames = usize::try_from(strict["strict_frames"].as_u64().unwrap()).unwrap();
    let status = strict["strict_status"].as_str().unwrap();
    let expected = match DAMAGED.iter().find(|it| it.0 == name) {
        Some((_, frames, losses)) => counts(*frames, *losses),
        None if status == "ok" => counts(strict_frames, 0),
        None if is_short_by_one(status) => counts(strict_frames + 1, 0),
        None => format!("an entry in DAMAGED, for strictly there are {strict_frames} frames, then {status}"),
    };
    report.check(file, "frames", &expected, &counts(good.len(), frames.len() - good.len()));
    let strict = strictly(body);
    let missing = strict.iter().filter(|it| !good.contains(it)).count();
    report.check(file, "kept", "0 missing", &format!("{missing} missing"));
}

/// Matches a status such as `short: declared 83, 82 left`.
fn is_short_by_one(status: &str) -> bool {
    let numbers = status.strip_prefix("short: declared ").and_then(|it| it.strip_suffix(" left")?.split_once(", "));
    numbers.is_some_and(|(declared, left)| declared.parse::<usize>().unwrap() == left.parse::<usize>().unwrap() + 1)
}

/// The frames before the first error, as the simplest reader of counts finds them, if they begin
/// like a message.
fn strictly(body: &[u8]) -> Vec<&[u8]> {
    let (mut frames, mut rest) = (Vec::new(), body);
    while let Some(space) = rest.iter().position(|it| *it == b' ') {
        let count = std::str::from_utf8(&rest[..space]).ok().and_then(|it| it.parse().ok());
        let Some(frame) = count.and_then(|count: usize| rest[space + 1..].get(..count)) else { break };
        rest = &rest[space + 1 + frame.len()..];
        frames.push(frame);
    }
    // The frame before an error is valid only if its line ends with it.
    if !rest.trim_ascii().is_empty() && frames.last().is_some_and(|it| !it.ends_with(b"\n")) {
        frames.pop();
    }
    frames.retain(|it| it.first() == Some(&b'<') && it.len() <= FRAME_BYTES_MAX);
    frames
}

/// Checks that the reducer counts a line for each message and a loss for everything else.
fn reduced(report: &mut Report, file: &str, body: &[u8], read: &Read<'_>, from_logplex: bool) {
    let delta = Reducer::new().reduce(body, &Origin { from_logplex, ..Origin::default() });
    let lost: u64 = delta.losses.iter().filter(|it| it.0.is_whole_frame()).map(|it| it.1).sum();
    let lines = read.iter().flatten().count();
    let expected = format!("{lines} lines, {} losses", read.len() - lines);
    report.check(file, "reduced", &expected, &format!("{} lines, {lost} losses", delta.lines));
}

/// Compares everything that the source states about a body.
fn source(report: &mut Report, file: &str, stated: &Map<String, Value>, read: &Read<'_>) {
    let messages = read.iter().flatten().count();
    for (name, value) in stated {
        let (expected, found) = match (&**name, value) {
            ("messages", Value::Array(items)) => one_by_one(items, read),
            ("messages", Value::Number(count)) => (count.to_string(), messages.to_string()),
            ("source_states", Value::Object(states)) => facts::beside(states, |name| {
                let is_count = matches!(name, "frames" | "messages" | "Logplex-Msg-Count");
                is_count.then(|| messages.to_string())
            }),
            ("count", count) => {
                let (is_error, is_lossy) = (stated.contains_key("err"), read.len() > messages);
                (format!("{count}, error: {is_error}"), format!("{messages}, error: {is_lossy}"))
            }
            // A suite that states an error without a count expects no message.
            ("err", _) if !stated.contains_key("count") => ("0".to_owned(), messages.to_string()),
            ("wantPriority" | "entry", _) => every(name, value, read),
            ("best_effort", Value::Array(items)) => facts::messages(&stated_messages(items), read),
            ("bucket_names" | "internal_metrics", value) => (listed(value), metrics(name, read)),
            ("errors_counted", value) => (listed(value), metrics("codes", read)),
            _ => continue,
        };
        report.check(file, name, &expected, &found);
    }
}

/// The messages in order. A source that states only the valid ones says nothing about the others.
fn one_by_one(items: &[Value], read: &Read<'_>) -> (String, String) {
    facts::messages(&items.iter().map(Value::as_object).collect::<Vec<_>>(), &good(read))
}

fn good<'a>(read: &Read<'a>) -> Read<'a> {
    read.iter().filter(|it| it.is_ok()).copied().collect()
}

/// Compares the stated facts with every message.
fn every(name: &str, value: &Value, read: &Read<'_>) -> (String, String) {
    let facts = value.as_object().cloned().unwrap_or_else(|| Map::from_iter([(name.to_owned(), value.clone())]));
    let good = good(read);
    facts::messages(&vec![Some(&facts); good.len()], &good)
}

fn listed(value: &Value) -> String {
    value.as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect::<Vec<_>>().join(", ")
}

/// The metric names, error codes or reports of lost lines in all messages.
fn metrics(what: &str, read: &Read<'_>) -> String {
    let extracted = read.iter().flatten().map(|line| Extracted::of(line, ""));
    let shown = extracted.flat_map(|extracted| match what {
        "bucket_names" => extracted.measured.iter().map(|it| it.metric.clone()).collect(),
        // l2met reports these counts under a metric name of its own.
        "internal_metrics" => {
            let lost = extracted.lost.iter();
            lost.map(|it| format!("name=.logplex.{} source= vals=[{}]", it.0.to_ascii_lowercase(), it.1)).collect()
        }
        _ => Some(extracted.codes()).filter(|it| !it.is_empty()).into_iter().collect::<Vec<_>>(),
    });
    shown.collect::<Vec<_>>().join(", ")
}
