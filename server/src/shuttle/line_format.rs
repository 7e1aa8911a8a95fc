//! Detects the format of a line on stdin by its first bytes.
//!
//! ```text
//! 83 <40>1 2012-11-30T06:45:29+00:00 host app web.3 - …      framed: what a drain posts
//! <190>1 2026-11-23T14:31:07+00:00 h app web.1 - - …         RFC 5424
//! 2026-11-23T14:31:07.123456+00:00 heroku[router]: at=info … what `heroku logs -t` prints
//! anything else                                              raw
//! ```
//! Changes nothing; [`super::formatter`] does.

use super::syslog;

/// How stdin is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum InputFormat {
    /// Each line as it looks.
    Auto,
    /// Lines of text.
    Raw,
    /// One RFC 5424 message a line.
    Rfc5424,
    /// What `heroku logs -t` prints; a line that is not like that is raw.
    Cli,
    /// Octet-counted frames, passed on untouched; what is no frame is read line by line.
    #[value(alias = "lprfc5424")]
    Framed,
}

/// The format of one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LineFormat<'a> {
    /// Plain text without a header.
    Raw,
    /// An RFC 5424 message.
    Rfc5424 {
        /// Index of the first byte after the header.
        text: usize,
    },
    /// A line printed by the Heroku CLI.
    Cli(CliLine<'a>),
    /// An octet-counted frame, as a drain posts it.
    Framed {
        /// Index of the first counted octet.
        from: usize,
        count: usize,
    },
}

/// The parts of `TIME SOURCE[PROC]: text`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CliLine<'a> {
    /// The timestamp, unparsed.
    pub time: &'a [u8],
    /// `app` or `heroku`.
    pub app: &'a [u8],
    /// The process, such as `web.1`, `router` or `api`.
    pub proc_id: &'a [u8],
    /// Index of the first byte of the text.
    pub text: usize,
    /// Whether the CLI coloured the line.
    pub is_coloured: bool,
}

/// Most bytes of a line's beginning that are needed to detect its format.
pub(crate) const HEAD_BYTES_MAX: usize = 320;

/// The longest frame that is passed on, bytes; several fit into a batch.
pub(crate) const FRAME_BYTES_MAX: usize = 64 << 10;

/// Digits of the longest octet count.
const COUNT_DIGITS_MAX: usize = 5;

impl InputFormat {
    /// Detects the format of the line that starts with `head`, which is the whole line or at least
    /// [`HEAD_BYTES_MAX`] bytes of it. A frame is detected from fewer bytes.
    #[must_use]
    pub(crate) fn detect(self, head: &[u8]) -> LineFormat<'_> {
        let frame = || framed(head);
        let message = || syslog::header_end(head).map(|text| LineFormat::Rfc5424 { text });
        let cli = || cli(head).map(LineFormat::Cli);
        let form = match self {
            Self::Auto => frame().or_else(message).or_else(cli),
            Self::Raw => None,
            Self::Rfc5424 => message(),
            Self::Cli => cli(),
            Self::Framed => frame(),
        };
        form.unwrap_or(LineFormat::Raw)
    }
}

/// Requires `COUNT SP <PRI>VERSION SP`, so that text which merely starts with a number stays text.
fn framed(head: &[u8]) -> Option<LineFormat<'_>> {
    let digits = head.iter().take(COUNT_DIGITS_MAX).take_while(|it| it.is_ascii_digit()).count();
    if digits == 0 || head[0] == b'0' || head.get(digits) != Some(&b' ') {
        return None;
    }
    let from = digits + 1;
    syslog::priority_and_version_end(&head[from..])?;
    let count = head[..digits].iter().fold(0, |count, digit| count * 10 + usize::from(digit - b'0'));
    (count <= FRAME_BYTES_MAX).then_some(LineFormat::Framed { from, count })
}

fn cli(head: &[u8]) -> Option<CliLine<'_>> {
    let space = head.iter().position(|it| *it == b' ')?;
    let time = &head[..space];
    pipeline::time::parse(time)?;
    let app_at = space + 1 + escapes_end(&head[space + 1..]);
    let rest = head.get(app_at..)?;
    let open = rest.iter().position(|it| *it == b'[').filter(|it| is_name(&rest[..*it]))?;
    let close = open + rest[open..].iter().position(|it| *it == b']')?;
    let (app, proc_id) = (&rest[..open], &rest[open + 1..close]);
    if !is_name(proc_id) || rest.get(close + 1) != Some(&b':') {
        return None;
    }
    let after = &rest[close + 2..];
    let painted = escapes_end(after);
    let blank = usize::from(after.get(painted) == Some(&b' '));
    let text = app_at + close + 2 + painted + blank;
    Some(CliLine { time, app, proc_id, text, is_coloured: painted > 0 || app_at > space + 1 })
}

/// Whether `text` is a field of a syslog header: printable ASCII without spaces.
fn is_name(text: &[u8]) -> bool {
    !text.is_empty() && text.len() <= 128 && text.iter().all(u8::is_ascii_graphic)
}

/// Length of the colour escapes (`ESC [ … m`) at the beginning of `text`.
#[must_use]
pub(crate) fn escapes_end(text: &[u8]) -> usize {
    let mut at = 0;
    while text[at..].starts_with(b"\x1b[") {
        let inside = text[at + 2..].iter().take_while(|it| it.is_ascii_digit() || **it == b';').count();
        if text.get(at + 2 + inside) != Some(&b'm') {
            break;
        }
        at += inside + 3;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIME: &str = "2026-11-23T14:31:07.123456+00:00";

    #[track_caller]
    fn check_cli(line: &str, app: &str, proc_id: &str, text: &str) {
        let LineFormat::Cli(found) = InputFormat::Auto.detect(line.as_bytes()) else {
            panic!("not a CLI line: {line:?}")
        };
        let found = [found.app, found.proc_id, &line.as_bytes()[found.text..]].map(String::from_utf8_lossy);
        assert_eq!(found, [app, proc_id, text]);
    }

    #[track_caller]
    fn check(format: InputFormat, line: &str, expected: LineFormat<'_>) {
        assert_eq!(format.detect(line.as_bytes()), expected, "{line:?}");
    }

    #[test]
    fn ok_cli() {
        check_cli(&format!("{TIME} heroku[router]: at=info"), "heroku", "router", "at=info");
        check_cli(&format!("{TIME} app[web.1]: - [x] y"), "app", "web.1", "- [x] y");
        check_cli(&format!("{TIME} app[web.1]:   indented"), "app", "web.1", "  indented");
        check_cli(&format!("{TIME} app[web.1]:"), "app", "web.1", "");
        check_cli(&format!("{TIME} \x1b[36mheroku[web.1]:\x1b[39m State"), "heroku", "web.1", "State");
        check_cli("2026-11-23T14:31:07Z app[api]: Release v4", "app", "api", "Release v4");
    }

    #[test]
    fn ok_framed_and_rfc5424() {
        use InputFormat::{Auto, Cli, Framed, Raw, Rfc5424};
        check(Auto, "83 <40>1 2012-11-30T06:45:29+00:00 host app web.3 - x", LineFormat::Framed { from: 3, count: 83 });
        check(Framed, "1 <40>1 ", LineFormat::Framed { from: 2, count: 1 });
        check(Auto, "<190>1 - h a p - - text", LineFormat::Rfc5424 { text: 19 });
        check(Rfc5424, "<190>1 - h a p - text", LineFormat::Rfc5424 { text: 17 });
        check(Raw, "<190>1 - h a p - - text", LineFormat::Raw);
        check(Cli, "83 <40>1 x", LineFormat::Raw);
    }

    #[test]
    fn ok_the_rest_is_raw() {
        for line in [
            "",
            "plain",
            "5 <b>bold</b>",
            "0 <40>1 x",
            "999999 <40>1 x",
            "<999>1 - h a p - x",
            "<190>1 - h a",
            "2026-11-23 web[1]: no time",
            "2026-11-23T14:31:07Z no source",
            "2026-11-23T14:31:07Z app[web.1] no colon",
            "2026-11-23T14:31:07Z app[web 1]: blank inside",
        ] {
            check(InputFormat::Auto, line, LineFormat::Raw);
        }
    }
}
