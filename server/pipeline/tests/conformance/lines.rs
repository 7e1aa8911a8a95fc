//! Published log lines, one by one: each is read in its form without a loss, and gives what its
//! source states. Case numbers are line numbers, from 1. Whole bodies are compared in `frames.rs`.

use pipeline::{EventKind, Kind, Line, logfmt::Pairs, syslog, text, time};
use serde_json::{Map, Value};

use crate::{
    corpus::Corpus,
    extracted::Extracted,
    facts::{self, lossy},
    report::Report,
};

/// Compares every file of lines.
pub fn compare(corpus: &Corpus, report: &mut Report) {
    for name in corpus.names("lines", ".log") {
        let stem = name.strip_suffix(".log").unwrap();
        let expected = corpus.json_if_any(&format!("lines/{stem}.expected.json"));
        let form = stem.rsplit_once('.').map_or("", |it| it.1);
        let (file, text) = (format!("lines/{name}"), corpus.bytes(format!("lines/{name}")));
        let lines: Vec<_> = text.strip_suffix(b"\n").unwrap_or(&text).split(|it| *it == b'\n').collect();
        let stated = expected.as_ref().map(|it| it.as_array().unwrap());
        if let Some(stated) = stated.filter(|it| it.len() != lines.len()) {
            report.fail(&file, "all", &format!("{} lines, and {} expectations", lines.len(), stated.len()));
        }
        for (number, bytes) in lines.iter().enumerate() {
            let stated = stated.map(|it| &it[number]);
            let (expected, found) = one(form, bytes, stated);
            report.check(&file, &(number + 1).to_string(), &expected, &found);
        }
    }
}

/// What is expected of a line, and what was found.
fn one(form: &str, bytes: &[u8], stated: Option<&Value>) -> (String, String) {
    // A message without a header gets the one that it had originally.
    let proc_id = process(&lossy(bytes), stated);
    let framed = [b"<190>1 2013-07-22T00:06:26+00:00 host app ", proc_id.as_bytes(), b" - ", bytes].concat();
    let times = &mut time::Parser::default();
    let line = match form {
        "syslog" => match syslog::parse(bytes, false) {
            Ok(line) => line,
            Err(loss) => return ("read".to_owned(), format!("refused: {}", loss.word())),
        },
        "msg" if !proc_id.is_empty() => syslog::parse(&framed, true).unwrap(),
        _ => text::line(times, bytes),
    };
    let prefix = stated.and_then(|it| it["query"].as_str()?.split_once("source-prefix=")).map_or("", |it| it.1);
    let extracted = Extracted::of(&line, prefix);
    let is_read = match form {
        "cli" | "frame" => !line.app.is_empty() && !line.proc_id.is_empty() && !line.msg.is_empty(),
        _ => !line.msg.is_empty(),
    };
    let mut found = if is_read { "read" } else { "unread" }.to_owned();
    found.extend(extracted.losses.iter().map(|it| format!(" lost {}", it.word())));
    let (stated, facts) = stated.map_or_else(Default::default, |it| beside(it, &line, &extracted));
    (format!("read {} {stated}", by_words(&line)), format!("{found} {} {facts}", by_pipeline(&line, &extracted)))
}

/// The PROCID of a message without a header: the one that its source states, or `router` for router
/// lines.
fn process<'a>(text: &str, stated: Option<&'a Value>) -> &'a str {
    let is_of_router = text.contains(" method=");
    stated.and_then(|it| it["procid"].as_str()).unwrap_or(if is_of_router { "router" } else { "" })
}

/// What splitting a line at blanks finds: the last status and dyno of a request, or the number of
/// measurements.
fn by_words(line: &Line<'_>) -> String {
    let text = lossy(line.msg);
    let last = |key| text.split(' ').filter_map(|it| it.strip_prefix(key)).next_back();
    let is_request = line.proc_id == b"router" && (last("service=").is_some() || last("method=").is_some());
    if is_request {
        let (status, dyno) = (last("status=").unwrap_or(""), last("dyno=").or_else(|| last("web=")).unwrap_or(""));
        return format!("1 requests {} {dyno}", status.parse().unwrap_or(0));
    }
    let prefixes = ["sample#", "measure#", "measure.", "count#"];
    let count = text.split(' ').filter(|it| prefixes.iter().any(|prefix| it.starts_with(prefix))).count();
    format!("{count} measurements")
}

/// The same facts as found by the pipeline. For database lines the number is 0, because splitting
/// at blanks does not find their measurements.
fn by_pipeline(line: &Line<'_>, extracted: &Extracted) -> String {
    match (extracted.of_request("status"), extracted.of_request("dyno")) {
        (Some(status), Some(dyno)) => format!("{} requests {status} {dyno}", extracted.requests.len()),
        _ if line.proc_id.starts_with(b"postgres.") => "0 measurements".to_owned(),
        _ => format!("{} measurements", extracted.measured.iter().filter(|it| !it.metric.starts_with("dyno.")).count()),
    }
}

/// What the source states about a line, and what was found.
fn beside(stated: &Value, line: &Line<'_>, extracted: &Extracted) -> (String, String) {
    match stated {
        // Files that state codes have `null` for lines without a code.
        Value::Null => ("codes ".to_owned(), format!("codes {}", extracted.codes())),
        Value::String(word) => {
            (word.clone(), if does_as(word, extracted) { word.clone() } else { "otherwise".to_owned() })
        }
        Value::Object(facts) => facts::beside(&spelled(facts), |name| fact(name, line, extracted)),
        other => (other.to_string(), "a statement of a form that is not known here".to_owned()),
    }
}

/// Whether a line was read as its source's keyword says.
fn does_as(word: &str, extracted: &Extracted) -> bool {
    match word.split([' ', ':']).next().unwrap() {
        "router" => extracted.requests.len() == 1,
        "sample" => extracted.measured.iter().any(|it| it.kind == Kind::Gauge),
        "scaling" => extracted.events == [EventKind::Scale],
        "release" => extracted.events == [EventKind::Release],
        "handled" => !extracted.is_empty(),
        "(dropped" | "not" => extracted.is_empty(),
        _ => false,
    }
}

/// A fact about a line, by the source's name for it.
fn fact(name: &str, line: &Line<'_>, extracted: &Extracted) -> Option<String> {
    match name {
        "code" => Some(extracted.codes()),
        "desc" | "request_id" | "fwd" | "host" => {
            Pairs::new(line.msg).find(|it| it.key == name.as_bytes()).map(|it| lossy(it.value))
        }
        "method" | "path" | "dyno" | "connect" | "service" | "status" | "bytes" => {
            Some(extracted.of_request(name).unwrap_or_default())
        }
        "samples" => {
            Some(sorted(extracted.measured.iter().map(|it| format!("{} {}{}", it.metric, it.value, it.unit)).collect()))
        }
        "buckets" => {
            let buckets = extracted.measured.iter().map(|it| format!("{}{{{}}} {}", it.metric, it.source, it.value));
            Some(sorted(buckets.collect()))
        }
        _ => facts::of_line(name, line),
    }
}

/// The facts of a source, with its lists in our form.
fn spelled(stated: &Map<String, Value>) -> Map<String, Value> {
    let word = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let spell = |name: &str, value: &Value| match (name, value) {
        ("samples", Value::Array(all)) => {
            let all = all.iter().map(|it| format!("{} {}{}", word(&it[0]), number(&it[1]), word(&it[2])));
            Value::String(sorted(all.collect()))
        }
        ("buckets", Value::Array(all)) => {
            let all = all.iter().map(|bucket| {
                let values: Vec<_> = bucket["vals"].as_array().unwrap().iter().map(number).collect();
                format!("{}{{{}}} {}", word(&bucket["name"]), word(&bucket["source"]), values.join(" "))
            });
            Value::String(sorted(all.collect()))
        }
        (_, value) => value.clone(),
    };
    stated.iter().map(|(name, value)| (name.clone(), spell(name, value))).collect()
}

fn number(value: &Value) -> String {
    value.as_f64().unwrap().to_string()
}

fn sorted(mut all: Vec<String>) -> String {
    all.sort();
    all.join(", ")
}
