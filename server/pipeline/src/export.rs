//! Lines of a drain in the export forms of log services.
//!
//! ```text
//! Jun 02 11:59:12 shop heroku/router: at=info …                    Papertrail: its page and its command
//! 2016-02-26 21:50:36.352129+00:00 heroku router - - at=info …     Logentries
//! 2016-02-26T21:50:36.352129+00:00 shop app web.1 - - text         Logentries, with a host
//! 2016-02-26T21:50:36Z 243 <158>1 2016-02-26T21:50:36+00:00 …      the original frame, after its time of receipt
//! 7711\t2016-02-26T21:50:36Z\t…\tshop\t…\theroku/router\tat=info …   Papertrail's archives: ten columns
//! ```
//! A time without a year is ignored.
//!
//! # Incomplete support
//! Only lines of `heroku` and `app` are recognized.

use memchr::memchr;

use crate::{Line, date, syslog, time};

/// The longest name of a host, source or process, bytes.
const NAME_BYTES_MAX: usize = 128;
/// Columns of a row of Papertrail's archives.
const COLUMNS: usize = 10;
const TIME_COLUMN: usize = 1;
const HOST_COLUMN: usize = 4;
const PROGRAM_COLUMN: usize = 8;
/// The longest id of a row with the tab after it, bytes.
const ID_BYTES_MAX: usize = 24;
/// The most digits of a frame's count.
const COUNT_DIGITS_MAX: usize = 7;

/// Reads an exported line; `None` for any other text.
#[inline]
pub(crate) fn read<'a>(times: &mut time::Parser, text: &'a [u8]) -> Option<Line<'a>> {
    // Nearly all text is none, which its first bytes tell: no year, no month before a blank, no
    // number before a tab.
    let may_be = match text {
        [b'0'..=b'9', _, _, _, b'-', ..] => true,
        [b'0'..=b'9', ..] => text.iter().take(ID_BYTES_MAX).find(|it| !it.is_ascii_digit()) == Some(&b'\t'),
        [b'A'..=b'S', _, _, b' ', ..] => true,
        _ => false,
    };
    if may_be { read_any(times, text) } else { None }
}

fn read_any<'a>(times: &mut time::Parser, text: &'a [u8]) -> Option<Line<'a>> {
    if let Some(line) = archived(times, text) {
        return Some(line);
    }
    let (time_ms, rest) = match text.first()? {
        b'0'..=b'9' => moment(times, text)?,
        b'A'..=b'S' => (None, text.get(date::stamp_bytes(text)..).filter(|it| it.len() < text.len())?),
        _ => return None,
    };
    let rest = rest.strip_prefix(b" ")?.trim_ascii_start();
    let frame = rest.iter().take(COUNT_DIGITS_MAX).position(|it| !it.is_ascii_digit());
    if let Some(frame) = frame.and_then(|digits| rest[digits..].strip_prefix(b" ")).filter(|it| it.starts_with(b"<")) {
        return syslog::parse_with(times, frame, true).ok();
    }
    let found = sourced(rest).map(|found| (&rest[..0], found));
    let (host, (app, proc_id, msg)) = found.or_else(|| {
        let (host, rest) = word(rest)?;
        Some((host, sourced(rest)?))
    })?;
    Some(Line { facility: 1, severity: 6, time_ms, host, app, proc_id, msg })
}

/// Reads a row of an archive.
fn archived<'a>(times: &mut time::Parser, text: &'a [u8]) -> Option<Line<'a>> {
    let id = text.iter().take_while(|it| it.is_ascii_digit()).count();
    if id == 0 || text.get(id) != Some(&b'\t') {
        return None;
    }
    let mut columns = [&text[..0]; COLUMNS];
    let mut found = text.splitn(COLUMNS, |it| *it == b'\t');
    for column in &mut columns {
        *column = found.next()?;
    }
    let (app, proc_id) = slashed(columns[PROGRAM_COLUMN])?;
    let time_ms = times.parse(columns[TIME_COLUMN]);
    Some(Line {
        facility: 1,
        severity: 6,
        time_ms,
        host: columns[HOST_COLUMN],
        app,
        proc_id,
        msg: columns[COLUMNS - 1],
    })
}

/// Reads `2016-02-26T21:50:36Z`, or the same with a blank: the time, unless its zone is unknown,
/// and the rest.
pub(crate) fn moment<'a>(times: &mut time::Parser, text: &'a [u8]) -> Option<(Option<i64>, &'a [u8])> {
    let first = memchr(b' ', text)?;
    if let Some(at_ms) = times.parse(&text[..first]) {
        return Some((Some(at_ms), &text[first..]));
    }
    let second = first + 1 + memchr(b' ', &text[first + 1..]).filter(|_| first == 10)?;
    Some((date::parse(&text[..second])?.at_ms(), &text[second..]))
}

/// `heroku/router: text`, `heroku[router]: text` or `heroku router - - text`: source, process and
/// text.
fn sourced(text: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let (first, rest) = word(text)?;
    let name = first.strip_suffix(b":").unwrap_or(first);
    if let Some((source, process)) = slashed(name) {
        return Some((source, process, rest.trim_ascii_start()));
    }
    if let Some((source, process)) = name.strip_suffix(b"]").and_then(|it| split(it, b'[')) {
        return Some((source, process, rest));
    }
    let (process, rest) = word(rest).filter(|_| is_source(first))?;
    let rest = rest.strip_prefix(b"- ")?;
    Some((first, process, rest.strip_prefix(b"- ").unwrap_or(rest)))
}

/// The two parts of `heroku/router`.
pub(crate) fn slashed(name: &[u8]) -> Option<(&[u8], &[u8])> {
    split(name, b'/')
}

fn split(name: &[u8], joint: u8) -> Option<(&[u8], &[u8])> {
    let at = memchr(joint, name)?;
    let (source, process) = (&name[..at], &name[at + 1..]);
    (is_source(source) && !process.is_empty()).then_some((source, process))
}

fn is_source(name: &[u8]) -> bool {
    matches!(name, b"heroku" | b"app")
}

fn word(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = memchr(b' ', text).filter(|it| (1..=NAME_BYTES_MAX).contains(it))?;
    text[..end].iter().all(u8::is_ascii_graphic).then(|| (&text[..end], &text[end + 1..]))
}
