//! Reads a frame as a syslog message (RFC 5424), as liberally as drains require.
//!
//! Logplex sends no STRUCTURED-DATA, other senders do; [`parse`] decides by the sender. Lengths and
//! character sets of the header's fields are not checked, and MSGID is not kept. A frame with a
//! time and without a version is read as RFC 3164 (`rfc3164`). Copies of logplex's lines that lack
//! HOSTNAME, such as `TIME heroku router - - text`, are read like the originals.

use memchr::{memchr, memchr2};

use crate::{Line, Loss, rfc3164, time};

const PRIORITY_MAX: u16 = 191;
const VERSION_DIGITS_MAX: usize = 3;
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Reads one frame. `from_logplex`: the sender is a logplex HTTP drain, whose text with HOSTNAME
/// `host` is never read as STRUCTURED-DATA.
///
/// # Errors
/// The part of the header that is missing: [`Loss::HeaderPriority`], [`Loss::HeaderVersion`] (if
/// there is no time in its place) or [`Loss::HeaderFields`].
pub fn parse(frame: &[u8], from_logplex: bool) -> Result<Line<'_>, Loss> {
    parse_with(&mut time::Parser::default(), frame, from_logplex)
}

/// Reads one frame as [`parse`] does, with a parser that keeps the second of the previous line.
#[inline]
pub(crate) fn parse_with<'a>(times: &mut time::Parser, frame: &'a [u8], from_logplex: bool) -> Result<Line<'a>, Loss> {
    if let Some(line) = router_line(times, frame) {
        return Ok(line);
    }
    parse_any(times, frame, from_logplex)
}

/// A router line of logplex: all bytes of its header but the time are known, which makes this
/// quick.
#[inline]
fn router_line<'a>(times: &mut time::Parser, frame: &'a [u8]) -> Option<Line<'a>> {
    const TIME_BYTES: usize = 32;
    let rest = frame.strip_prefix(b"<158>1 ")?;
    let (time, rest) = rest.split_at_checked(TIME_BYTES)?;
    let msg = rest.strip_prefix(b" host heroku router - ")?;
    // Text that begins with a letter has no structured data and no byte order mark before it.
    if !msg.first().is_some_and(u8::is_ascii_alphabetic) || memchr(b' ', time).is_some() {
        return None;
    }
    let msg = without_line_end(msg);
    let (host, app, proc_id) = (&b"host"[..], &b"heroku"[..], &b"router"[..]);
    Some(Line { facility: 158 >> 3, severity: 158 & 7, time_ms: times.parse(time), host, app, proc_id, msg })
}

fn parse_any<'a>(times: &mut time::Parser, frame: &'a [u8], from_logplex: bool) -> Result<Line<'a>, Loss> {
    let frame = without_line_end(frame);
    let (priority, rest) = priority(frame).ok_or(Loss::HeaderPriority)?;
    let Some(rest) = version(rest) else {
        return rfc3164::read(times, priority, rest).ok_or(Loss::HeaderVersion);
    };
    let (time, rest) = field(rest)?;
    let (host, rest) = field(rest)?;
    let (app, rest) = field(rest)?;
    let (proc_id, rest) = field(rest)?;
    // A message may be empty, and the space before it may be trimmed.
    let msg = match memchr(b' ', rest) {
        Some(space) => &rest[space + 1..],
        None if rest.is_empty() => return Err(Loss::HeaderFields),
        None => &[],
    };
    // No text of the platform itself begins like this.
    let is_text = from_logplex && host == b"host" && !(app == b"heroku" && msg.starts_with(b"- "));
    let text = if is_text { msg } else { without_structured_data(msg) };
    let (facility, severity, time_ms) = (priority >> 3, priority & 7, times.parse(time));
    let line = Line { facility, severity, time_ms, host, app, proc_id, msg: text };
    let line = if text.len() == msg.len() { unshifted(line) } else { line };
    Ok(Line { msg: line.msg.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line.msg), ..line })
}

/// Corrects a copy of a logplex line that lacks HOSTNAME: its fields are one place too early, with
/// STRUCTURED-DATA as MSGID.
fn unshifted(line: Line<'_>) -> Line<'_> {
    let is_dyno = || {
        let number = line.app.iter().rposition(|it| *it == b'.').map_or(&[][..], |dot| &line.app[dot + 1..]);
        !number.is_empty() && number.iter().all(u8::is_ascii_digit)
    };
    let is_copy = match line.host {
        b"heroku" => true,
        b"app" => {
            matches!(line.app, b"api" | b"log-shuttle" | b"postgres") || line.app.starts_with(b"heroku-") || is_dyno()
        }
        _ => false,
    };
    if is_copy && line.proc_id == b"-" { Line { host: b"", app: line.host, proc_id: line.app, ..line } } else { line }
}

fn without_line_end(frame: &[u8]) -> &[u8] {
    frame.strip_suffix(b"\n").map_or(frame, |it| it.strip_suffix(b"\r").unwrap_or(it))
}

fn priority(frame: &[u8]) -> Option<(u8, &[u8])> {
    let rest = frame.strip_prefix(b"<")?;
    let mut priority = 0;
    for (place, byte) in rest.iter().take(4).enumerate() {
        match byte {
            b'0'..=b'9' if place < 3 => priority = priority * 10 + u16::from(byte - b'0'),
            b'>' if place > 0 && priority <= PRIORITY_MAX => {
                return Some((u8::try_from(priority).ok()?, &rest[place + 1..]));
            }
            _ => return None,
        }
    }
    None
}

/// The rest after `VERSION SP`.
fn version(rest: &[u8]) -> Option<&[u8]> {
    let digits = rest.iter().take(VERSION_DIGITS_MAX).take_while(|byte| byte.is_ascii_digit()).count();
    if digits == 0 { None } else { rest[digits..].strip_prefix(b" ") }
}

fn field(rest: &[u8]) -> Result<(&[u8], &[u8]), Loss> {
    match memchr(b' ', rest) {
        Some(space) if space > 0 => Ok((&rest[..space], &rest[space + 1..])),
        _ => Err(Loss::HeaderFields),
    }
}

/// The message after its STRUCTURED-DATA; all of it if it has none.
fn without_structured_data(msg: &[u8]) -> &[u8] {
    let end = if msg.first() == Some(&b'-') { Some(1) } else { elements_end(msg) };
    match end {
        Some(end) if end == msg.len() => &[],
        Some(end) if msg[end] == b' ' => &msg[end + 1..],
        _ => msg,
    }
}

/// The end of the last `[id name="value"…]` element at the beginning of `msg`; `None` if there is
/// none, or if one is not closed.
fn elements_end(msg: &[u8]) -> Option<usize> {
    let mut at = 0;
    while msg.get(at) == Some(&b'[') {
        at = element_end(msg, at + 1)?;
    }
    (at > 0).then_some(at)
}

fn element_end(msg: &[u8], from: usize) -> Option<usize> {
    let mut at = name_end(msg, from)?;
    loop {
        match msg.get(at)? {
            b']' => return Some(at + 1),
            b' ' => {
                at = name_end(msg, at + 1)?;
                if !msg[at..].starts_with(b"=\"") {
                    return None;
                }
                at = quote_end(msg, at + 2)?;
            }
            _ => return None,
        }
    }
}

/// The rest after an SD-NAME: printable ASCII without `=`, SP, `]` and `"`.
fn name_end(msg: &[u8], from: usize) -> Option<usize> {
    let ends = |byte: &u8| !byte.is_ascii_graphic() || matches!(byte, b'=' | b']' | b'"');
    let end = from + msg[from..].iter().position(ends)?;
    (end > from).then_some(end)
}

/// The rest after a value and its closing quote. A backslash protects the byte after it.
pub(crate) fn quote_end(msg: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        at += memchr2(b'"', b'\\', msg.get(at..)?)?;
        if msg[at] == b'"' {
            return Some(at + 1);
        }
        at += 2;
    }
}
