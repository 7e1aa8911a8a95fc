//! Compares the facts that a suite states about a message with what the pipeline read. Fields that
//! the pipeline does not keep (version, MSGID, STRUCTURED-DATA) are not compared.

use pipeline::{Line, Loss, time};
use serde_json::{Map, Value};

/// The facts of `stated` as two texts: as stated, and as found. `found` returns the value of a
/// name, or `None` if the pipeline does not keep it.
pub fn beside(stated: &Map<String, Value>, found: impl Fn(&str) -> Option<String>) -> (String, String) {
    let (mut left, mut right) = (Vec::new(), Vec::new());
    for (name, value) in stated {
        if let Some(found) = found(name) {
            left.push(format!("{name}={}", text(name, value)));
            right.push(format!("{name}={found}"));
        }
    }
    (left.join(" "), right.join(" "))
}

/// A field of the line, by the suite's name for it.
pub fn of_line(name: &str, line: &Line<'_>) -> Option<String> {
    Some(match &*name.to_ascii_lowercase() {
        "pri" | "priority" | "wantpriority" => (line.facility * 8 + line.severity).to_string(),
        "facility" => line.facility.to_string(),
        "severity" => line.severity.to_string(),
        "time" | "timestamp" | "unix_time" => moment(line.time_ms),
        "host" | "hostname" => lossy(line.host),
        "app" | "appname" | "source" => lossy(line.app),
        "proc" | "procid" | "proc_id" | "process" | "dynoname" => lossy(line.proc_id),
        "msg" | "message" => lossy(line.msg),
        _ => return None,
    })
}

/// The message without its final line end, which our readers do not keep.
fn without_line_end(msg: &str) -> &str {
    msg.strip_suffix('\n').map_or(msg, |it| it.strip_suffix('\r').unwrap_or(it))
}

fn text(name: &str, value: &Value) -> String {
    match (&*name.to_ascii_lowercase(), value) {
        ("time" | "timestamp", Value::String(it)) => moment(time::parse(it.as_bytes())),
        #[expect(clippy::cast_possible_truncation, reason = "seconds of this century")]
        ("unix_time", Value::Number(it)) => moment(Some((it.as_f64().unwrap() * 1_000.0).floor() as i64)),
        ("msg" | "message", Value::String(it)) => without_line_end(it).to_owned(),
        (_, Value::String(it)) => it.clone(),
        (_, other) => other.to_string(),
    }
}

fn moment(at_ms: Option<i64>) -> String {
    at_ms.map_or_else(|| "none".to_owned(), |it| it.to_string())
}

/// Bytes as text, with invalid UTF-8 replaced.
pub fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A list of messages as two texts: as a suite states them, and as they were read. `Some` holds
/// facts that must all be found, `None` stands for a refused message.
pub fn messages(stated: &[Option<&Map<String, Value>>], read: &[Result<Line<'_>, Loss>]) -> (String, String) {
    let mut left: Vec<_> =
        stated.iter().map(|facts| facts.map_or("refused".to_owned(), |it| beside(it, |_| None).0)).collect();
    let mut right = Vec::new();
    for (place, line) in read.iter().enumerate() {
        let facts = stated.get(place).copied().flatten();
        right.push(match (line, facts) {
            (Err(_), _) => "refused".to_owned(),
            (Ok(line), Some(facts)) => {
                let (stated, found) = beside(facts, |name| of_line(name, line));
                left[place] = stated;
                found
            }
            (Ok(_), None) => "read".to_owned(),
        });
    }
    // A stated message that was not read is shown as missing.
    for (place, facts) in stated.iter().enumerate() {
        if facts.is_some() && !matches!(read.get(place), Some(Ok(_))) {
            left[place] = "a message".to_owned();
        }
    }
    (left.join(" | "), right.join(" | "))
}
