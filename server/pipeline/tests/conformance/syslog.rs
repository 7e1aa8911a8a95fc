//! Compares suites of syslog messages: the grammar of RFC 5424, and messages that end in a trailer.
//! Names of errors, and fields that we do not keep, are not compared.

use pipeline::{Frames, syslog};
use serde_json::{Map, Value};

use crate::{
    corpus::{cases, input},
    facts,
    report::Report,
    wanted,
};

/// A suite of messages, each marked valid or not, with fields in Go's notation.
pub fn machine(report: &mut Report, file: &str, suite: &Value) {
    for (number, case) in cases(suite) {
        let message = input(case);
        // A valid message is also read through the framing, which must not change it.
        let body = [message.len().to_string().as_bytes(), b" ", &message].concat();
        let frame = if case["valid"] == true { Frames::new(&body).next().unwrap() } else { Ok(&*message) };
        let line = frame.and_then(|it| syslog::parse(it, false));
        let (expected, found) = match (case["valid"].as_bool(), line) {
            (Some(true), Ok(line)) => facts::beside(&fields(case), |name| facts::of_line(name, &line)),
            (Some(true), Err(loss)) => ("read".to_owned(), format!("refused: {}", loss.word())),
            (_, line) => ("refused".to_owned(), if line.is_ok() { "read" } else { "refused" }.to_owned()),
        };
        report.check(file, &number.to_string(), &expected, &found);
    }
}

/// The fields that we keep. A field that the case leaves out is `-`, and a missing text is empty.
/// Values that the corpus truncated are skipped.
fn fields(case: &Value) -> Map<String, Value> {
    let stated = &case["fields"];
    let field = |name: &str, absent: &str| {
        let value = stated[name].as_str().map_or_else(|| Some(absent.to_owned()), wanted::go);
        value.map(|it| (name.to_owned(), Value::String(it)))
    };
    let fields =
        [("Hostname", "-"), ("Appname", "-"), ("ProcID", "-"), ("Message", ""), ("Timestamp", "-"), ("Priority", "")];
    fields.into_iter().filter_map(|(name, absent)| field(name, absent)).collect()
}

/// The messages that go-syslog reads. An item with a message counts even if it also has an error.
pub fn stated(items: &[Value]) -> Vec<Option<&Map<String, Value>>> {
    items.iter().map(|it| it["message"].as_object()).collect()
}

/// A suite of messages with a trailer, each read with both kinds of trailer.
pub fn trailed(report: &mut Report, file: &str, suite: &Value) {
    for (number, case) in cases(suite) {
        let text = String::from_utf8(input(case)).unwrap();
        for (name, trailer) in [("LF", "\n"), ("NUL", "\0")] {
            let body = text.replace("%[1]s", trailer).into_bytes();
            let read: Vec<_> = Frames::new(&body).map(|frame| frame.and_then(|it| syslog::parse(it, false))).collect();
            let (expected, found) = facts::messages(&stated(case["strict"].as_array().unwrap()), &read);
            report.check(file, &format!("{number} {name}"), &expected, &found);
        }
    }
}
