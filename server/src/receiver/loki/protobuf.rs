//! The protobuf form, `logproto.PushRequest`. Source: Loki's `pkg/push/push.proto`.
//!
//! ```text
//! PushRequest { streams 1 }     Stream { labels 1, entries 2 }
//! Entry { timestamp 1 { seconds 1, nanos 2 }, line 2, metadata 3 { name 1, value 2 } }
//! ```

use std::borrow::Cow;

use super::{
    labels,
    wire::{Fields, Value},
};
use crate::receiver::{app_frames::AppFrames, json::record::Record};

const BROKEN: &str = "expected a protobuf message of Loki, found other bytes";

/// Writes the lines of a message.
pub(crate) fn write(message: &[u8], frames: &mut AppFrames) {
    let mut fields = Fields::of(message);
    for field in fields.by_ref() {
        if let (1, Value::Bytes(stream)) = field {
            write_stream(stream, frames);
        }
    }
    lose_if(fields.is_broken, frames);
}

fn write_stream(stream: &[u8], frames: &mut AppFrames) {
    let mut record = Record::default();
    let mut fields = Fields::of(stream);
    // Labels may come after entries.
    let text = fields.by_ref().find_map(|field| match field {
        (1, Value::Bytes(text)) => Some(text),
        _ => None,
    });
    labels::read(text.and_then(|it| std::str::from_utf8(it).ok()).unwrap_or_default(), &mut record);
    let mut fields = Fields::of(stream);
    for field in fields.by_ref() {
        if let (2, Value::Bytes(entry)) = field {
            write_entry(entry, &record, frames);
        }
    }
    lose_if(fields.is_broken, frames);
}

fn write_entry<'a>(entry: &'a [u8], stream: &Record<'a>, frames: &mut AppFrames) {
    let mut record = stream.clone();
    let (mut at_ms, mut line) = (None, &b""[..]);
    let mut fields = Fields::of(entry);
    for field in fields.by_ref() {
        match field {
            (1, Value::Bytes(time)) => at_ms = time_ms(time),
            (2, Value::Bytes(text)) => line = text,
            (3, Value::Bytes(pair)) => put_pair(pair, &mut record),
            _ => {}
        }
    }
    if fields.is_broken {
        lose_if(true, frames);
    } else {
        record.write_text(&String::from_utf8_lossy(line), at_ms, frames);
    }
}

fn time_ms(time: &[u8]) -> Option<i64> {
    let (mut seconds, mut nanos) = (0_i64, 0_i64);
    for field in Fields::of(time) {
        match field {
            (1, Value::Number(number)) => seconds = number.cast_signed(),
            (2, Value::Number(number)) => nanos = number.cast_signed(),
            _ => {}
        }
    }
    seconds.checked_mul(1_000)?.checked_add(nanos / 1_000_000).filter(|it| (0..4_102_444_800_000).contains(it))
}

fn put_pair<'a>(pair: &'a [u8], record: &mut Record<'a>) {
    let (mut name, mut value) = ("", "");
    for field in Fields::of(pair) {
        match field {
            (1, Value::Bytes(text)) => name = std::str::from_utf8(text).unwrap_or_default(),
            (2, Value::Bytes(text)) => value = std::str::from_utf8(text).unwrap_or_default(),
            _ => {}
        }
    }
    record.put(name, Cow::Borrowed(value));
}

fn lose_if(is_broken: bool, frames: &mut AppFrames) {
    if is_broken {
        frames.lose(|| BROKEN.into());
    }
}
