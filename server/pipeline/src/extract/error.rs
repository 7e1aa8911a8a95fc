//! Error codes in the lines of the dyno manager: `Error R14 (Memory quota exceeded)` counts into `dyno.errors`.
//!
//! Codes are not looked up: whatever has the shape counts, so that a new one is seen at once.

use memchr::memmem;

use super::{Measurement, Sink, is_error_code};
use crate::{Kind, series::SeriesRef};

/// Reads the first code in a text; whether there is one.
pub(super) fn read(proc_id: &[u8], msg: &[u8], sink: &mut impl Sink) -> bool {
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    for at in memmem::find_iter(msg, b"Error R") {
        let from = at + b"Error ".len();
        let Some(code) = msg.get(from..from + 3) else { return false };
        let stands_alone = at == 0 || !is_word(&msg[at - 1]);
        if stands_alone && is_error_code(code) && !msg.get(from + 3).is_some_and(is_word) {
            let series = SeriesRef { source: proc_id, code, ..SeriesRef::new(b"dyno.errors", Kind::Counter) };
            sink.measure(&Measurement { series, value: 1.0 });
            return true;
        }
    }
    false
}
