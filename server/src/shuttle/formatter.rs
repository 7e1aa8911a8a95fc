//! Formats a line as a frame: `COUNT SP <PRI>1 TIME HOST APP PROC - - text`.
//!
//! Writes both MSGID and STRUCTURED-DATA as NILVALUE. Logplex omits STRUCTURED-DATA, but a reader
//! can know that only from the header `Logplex-Drain-Token`, which a shuttle doesn't send: without
//! NILVALUE, text that starts with `- ` or `[` would be read as STRUCTURED-DATA.

use super::line_format::{CliLine, escapes_end};
use crate::clock;

/// The header fields of raw lines; set by log-shuttle's flags.
#[derive(Clone, Debug)]
pub(crate) struct Identity {
    pub hostname: String,
    pub appname: String,
    pub procid: String,
    /// Facility and severity: 8 times the one and the other.
    pub priority: u8,
    /// MSGID.
    pub msgid: String,
}

/// Longest field of a header, bytes.
const FIELD_BYTES_MAX: usize = 48;

/// Whether a text can be a field of a header: printable ASCII without spaces.
#[must_use]
pub(crate) fn is_field(text: &str) -> bool {
    matches!(text.len(), 1..=FIELD_BYTES_MAX) && text.bytes().all(|it| it.is_ascii_graphic())
}

/// local7.info, as log-shuttle and apps on Heroku use.
pub(crate) const PRIORITY_RAW: u8 = 190;

impl Identity {
    /// Appends the header of a raw line that was read at `at_us` (unix microseconds).
    pub(crate) fn push_header(&self, out: &mut Vec<u8>, at_us: i64) {
        push_priority(out, self.priority);
        clock::push_timestamp(out, at_us);
        for field in [&self.hostname, &self.appname, &self.procid] {
            out.push(b' ');
            out.extend_from_slice(field.as_bytes());
        }
        out.push(b' ');
        out.extend_from_slice(self.msgid.as_bytes());
        out.extend_from_slice(b" - ");
    }
}

/// Appends the header that logplex would have written for a line of the Heroku CLI.
pub(crate) fn push_cli_header(out: &mut Vec<u8>, line: &CliLine<'_>) {
    push_priority(out, priority(line.app, line.proc_id));
    out.extend_from_slice(line.time);
    for field in [b"host".as_slice(), line.app, line.proc_id] {
        out.push(b' ');
        out.extend_from_slice(field);
    }
    out.extend_from_slice(b" - - ");
}

/// The priorities of Heroku's own sources: local3.info, syslog.notice, local0.info, local7.info.
#[must_use]
pub(crate) fn priority(app: &[u8], proc_id: &[u8]) -> u8 {
    match (app, proc_id) {
        (b"heroku", b"router") => 158,
        (b"heroku", b"logplex") => 172,
        (b"heroku", _) => 45,
        (b"app", b"api" | b"heroku-postgres" | b"heroku-redis" | b"heroku-pgbouncer") => 134,
        _ => PRIORITY_RAW,
    }
}

/// Appends one frame. The octet count covers header, text and, when the line ends here, its LF.
pub(crate) fn push_frame(out: &mut Vec<u8>, header: &[u8], text: &[u8], ends_line: bool) {
    push_number(out, header.len() + text.len() + usize::from(ends_line));
    out.push(b' ');
    out.extend_from_slice(header);
    out.extend_from_slice(text);
    if ends_line {
        out.push(b'\n');
    }
}

/// Appends `text` without its colour escapes.
pub(crate) fn push_without_colours(out: &mut Vec<u8>, text: &[u8]) {
    let mut rest = text;
    while let Some(escape) = memchr::memchr(0x1b, rest) {
        out.extend_from_slice(&rest[..escape]);
        let end = escapes_end(&rest[escape..]);
        if end == 0 {
            out.push(0x1b);
        }
        rest = &rest[escape + end.max(1)..];
    }
    out.extend_from_slice(rest);
}

fn push_priority(out: &mut Vec<u8>, priority: u8) {
    out.push(b'<');
    push_number(out, usize::from(priority));
    out.extend_from_slice(b">1 ");
}

fn push_number(out: &mut Vec<u8>, number: usize) {
    if number >= 10 {
        push_number(out, number / 10);
    }
    out.push(b'0' + u8::try_from(number % 10).unwrap_or(0));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_priority(app: &str, proc_id: &str, expected: u8) {
        assert_eq!(priority(app.as_bytes(), proc_id.as_bytes()), expected);
    }

    #[track_caller]
    fn check_uncoloured(text: &str, expected: &str) {
        let mut out = Vec::new();
        push_without_colours(&mut out, text.as_bytes());
        assert_eq!(String::from_utf8_lossy(&out), expected);
    }

    #[test]
    fn ok_priorities() {
        check_priority("heroku", "router", 158);
        check_priority("heroku", "web.1", 45);
        check_priority("app", "api", 134);
        check_priority("app", "web.1", 190);
        check_priority("other", "router", 190);
    }

    #[test]
    fn ok_raw_frame() {
        let identity = Identity {
            hostname: "h".into(),
            appname: "a".into(),
            procid: "p".into(),
            priority: 190,
            msgid: "-".into(),
        };
        let (mut header, mut out) = (Vec::new(), Vec::new());
        identity.push_header(&mut header, 1_795_444_267_123_456);
        push_frame(&mut out, &header, b"- [x]", true);
        push_frame(&mut out, &header, b"", false);
        let expected = "56 <190>1 2026-11-23T14:31:07.123456+00:00 h a p - - - [x]\n50 <190>1 2026-11-23T14:31:07.123456+00:00 h a p - - ";
        assert_eq!(String::from_utf8_lossy(&out), expected);
    }

    #[test]
    fn ok_uncoloured() {
        check_uncoloured("plain", "plain");
        check_uncoloured("\x1b[36mat\x1b[39m=\x1b[1;32minfo\x1b[0m", "at=info");
        check_uncoloured("a\x1b", "a\x1b");
        check_uncoloured("a\x1b[2Kb", "a\x1b[2Kb");
    }
}
