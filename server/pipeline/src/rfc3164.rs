//! Syslog before RFC 5424, as Docker's driver, the C library and most appliances still send it.
//!
//! ```text
//! <30>Nov 27 00:58:07 host app[2139]: text       RFC 3164
//! <30>Nov 27 00:58:07 app[2139]: text            Docker's default, the C library: without a host
//! <30>2026-11-27T00:58:07.123456+01:00 host app: text    variant of rsyslog and syslog-ng, with a full time
//! <189>29: *Nov 27 2026 00:58:07.123 UTC: %SYS-5-CONFIG_I: text   routers and firewalls: neither host nor app
//! ```
//! TAG becomes APP-NAME, and the text in its brackets PROCID. A time without year and zone is no
//! moment: such a line has the time of its receipt.
//!
//! # Incomplete support
//! A message without a time is refused, since it cannot be told from damaged bytes.

use memchr::memchr;

use crate::{Line, date, export, time};

/// The longest host or tag, bytes.
const NAME_BYTES_MAX: usize = 255;
/// The most digits of the number that routers put before the time.
const SEQUENCE_DIGITS_MAX: usize = 10;

/// Reads the text after the priority; `None` if it has no time.
pub(crate) fn read<'a>(times: &mut time::Parser, priority: u8, rest: &'a [u8]) -> Option<Line<'a>> {
    let (time_ms, rest) = stamp(times, without_sequence(rest))?;
    let line = Line { facility: priority >> 3, severity: priority & 7, time_ms, ..Line::default() };
    // Firewalls put a colon after the time, or in place of a tag.
    let rest = without_colon(rest);
    if let Some((app, proc_id, msg)) = tag(rest) {
        return Some(Line { app, proc_id, msg, ..line });
    }
    let Some((host, after)) = word(rest).filter(|_| rest[0] != b'%') else { return Some(Line { msg: rest, ..line }) };
    let after = without_colon(after);
    Some(match tag(after) {
        Some((app, proc_id, msg)) => Line { host, app, proc_id, msg, ..line },
        None => Line { host, msg: after, ..line },
    })
}

/// Skips `29: *`, which some routers put before the time, and a blank, which Docker did.
fn without_sequence(rest: &[u8]) -> &[u8] {
    let rest = rest.strip_prefix(b" ").unwrap_or(rest);
    let digits = rest.iter().take(SEQUENCE_DIGITS_MAX).take_while(|it| it.is_ascii_digit()).count();
    let rest = if digits > 0 { rest[digits..].strip_prefix(b": ").unwrap_or(rest) } else { rest };
    rest.strip_prefix(b"*").or_else(|| rest.strip_prefix(b".")).unwrap_or(rest)
}

fn without_colon(rest: &[u8]) -> &[u8] {
    let rest = rest.trim_ascii_start();
    rest.strip_prefix(b": ").map_or(rest, <[u8]>::trim_ascii_start)
}

/// Skips the time; its moment, if it has year and zone, and the rest.
fn stamp<'a>(times: &mut time::Parser, rest: &'a [u8]) -> Option<(Option<i64>, &'a [u8])> {
    let bytes = date::stamp_bytes(rest);
    if bytes > 0 {
        return Some((None, &rest[bytes..]));
    }
    export::moment(times, rest)
}

/// App, process and text of `app[2139]: text` or `app: text`.
fn tag(text: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let end = text.iter().position(|it| matches!(it, b'[' | b':') || !it.is_ascii_graphic())?;
    let (name, rest) = text.split_at(end);
    if !(1..=NAME_BYTES_MAX).contains(&end) || name[0] == b'%' {
        return None;
    }
    let (process, rest) = match rest.strip_prefix(b"[") {
        Some(inner) => {
            let close = memchr(b']', inner).filter(|it| *it <= NAME_BYTES_MAX)?;
            let process = &inner[..close];
            (process.iter().all(u8::is_ascii_graphic).then_some(process)?, &inner[close + 1..])
        }
        None => (&rest[..0], rest),
    };
    let msg = match rest {
        [b':'] => &rest[1..],
        [b':', b' ' | b'\t', msg @ ..] => msg,
        // After a bracket some senders leave out the colon or the blank.
        [b' ', msg @ ..] | [b':', msg @ ..] if !process.is_empty() => msg,
        // A colon within a word belongs to an address or a time.
        _ => return None,
    };
    let (app, process) = export::slashed(name).unwrap_or((name, process));
    Some((app, process, msg))
}

fn word(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = memchr(b' ', text).filter(|it| (1..=NAME_BYTES_MAX).contains(it))?;
    Some((&text[..end], &text[end + 1..]))
}
