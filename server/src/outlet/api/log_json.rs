//! Log lines as JSON, masked: the form that the API and the tails send.

use pipeline::mask::masked;
use serde_json::{Value, json};

use crate::store::log::search::Found;

/// Longest text of a line on a page and in a tail, bytes.
pub(crate) const PAGE_TEXT_BYTES_MAX: usize = 4 << 10;

/// A line as JSON, its text masked and cut to `text_bytes_max`.
pub(crate) fn line(found: &Found, text_bytes_max: usize) -> Value {
    json!({
        "id": found.id, "at_ms": found.at_ms, "app": found.app, "source": found.source, "severity": found.severity,
        "level": found.level.word(), "text": masked(&found.text, text_bytes_max), "bytes": found.bytes,
    })
}
