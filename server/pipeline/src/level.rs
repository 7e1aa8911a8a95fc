//! Severity of a line: error, warning or none. It is for filtering lines, and nothing is counted by
//! it.
//!
//! Drains give every line the severity of the transport, so the text decides: the forms of the
//! platform and the router, a level in logfmt or JSON, and the word or letter that common loggers
//! begin a line with. A client's words (paths, user agents) are never used.

pub use contract::Level;
use memchr::memmem;

use crate::{Line, logfmt::Pairs};

/// How many bytes at the beginning of a text are examined.
const HEAD_BYTES: usize = 160;

/// The level of a line.
#[must_use]
pub fn of(line: &Line<'_>) -> Level {
    let head = &line.msg[..line.msg.len().min(HEAD_BYTES)];
    if line.proc_id == b"router" {
        return router(line.msg, head);
    }
    match line.severity {
        0..=3 => return Level::Error,
        4 => return Level::Warning,
        _ => {}
    }
    if line.app == b"heroku" && (head.starts_with(b"Error ") || memmem::find(head, b"to crashed").is_some()) {
        return Level::Error;
    }
    if head.first() == Some(&b'{') { json(head) } else { named(head).unwrap_or_else(|| leading(head)) }
}

/// Whether a word is the name of a level in any common logger.
pub(crate) fn is_name(name: &[u8]) -> bool {
    from_name(name).is_some()
}

/// The level that loggers call by this name, in any case.
fn from_name(name: &[u8]) -> Option<Level> {
    let is = |names: &[&str]| names.iter().any(|it| name.eq_ignore_ascii_case(it.as_bytes()));
    if is(&["error", "err", "fatal", "critical", "crit", "alert", "emergency", "emerg", "panic", "severe"]) {
        Some(Level::Error)
    } else if is(&["warning", "warn"]) {
        Some(Level::Warning)
    } else {
        is(&["info", "information", "debug", "trace", "notice", "verbose"]).then_some(Level::Other)
    }
}

/// The status comes after the path, which holds a client's words: the last `status=` is the
/// router's own.
fn router(msg: &[u8], head: &[u8]) -> Level {
    if head.starts_with(b"at=error") {
        return Level::Error;
    }
    match memmem::rfind(msg, b" status=").and_then(|at| msg.get(at + 8)) {
        Some(b'5') => Level::Error,
        _ => Level::Other,
    }
}

/// The level of a logfmt line.
fn named(head: &[u8]) -> Option<Level> {
    memchr::memchr(b'=', head)?;
    let mut pairs =
        Pairs::new(head).filter(|it| matches!(it.key, b"level" | b"lvl" | b"severity" | b"at" | b"log_level"));
    pairs.find_map(|it| from_name(it.value))
}

/// The level of a JSON line, near its beginning.
fn json(head: &[u8]) -> Level {
    let keys: [&[u8]; 3] = [b"\"level\":", b"\"severity\":", b"\"lvl\":"];
    let value = keys.iter().find_map(|key| memmem::find(head, key).map(|at| head[at + key.len()..].trim_ascii_start()));
    let Some(rest) = value else { return Level::Other };
    match rest.strip_prefix(b"\"") {
        Some(quoted) => quoted.split(|it| *it == b'"').next().and_then(from_name).unwrap_or_default(),
        // Levels of bunyan and pino: 40 is a warning, 50 and 60 are errors.
        None => match rest {
            [b'5' | b'6', b'0', ..] => Level::Error,
            [b'4', b'0', ..] => Level::Warning,
            _ => Level::Other,
        },
    }
}

/// The word that a line begins with, perhaps after a date: `[ERROR] …`, `E, [2026-…`, `2026-09-21
/// 14:13:18,120 WARNING …`.
fn leading(head: &[u8]) -> Level {
    match head {
        [b'E' | b'F', b',', b' ', b'[', ..] => return Level::Error,
        [b'W', b',', b' ', b'[', ..] => return Level::Warning,
        _ => {}
    }
    let is_edge = |it: &u8| !it.is_ascii_alphabetic();
    for word in head.split(is_edge).filter(|it| !it.is_empty()).take(3) {
        // In lower case it may be any word of a sentence.
        if word.iter().all(u8::is_ascii_uppercase)
            && let Some(level) = from_name(word)
        {
            return level;
        }
    }
    Level::Other
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(app: &str, proc_id: &str, msg: &str, expected: Level) {
        let line = Line {
            severity: 6,
            app: app.as_bytes(),
            proc_id: proc_id.as_bytes(),
            msg: msg.as_bytes(),
            ..Line::default()
        };
        assert_eq!(of(&line), expected, "{msg}");
    }

    #[test]
    fn ok_levels() {
        use Level::{Error, Other, Warning};
        for (app, proc_id, msg, expected) in [
            ("heroku", "router", "at=info method=GET path=\"/ status=500 \" host=h status=200 bytes=1", Other),
            ("heroku", "router", "at=info method=GET path=\"/\" host=h status=503 bytes=1", Error),
            ("heroku", "router", "at=error code=H12 desc=\"Request timeout\" method=GET", Error),
            ("heroku", "web.1", "Error R14 (Memory quota exceeded)", Error),
            ("heroku", "web.1", "State changed from up to crashed", Error),
            ("heroku", "web.1", "Starting process with command `error`", Other),
            ("app", "web.1", "level=warn msg=\"slow\"", Warning),
            ("app", "web.1", "ts=1 level=\"ERROR\" msg=a", Error),
            ("app", "web.1", "at=error path=/orders", Error),
            ("app", "web.1", "level=info error=none", Other),
            ("app", "web.1", "{\"time\":1,\"level\":\"fatal\",\"msg\":\"a\"}", Error),
            ("app", "web.1", "{\"level\":40,\"msg\":\"a\"}", Warning),
            ("app", "web.1", "{\"msg\":\"error\"}", Other),
            ("app", "web.1", "E, [2026-09-21T14:13:18.120 #4] ERROR -- : no", Error),
            ("app", "web.1", "W, [2026-09-21T14:13:18.120 #4]  WARN -- : no", Warning),
            ("app", "web.1", "[ERROR] it broke", Error),
            ("app", "web.1", "2026-09-21 14:13:18,120 WARNING it may break", Warning),
            ("app", "web.1", "2026-09-21T14:13:18Z ERROR it broke", Error),
            ("app", "web.1", "no error was found, ERROR is a word", Other),
            ("app", "web.1", "", Other),
        ] {
            check(app, proc_id, msg, expected);
        }
    }

    #[test]
    fn ok_severities_of_the_transport() {
        for (severity, expected) in [(3, Level::Error), (4, Level::Warning), (5, Level::Other)] {
            let line = Line { severity, app: b"app", proc_id: b"web.1", msg: b"a", ..Line::default() };
            assert_eq!(of(&line), expected);
        }
    }
}
