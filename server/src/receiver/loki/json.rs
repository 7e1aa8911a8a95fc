//! The JSON form: `{"streams":[{"stream":{labels},"values":[["nanoseconds","line",{metadata}]]}]}`.

use crate::receiver::{
    app_frames::AppFrames,
    json::{
        raw::{each_element, each_field, kind, text},
        record::Record,
        time,
    },
};

/// Writes the lines of a body.
pub(crate) fn write(body: &str, frames: &mut AppFrames) {
    let mut streams = "";
    let whole = each_field(body, |name, value| {
        if name == "streams" {
            streams = value;
        }
    });
    let read = whole.and_then(|()| each_element(streams, |stream| write_stream(stream, frames)));
    if let Err(error) = read {
        frames.lose(|| format!("expected an object with streams: {error}"));
    }
}

fn write_stream(stream: &str, frames: &mut AppFrames) {
    let (mut labels, mut values) = ("{}", "[]");
    let mut record = Record::default();
    let whole = each_field(stream, |name, value| match &*name {
        "stream" => labels = value,
        "values" => values = value,
        _ => {}
    });
    let read = whole.and_then(|()| each_field(labels, |name, value| record.put(&name, text(value))));
    let read = read.and_then(|()| each_element(values, |entry| write_entry(entry, &record, frames)));
    if let Err(error) = read {
        frames.lose(|| format!("expected a stream with labels and values: {error}"));
    }
}

fn write_entry<'a>(entry: &'a str, stream: &Record<'a>, frames: &mut AppFrames) {
    let (mut parts, mut found) = ([""; 3], 0);
    let whole = each_element(entry, |part| {
        if let Some(slot) = parts.get_mut(found) {
            *slot = part;
        }
        found += 1;
    });
    let [stated, line, metadata] = parts;
    if whole.is_err() || !line.starts_with('"') {
        frames.lose(|| format!("expected a time and a line in a value, found {}", kind(line)));
        return;
    }
    let mut record = stream.clone();
    if !metadata.is_empty() {
        // What is no object of metadata has no levels either.
        let _is_object = each_field(metadata, |name, value| record.put(&name, text(value)));
    }
    record.write_text(&text(line), time::at_ms(&text(stated)), frames);
}
