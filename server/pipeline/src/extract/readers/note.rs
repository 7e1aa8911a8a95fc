//! Notes that an app logs, in the form of Librato's annotations:
//!
//! ```text
//! event#title=deploy event#description="v42 is out" event#start_time=1767225600 event#end_time=… event#url=… source=web
//! ```
//! Times are unix seconds or RFC 3339. A note without a time has its line's. Only `http` and `https` links are kept.

use super::{Context, EventText, Example, Needle, Reader, Sink, Writer};
use crate::{EventKind, Line, logfmt::Pairs, logfmt::unescape, time};

pub(super) const READER: Reader = Reader {
    name: "note",
    title: "Notes (`event#title=`)",
    writers: &[Writer::WebServer, Writer::App],
    examples: &[Example {
        app: "app",
        proc_id: "web.1",
        msg: "event#title=deploy event#description=\"v42 is out\" event#start_time=1790000000",
    }],
    metrics: &[],
    events: &[EventKind::Note],
    parts: None,
};

static TITLE: Needle = Needle::new(|| memchr::memmem::Finder::new("event#title="));

/// Reads a note; whether the line holds one.
pub(super) fn read(line: &Line<'_>, context: &mut Context<'_>, sink: &mut impl Sink) -> bool {
    let (msg, text) = context.text(line);
    if !TITLE.is_in(msg) {
        return false;
    }
    let (mut title, mut description, mut link, mut source) = (None, None, &b""[..], &b""[..]);
    let (mut at_ms, mut end_ms) = (None, None);
    for pair in Pairs::new(msg) {
        match pair.key {
            b"event#title" => title = title.or(Some(pair)),
            b"event#description" => description = description.or(Some(pair)),
            b"event#start_time" => at_ms = at_ms.or_else(|| moment_ms(pair.value)),
            b"event#end_time" => end_ms = end_ms.or_else(|| moment_ms(pair.value)),
            b"event#url" | b"event#link" if is_link(pair.value) && link.is_empty() => link = pair.value,
            b"source" | b"event#source" if source.is_empty() => source = pair.value,
            _ => {}
        }
    }
    let Some(title) = title.filter(|it| !it.value.is_empty()) else { return false };
    text.clear();
    unescape(title.value, text);
    if let Some(description) = description.filter(|it| !it.value.is_empty()) {
        text.extend_from_slice(b": ");
        unescape(description.value, text);
    }
    sink.event(&EventText { kind: EventKind::Note, source, text, link, at_ms, end_ms });
    true
}

fn is_link(text: &[u8]) -> bool {
    text.starts_with(b"https://") || text.starts_with(b"http://")
}

/// Unix seconds, perhaps with a fraction, or RFC 3339.
fn moment_ms(text: &[u8]) -> Option<i64> {
    if let Some(at_ms) = time::parse(text) {
        return Some(at_ms);
    }
    let seconds: f64 = std::str::from_utf8(text).ok()?.parse().ok()?;
    // From 2001 to 2286. Anything else is no time in seconds.
    #[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
    (1e9..1e10).contains(&seconds).then_some((seconds * 1_000.0) as i64)
}
