//! Error codes in the lines of the dyno manager: `Error R14 (Memory quota exceeded)` counts in `dyno.errors`.
//!
//! There is no list of codes. Anything of that shape counts, so that a new code is visible at once.

use memchr::memmem;

use super::{Context, Example, Measurement, Reader, Sink, Writer, is_error_code};
use crate::{Kind, Line, series::SeriesRef};

pub(super) const READER: Reader = Reader {
    name: "dyno_error",
    title: "Dyno errors (R codes)",
    writers: &[Writer::DynoManager, Writer::OneOffDyno],
    examples: &[
        Example { app: "heroku", proc_id: "web.1", msg: "Error R14 (Memory quota exceeded)" },
        Example { app: "app", proc_id: "run.1", msg: "Error R13 (Attach error) -> Failed to attach to process" },
    ],
    metrics: &["dyno.errors"],
    events: &[],
    parts: None,
};

/// Counts the first code of a line; whether there is one.
pub(super) fn read(line: &Line<'_>, _: &mut Context<'_>, sink: &mut impl Sink) -> bool {
    let Some(code) = code(line.msg) else { return false };
    let series = SeriesRef { source: line.proc_id, code, ..SeriesRef::new(b"dyno.errors", Kind::Counter) };
    sink.measure(&Measurement { series, value: 1.0 });
    true
}

/// The first `Error Rnn` that stands as words of its own.
fn code(msg: &[u8]) -> Option<&[u8]> {
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    for at in memmem::find_iter(msg, b"Error R") {
        let from = at + b"Error ".len();
        let code = msg.get(from..from + 3)?;
        let stands_alone = at == 0 || !is_word(&msg[at - 1]);
        if stands_alone && is_error_code(code) && !msg.get(from + 3).is_some_and(is_word) {
            return Some(code);
        }
    }
    None
}
