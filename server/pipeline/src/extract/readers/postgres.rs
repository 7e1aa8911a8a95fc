//! Lines of a Postgres server: slow statements, and errors by SQLSTATE.
//!
//! ```text
//! [DATABASE] [10-1]  sql_error_code = 00000 LOG:  duration: 2405.887 ms  statement: SELECT …
//! [DATABASE] [11-1]  sql_error_code = 22012 pid="7" user="u" ERROR:  division by zero
//! [DATABASE] [11-2]  sql_error_code = 22012 pid="7" user="u" STATEMENT:  select 1/0;
//! ```
//! `key = "value"`, with blanks around the sign, is no logfmt. Only `ERROR`, `FATAL` and `PANIC` count as errors: the
//! lines that explain an error repeat its code, and warnings have codes too. The statement is not kept, since it may
//! hold anybody's data.

use super::{Context, Example, Measurement, Reader, Sink, Writer};
use crate::{Kind, Line, number, series::SeriesRef};

pub(super) const READER: Reader = Reader {
    name: "postgres",
    title: "Postgres servers",
    writers: &[Writer::Postgres],
    examples: &[
        Example {
            app: "app",
            proc_id: "postgres.12345",
            msg: "[DATABASE] [10-1]  sql_error_code = 00000 LOG:  duration: 2405.887 ms  statement: SELECT 1",
        },
        Example {
            app: "app",
            proc_id: "postgres.12345",
            msg: "[DATABASE] [11-1]  sql_error_code = 22012 pid=\"7\" user=\"u\" ERROR:  division by zero",
        },
    ],
    metrics: &["postgres.duration", "postgres.errors"],
    events: &[],
    parts: None,
};

/// SQLSTATE of success.
const SUCCESS: &[u8] = b"00000";
/// The most pairs before a message.
const PAIRS_MAX: usize = 64;

/// Reads a line; whether it is of this format.
pub(super) fn read(line: &Line<'_>, _: &mut Context<'_>, sink: &mut impl Sink) -> bool {
    let Some((source, rest)) = bracketed(line.msg) else { return false };
    let Some((numbers, rest)) = rest.strip_prefix(b" ").and_then(bracketed) else { return false };
    if !numbers.contains(&b'-') || !numbers.iter().all(|it| it.is_ascii_digit() || *it == b'-') {
        return false;
    }
    let Some(message) = message(rest) else { return true };
    match message.severity {
        b"ERROR" | b"FATAL" | b"PANIC" if is_error(message.code) => {
            let series = SeriesRef { source, code: message.code, ..SeriesRef::new(b"postgres.errors", Kind::Counter) };
            sink.measure(&Measurement { series, value: 1.0 });
        }
        b"LOG" => duration(source, message.text, sink),
        _ => {}
    }
    true
}

fn duration(source: &[u8], text: &[u8], sink: &mut impl Sink) {
    let Some(text) = text.strip_prefix(b"duration: ") else { return };
    let end = text.iter().position(|it| *it == b' ').unwrap_or(text.len());
    if let Some((value, _)) = number::l2met(&text[..end]).filter(|_| text[end..].starts_with(b" ms")) {
        let series = SeriesRef::new(b"postgres.duration", Kind::Distribution);
        sink.measure(&Measurement { series: SeriesRef { source, unit: b"ms", ..series }, value });
    }
}

fn is_error(code: &[u8]) -> bool {
    code.len() == 5 && code != SUCCESS && code.iter().all(u8::is_ascii_alphanumeric)
}

/// The parts of a line: `sql_error_code = CODE key="value"… SEVERITY:  text`.
struct Message<'a> {
    code: &'a [u8],
    severity: &'a [u8],
    text: &'a [u8],
}

fn message(rest: &[u8]) -> Option<Message<'_>> {
    let (mut rest, mut code) = (rest, &b""[..]);
    for _ in 0..PAIRS_MAX {
        rest = rest.trim_ascii_start();
        let end = rest.iter().position(|it| !(it.is_ascii_alphanumeric() || *it == b'_'))?;
        let (word, after) = rest.split_at(end);
        if let Some(text) = after.strip_prefix(b":") {
            return Some(Message { code, severity: word, text: text.trim_ascii_start() });
        }
        let value = after.trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
        let (value, after) = match value.strip_prefix(b"\"") {
            Some(quoted) => quoted.split_at(memchr::memchr(b'"', quoted)?),
            None => value.split_at(memchr::memchr(b' ', value)?),
        };
        if word == b"sql_error_code" && code.is_empty() {
            code = value;
        }
        rest = &after[1..];
    }
    None
}

fn bracketed(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let rest = text.strip_prefix(b"[")?;
    let end = memchr::memchr(b']', rest)?;
    Some((&rest[..end], &rest[end + 1..]))
}
