//! Frames as JSON lines (`application/x-ndjson`), for `--json`.
//!
//! ```text
//! {"time":"2026-11-28T10:00:00.000000+00:00","level":"info","host":"h","procid":"web.1","message":"plain text"}
//! {"procid":"web.1","level":"warn","time":"…","msg":"an object of the app"}
//! ```
//! An object that the app has written stays one, so that the server finds time, level, message and
//! app in it. Added is what flags name (`procid`, `appname`), and `_time` where it says no time.
//! Any other text becomes a message. Bytes that are no UTF-8 are replaced.

use pipeline::{Frames, Line, syslog};
use serde::{Deserialize, Serialize, de::IgnoredAny};

use crate::clock;

/// APP-NAME and PROCID that no flag has named.
const DEFAULT_APP: &str = "app";
const DEFAULT_PROCID: &str = "shuttle";
/// The names of the eight severities.
const LEVELS: [&str; 8] = ["emergency", "alert", "critical", "error", "warning", "notice", "info", "debug"];

/// A text with what its header says.
#[derive(Serialize)]
struct Message<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<String>,
    level: &'a str,
    host: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    app: Option<&'a str>,
    procid: &'a str,
    message: &'a str,
}

/// What is added to an object.
#[derive(Serialize)]
struct Added<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    _time: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    appname: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    procid: Option<&'a str>,
}

/// The names under which an object may say its time.
#[derive(Deserialize)]
struct Times {
    timestamp: Option<IgnoredAny>,
    #[serde(rename = "@timestamp")]
    at_timestamp: Option<IgnoredAny>,
    time: Option<IgnoredAny>,
    ts: Option<IgnoredAny>,
    date: Option<IgnoredAny>,
    datetime: Option<IgnoredAny>,
    _time: Option<IgnoredAny>,
}

/// The records of frames, one a line. A frame that cannot be read is left out.
#[must_use]
pub(crate) fn of_frames(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len() * 5 / 4);
    for frame in Frames::new(body).filter_map(Result::ok) {
        if let Ok(line) = syslog::parse(frame, false) {
            push(&mut out, &line);
            out.push(b'\n');
        }
    }
    out
}

fn push(out: &mut Vec<u8>, line: &Line<'_>) {
    let [host, app, procid, message] = [line.host, line.app, line.proc_id, line.msg].map(String::from_utf8_lossy);
    let time = || {
        let mut text = Vec::new();
        clock::push_timestamp(&mut text, line.time_ms?.saturating_mul(1_000));
        String::from_utf8(text).ok()
    };
    let app = (app != DEFAULT_APP).then_some(&*app);
    let object = message.trim();
    let Some(says_time) = says_time(object) else {
        let level = LEVELS.get(usize::from(line.severity)).unwrap_or(&"info");
        return append(out, &Message { time: time(), level, host: &host, app, procid: &procid, message: &message });
    };
    let added = Added {
        _time: if says_time { None } else { time() },
        appname: app,
        procid: (procid != DEFAULT_PROCID).then_some(&*procid),
    };
    let begin = out.len();
    append(out, &added);
    let is_any = out.len() > begin + 2;
    let rest = object[1..].trim_start();
    out.pop();
    if is_any && rest != "}" {
        out.push(b',');
    }
    // JSON may have line ends between its parts; a record is one line.
    out.extend(rest.bytes().map(|it| if it == b'\n' || it == b'\r' { b' ' } else { it }));
}

/// Whether an object says its time; `None` for what is no object.
fn says_time(text: &str) -> Option<bool> {
    let all = text.starts_with('{').then(|| serde_json::from_str::<Times>(text).ok()).flatten()?;
    let Times { timestamp, at_timestamp, time, ts, date, datetime, _time } = all;
    Some([timestamp, at_timestamp, time, ts, date, datetime, _time].iter().any(Option::is_some))
}

/// Writing to memory doesn't fail.
fn append(out: &mut Vec<u8>, value: &impl Serialize) {
    _ = serde_json::to_writer(out, value);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(header: &str, text: &str, expected: &str) {
        let frame = format!("<190>1 2026-11-23T14:31:07.123456+00:00 h {header} - - {text}");
        let body = format!("{} {frame}", frame.len());
        assert_eq!(String::from_utf8_lossy(&of_frames(body.as_bytes())), format!("{expected}\n"));
    }

    #[test]
    fn ok_texts_and_objects() {
        const TIME: &str = "2026-11-23T14:31:07.123000+00:00";
        let wrapped = |app: &str, procid: &str, message: &str| {
            format!(r#"{{"time":"{TIME}","level":"info","host":"h",{app}"procid":"{procid}","message":{message}}}"#)
        };
        check("app shuttle", "a \"b\"", &wrapped("", "shuttle", r#""a \"b\"""#));
        check("shop web.1", "{not JSON}", &wrapped(r#""app":"shop","#, "web.1", r#""{not JSON}""#));
        check("app shuttle", "[1]", &wrapped("", "shuttle", r#""[1]""#));
        check("app shuttle", r#"{"ts":1,"msg":"x"}"#, r#"{"ts":1,"msg":"x"}"#);
        check(
            "shop web.1",
            r#"{ "msg":"x"}"#,
            &format!(r#"{{"_time":"{TIME}","appname":"shop","procid":"web.1","msg":"x"}}"#),
        );
        check("app shuttle", "{}", &format!(r#"{{"_time":"{TIME}"}}"#));
        check("app web.1", r#"{"time":1}"#, r#"{"procid":"web.1","time":1}"#);
    }
}
