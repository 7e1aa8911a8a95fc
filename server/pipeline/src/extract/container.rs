//! Lines of the files in which container runtimes keep what a container writes.
//!
//! ```text
//! {"log":"text\n","stream":"stdout","time":"2026-11-27T10:00:00.916508402Z"}    Docker's json-file
//! 2026-11-27T10:00:00.916508402Z stdout F text                                  Kubernetes (CRI)
//! ```
//! Source of the forms: Docker's `daemon/logger/jsonfilelog` and the Kubernetes CRI logging format.
//!
//! A runtime cuts long lines, of 16 KiB and more, into parts. All parts but the last are marked:
//! Docker's have no line end, those of CRI a `P`. Whoever reads a whole stream can join them. Here
//! only the mark is read. Attributes (`attrs`) are not kept.

use super::json::{self, Value};
use crate::time;

/// Bytes of the first key of Docker's form, which always comes first.
const LOG: &[u8] = b"{\"log\":\"";
/// The longest time of a line, bytes.
const TIME_BYTES_MAX: usize = 40;

/// One line of a file, or a part of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    /// When the container wrote it, unix milliseconds.
    pub time_ms: Option<i64>,
    /// `stdout` or `stderr`.
    pub stream: &'a [u8],
    /// Whether the next entry of the stream continues the line.
    pub is_partial: bool,
    /// What the container wrote, without the line end.
    pub text: &'a [u8],
}

/// Reads a line of a file; `None` for any other text. A text with escapes is put into `plain`.
#[inline]
#[must_use]
pub fn read<'a>(line: &'a [u8], plain: &'a mut Vec<u8>) -> Option<Entry<'a>> {
    match line.first()? {
        b'{' if line.starts_with(LOG) => docker(line, plain),
        b'2' => cri(line),
        _ => None,
    }
}

fn docker<'a>(line: &'a [u8], plain: &'a mut Vec<u8>) -> Option<Entry<'a>> {
    let (mut log, mut stream, mut time) = (None, None, None);
    for (key, value) in json::Fields::of(line)? {
        match (key, value) {
            (b"log", Value::Text(text)) => log = log.or(Some(text)),
            (b"stream", Value::Text(text)) => stream = stream.or(Some(text)),
            (b"time", Value::Text(text)) => time = time.or(Some(text)),
            _ => {}
        }
    }
    let (log, stream, time) = (log?, stream.filter(|it| is_stream(it))?, time?);
    plain.clear();
    json::unescape(log, plain);
    let text = plain.strip_suffix(b"\n");
    let is_partial = text.is_none();
    let text = text.unwrap_or(plain);
    let text = text.strip_suffix(b"\r").unwrap_or(text);
    Some(Entry { time_ms: time::parse(time), stream, is_partial, text })
}

fn cri(line: &[u8]) -> Option<Entry<'_>> {
    let head = &line[..line.len().min(TIME_BYTES_MAX)];
    let space = head.iter().position(|it| *it == b' ')?;
    let (stream, rest) = line[space + 1..].split_at_checked(6)?;
    if !is_stream(stream) {
        return None;
    }
    let (tag, text) = match rest.strip_prefix(b" ")? {
        [tag @ (b'P' | b'F'), b' ', text @ ..] => (tag, text),
        [tag @ (b'P' | b'F')] => (tag, &[][..]),
        _ => return None,
    };
    Some(Entry { time_ms: Some(time::parse(&line[..space])?), stream, is_partial: *tag == b'P', text })
}

fn is_stream(name: &[u8]) -> bool {
    matches!(name, b"stdout" | b"stderr")
}
