//! Lines of a Postgres server: statements that took long, and errors by SQLSTATE.
//!
//! ```text
//! [DATABASE] [10-1]  sql_error_code = 00000 LOG:  duration: 2405.887 ms  statement: SELECT …
//! ```
//! `key = "value"` with blanks around the sign is no logfmt. The statement is not kept: it may hold anybody's data.

use memchr::memmem;

use super::{Measurement, Sink};
use crate::{Kind, number, series::SeriesRef};

/// SQLSTATE of success.
const SUCCESS: &[u8] = b"00000";

/// Reads such a line; whether the text is one.
pub(super) fn read(msg: &[u8], sink: &mut impl Sink) -> bool {
    let Some((source, rest)) = bracketed(msg) else { return false };
    let Some((numbers, rest)) = rest.strip_prefix(b" ").and_then(bracketed) else { return false };
    if !numbers.contains(&b'-') || !numbers.iter().all(|it| it.is_ascii_digit() || *it == b'-') {
        return false;
    }
    if let Some(code) = after(rest, b"sql_error_code = ").and_then(|it| it.get(..5)).filter(|it| *it != SUCCESS)
        && code.iter().all(u8::is_ascii_alphanumeric)
    {
        let series = SeriesRef { source, code, ..SeriesRef::new(b"postgres.errors", Kind::Counter) };
        sink.measure(&Measurement { series, value: 1.0 });
    }
    if let Some(text) = after(rest, b"duration: ") {
        let end = text.iter().position(|it| *it == b' ').unwrap_or(text.len());
        if let Some((value, _)) = number::l2met(&text[..end]).filter(|_| text[end..].starts_with(b" ms")) {
            let series = SeriesRef::new(b"postgres.duration", Kind::Distribution);
            sink.measure(&Measurement { series: SeriesRef { source, unit: b"ms", ..series }, value });
        }
    }
    true
}

fn bracketed(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let rest = text.strip_prefix(b"[")?;
    let end = memchr::memchr(b']', rest)?;
    Some((&rest[..end], &rest[end + 1..]))
}

fn after<'a>(text: &'a [u8], mark: &[u8]) -> Option<&'a [u8]> {
    memmem::find(text, mark).map(|at| &text[at + mark.len()..])
}
