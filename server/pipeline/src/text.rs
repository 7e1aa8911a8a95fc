//! Reads lines of text, one message each, as they come out of a pipe. The first bytes of a line
//! tell its form.
//!
//! ```text
//! 2026-11-23T14:31:07.123456+00:00 heroku[router]: at=info …   output of `heroku logs -t`
//! <190>1 2026-11-23T14:31:07+00:00 h app web.1 - - …           a syslog message
//! 83 <40>1 2012-11-30T06:45:29+00:00 host app web.3 - …        a frame on its own line; its count is ignored
//! Jun 02 11:59:12 shop heroku/router: at=info …                an export of a log service (`export`)
//! anything else                                                text without a transport
//! ```
//! Nothing is an error: a line of no known form is text. Colours of a terminal stay in the text.

use memchr::memchr;

use crate::{Line, export, syslog, time};

/// The longest name of a source or process, bytes.
const NAME_BYTES_MAX: usize = 128;
/// Bytes of a time with microseconds and an offset, as the Heroku CLI prints it.
const TIME_BYTES: usize = 32;

/// Reads one line, without its line end.
#[inline]
#[must_use]
pub fn line<'a>(times: &mut time::Parser, text: &'a [u8]) -> Line<'a> {
    if let Some(line) = router_line(times, text) {
        return line;
    }
    any_line(times, text)
}

/// A router line of the CLI: all bytes of its header but the time are known, which makes this
/// quick.
#[inline]
fn router_line<'a>(times: &mut time::Parser, text: &'a [u8]) -> Option<Line<'a>> {
    let (time, rest) = text.split_at_checked(TIME_BYTES)?;
    let msg = rest.strip_prefix(b" heroku[router]: ")?;
    Some(message(times.parse(time)?, b"heroku", b"router", msg))
}

fn any_line<'a>(times: &mut time::Parser, text: &'a [u8]) -> Line<'a> {
    let form = match text.first() {
        Some(b'<') => syslog::parse_with(times, text, false).ok(),
        Some(b'0'..=b'9') => cli(times, text).or_else(|| framed(times, text)).or_else(|| export::read(times, text)),
        _ => export::read(times, text),
    };
    form.unwrap_or(Line { msg: text, ..Line::default() })
}

/// `TIME SOURCE[PROCESS]: text`.
fn cli<'a>(times: &mut time::Parser, text: &'a [u8]) -> Option<Line<'a>> {
    let space = memchr(b' ', text)?;
    let at_ms = times.parse(&text[..space])?;
    let rest = without_colour(&text[space + 1..]);
    let open = memchr(b'[', rest).filter(|it| is_name(&rest[..*it]))?;
    let (proc_id, after) = rest[open + 1..].split_at(memchr(b']', &rest[open + 1..])?);
    let msg = after.strip_prefix(b"]:").filter(|_| is_name(proc_id))?;
    let msg = without_colour(msg);
    Some(message(at_ms, &rest[..open], proc_id, msg.strip_prefix(b" ").unwrap_or(msg)))
}

fn framed<'a>(times: &mut time::Parser, text: &'a [u8]) -> Option<Line<'a>> {
    let digits = text.iter().take(7).take_while(|it| it.is_ascii_digit()).count();
    let frame = text[digits..].strip_prefix(b" ").filter(|it| it.first() == Some(&b'<'))?;
    syslog::parse_with(times, frame, true).ok()
}

const fn message<'a>(at_ms: i64, app: &'a [u8], proc_id: &'a [u8], msg: &'a [u8]) -> Line<'a> {
    Line { facility: 1, severity: 6, time_ms: Some(at_ms), host: b"", app, proc_id, msg }
}

fn is_name(text: &[u8]) -> bool {
    matches!(text.len(), 1..=NAME_BYTES_MAX) && text.iter().all(u8::is_ascii_graphic)
}

/// The text without an escape sequence for a colour at its beginning.
fn without_colour(text: &[u8]) -> &[u8] {
    let Some(rest) = text.strip_prefix(b"\x1b[") else { return text };
    let end = rest.iter().position(|it| !matches!(it, b'0'..=b'9' | b';'));
    end.filter(|it| rest[*it] == b'm').map_or(text, |it| &rest[it + 1..])
}
