//! Compares suites of `key=value` readers with ours. A suite's `true` or `null` for a key without a
//! value is our empty value. Types are not compared, since our reader returns text only.

use pipeline::logfmt::{Pairs, unescape};
use serde_json::Value;

use crate::{
    corpus::{cases, input},
    facts::lossy,
    report::Report,
    wanted,
};

type Pair = (String, String);

/// The unescaped pairs of a text, and whether a quote was left open.
fn read(text: &[u8]) -> (Vec<Pair>, bool) {
    let mut pairs = Pairs::new(text);
    let read = pairs.by_ref().map(|pair| {
        let mut value = Vec::new();
        if pair.is_escaped {
            unescape(pair.value, &mut value);
        } else {
            value.extend_from_slice(pair.value);
        }
        (lossy(pair.key), lossy(&value))
    });
    let read = read.collect();
    (read, pairs.is_unterminated())
}

fn shown(pairs: &[Pair]) -> String {
    pairs.iter().map(|(key, value)| format!("{key}={value:?}")).collect::<Vec<_>>().join(" ")
}

/// The pairs as a map: unordered, and `true` for a key without a value.
fn shown_as_map(mut pairs: Vec<Pair>) -> String {
    pairs.sort();
    for (_, value) in &mut pairs {
        if value.is_empty() {
            "true".clone_into(value);
        }
    }
    shown(&pairs)
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The pairs of a JSON array of `[key, value]`.
fn stated(pairs: &Value) -> Vec<Pair> {
    pairs.as_array().unwrap().iter().map(|it| (text(&it[0]), text(&it[1]))).collect()
}

/// A suite of lists of pairs. A case with an error expects no pairs.
pub fn kr(report: &mut Report, file: &str, suite: &Value) {
    for (number, case) in cases(suite) {
        let (pairs, is_open) = read(&input(case));
        let error = |is_error| if is_error { " and an error" } else { "" };
        let expected = shown(&stated(&case["pairs"])) + error(!case["error"].is_null());
        report.check(file, &number.to_string(), &expected, &(shown(&pairs) + error(is_open)));
    }
}

/// A suite whose cases are records, one a line, or errors.
pub fn records(report: &mut Report, file: &str, suite: &Value) {
    for (number, case) in cases(suite) {
        let bytes = input(case);
        let lines = if bytes.is_empty() { Vec::new() } else { without_end(&bytes).split(|it| *it == b'\n').collect() };
        let read: Vec<_> = lines.into_iter().map(read).collect();
        let found = if read.iter().any(|it| it.1) {
            "an error".to_owned()
        } else {
            read.iter().map(|it| shown(&it.0)).collect::<Vec<_>>().join(" | ")
        };
        let records = case["records"].as_array();
        let records = records.map(|all| all.iter().map(|it| shown(&stated(it))).collect::<Vec<_>>().join(" | "));
        report.check(file, &number.to_string(), &records.unwrap_or_else(|| "an error".to_owned()), &found);
    }
}

fn without_end(bytes: &[u8]) -> &[u8] {
    bytes.strip_suffix(b"\n").unwrap_or(bytes)
}

/// A suite that states pairs as JSON objects.
pub fn objects(report: &mut Report, file: &str, suite: &Value) {
    for (number, case) in cases(suite) {
        let pairs = case["expected"].as_object().unwrap();
        let expected = pairs.iter().map(|(key, value)| (key.clone(), text(value))).collect();
        let found = read(&input(case)).0;
        report.check(file, &number.to_string(), &shown_as_map(expected), &shown_as_map(found));
    }
}

/// A suite that states pairs as Elixir maps.
pub fn elixir(report: &mut Report, file: &str, suite: &Value) {
    source_text(report, file, suite, "elixir_expectation", wanted::elixir);
}

/// A suite that states pairs as VRL values.
pub fn vrl(report: &mut Report, file: &str, suite: &Value) {
    source_text(report, file, suite, "want", wanted::vrl);
}

fn source_text(report: &mut Report, file: &str, suite: &Value, key: &str, parse: fn(&str) -> Option<Vec<Pair>>) {
    for (number, case) in cases(suite) {
        let text = case[key].as_str().unwrap();
        let expected = parse(text).map_or_else(|| text.to_owned(), shown_as_map);
        report.check(file, &number.to_string(), &expected, &shown_as_map(read(&input(case)).0));
    }
}

/// A suite of a filter that passes l2met's pairs through. The same pairs must be found.
pub fn shuttle(report: &mut Report, file: &str, suite: &Value) {
    let is_l2met = |key: &str| {
        let name = ["count#", "measure#", "sample#", "unique#"].into_iter().find_map(|it| key.strip_prefix(it));
        key == "source" || name.is_some_and(|it| !it.is_empty())
    };
    for (number, case) in cases(suite) {
        let mut pairs = read(&input(case)).0;
        pairs.retain(|(key, _)| is_l2met(key));
        let found: Vec<_> = pairs.iter().map(|(key, value)| format!("{key}={value}")).collect();
        report.check(file, &number.to_string(), case["output"].as_str().unwrap_or(""), &found.join(" "));
    }
}
