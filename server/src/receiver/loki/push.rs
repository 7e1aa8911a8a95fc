//! The protobuf form, `logproto.PushRequest`. Source: Loki's `pkg/push/push.proto`.
//!
//! ```text
//! PushRequest { streams 1 }     Stream { labels 1, entries 2 }
//! Entry { timestamp 1 { seconds 1, nanos 2 }, line 2, metadata 3 { name 1, value 2 } }
//! ```

use std::borrow::Cow;

use super::labels;
use crate::receiver::{
    app_frames::AppFrames,
    json::record::Record,
    protobuf::{Fields, Malformed},
};

/// Writes the lines of a message.
pub(crate) fn write(message: &[u8], frames: &mut AppFrames) {
    for stream in Fields::of(message).all(1) {
        if stream.and_then(|it| write_stream(it, frames)).is_err() {
            lose(frames);
        }
    }
}

fn write_stream(stream: &[u8], frames: &mut AppFrames) -> Result<(), Malformed> {
    let mut record = Record::default();
    // Labels may come after entries.
    let text = Fields::of(stream).all(1).next().transpose()?;
    labels::read(text.and_then(|it| std::str::from_utf8(it).ok()).unwrap_or_default(), &mut record);
    for entry in Fields::of(stream).all(2) {
        if write_entry(entry?, &record, frames).is_err() {
            lose(frames);
        }
    }
    Ok(())
}

fn write_entry<'a>(entry: &'a [u8], stream: &Record<'a>, frames: &mut AppFrames) -> Result<(), Malformed> {
    let mut record = stream.clone();
    let (mut at_ms, mut line) = (None, &b""[..]);
    for field in Fields::of(entry) {
        match field? {
            (1, time) => at_ms = time_ms(time.bytes())?,
            (2, text) => line = text.bytes(),
            (3, pair) => put_pair(pair.bytes(), &mut record)?,
            _ => {}
        }
    }
    record.write_text(&String::from_utf8_lossy(line), at_ms, frames);
    Ok(())
}

fn time_ms(time: &[u8]) -> Result<Option<i64>, Malformed> {
    let (mut seconds, mut nanos) = (0_i64, 0_i64);
    for field in Fields::of(time) {
        match field? {
            (1, number) => seconds = number.signed(),
            (2, number) => nanos = number.signed(),
            _ => {}
        }
    }
    let at_ms = seconds.checked_mul(1_000).and_then(|it| it.checked_add(nanos / 1_000_000));
    Ok(at_ms.filter(|it| (0..4_102_444_800_000).contains(it)))
}

fn put_pair<'a>(pair: &'a [u8], record: &mut Record<'a>) -> Result<(), Malformed> {
    let (mut name, mut value) = ("", "");
    for field in Fields::of(pair) {
        match field? {
            (1, field) => name = field.text()?,
            (2, field) => value = field.text()?,
            _ => {}
        }
    }
    record.put(name, Cow::Borrowed(value));
    Ok(())
}

fn lose(frames: &mut AppFrames) {
    frames.lose(|| "expected a protobuf message of Loki, found other bytes".into());
}
