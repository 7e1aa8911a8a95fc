//! Log records become lines: the body is the text, and the attributes follow it as pairs. Which
//! metrics a line gives is decided by the readers of lines, as for every sender.
//!
//! On Heroku, a record of a dyno has the header of a dyno's line, so that its requests are left to
//! the router; a router's line without a dyno has that of the router.

use super::{
    log_record::LogRecord,
    logfmt,
    record::Rejected,
    sender::Sender,
    traces::Request,
    tree::{Raw, Visit},
    value::{Attributes, Value, push_json, push_json_text},
};
use crate::receiver::frames::{FrameWriter, Header};

/// Most bytes of the attributes of one line.
const ATTRIBUTES_BYTES_MAX: usize = 16 << 10;

/// Writes the lines of one request.
pub(super) struct Logs<'a> {
    pub frames: &'a mut FrameWriter,
    pub rejected: &'a mut Rejected,
    sender: Sender,
    /// Whether the records come from a library in an app, not from a platform.
    is_of_library: bool,
    text: String,
}

impl<'a> Logs<'a> {
    pub(super) fn new(frames: &'a mut FrameWriter, rejected: &'a mut Rejected) -> Self {
        Self { frames, rejected, sender: Sender::default(), is_of_library: false, text: String::new() }
    }

    fn line(&mut self, record: &LogRecord<'_>) {
        let sender = &self.sender;
        self.text.clear();
        let is_router = sender.is_heroku && !sender.is_dyno && record.body.text().starts_with("at=");
        let request = (sender.is_heroku && !sender.is_dyno && !self.is_of_library && !is_router)
            .then(|| Request::of(&record.attributes))
            .flatten();
        let (app, proc_id) = match () {
            () if is_router => ("heroku", "router"),
            () if request.is_some() => ("otlp", &*sender.process),
            () if sender.is_dyno => ("app", &*sender.process),
            () => (own_name(&sender.service), &*sender.process),
        };
        match request {
            Some(request) => {
                request.write(&mut self.text);
                push_ids(&mut self.text, record);
            }
            None if is_router => self.text.push_str(&record.body.text()),
            None => write(&mut self.text, record),
        }
        let header = Header { severity: record.severity(), at_ms: record.at_ms(), host: "", app, proc_id };
        self.frames.line(&header, self.text.as_bytes());
    }
}

impl Visit for Logs<'_> {
    fn resource(&mut self, attributes: &Attributes<'_>) {
        self.sender = Sender::of(attributes);
    }

    fn scope(&mut self, name: &str) {
        self.is_of_library = !name.is_empty();
    }

    fn record(&mut self, record: Raw<'_>) {
        match LogRecord::read(record) {
            Ok(record) => self.line(&record),
            Err(error) => self.rejected.add(&error),
        }
    }
}

/// A service's name as APP-NAME. The names that stand for a platform's own lines are given to
/// nobody else.
fn own_name(service: &str) -> &str {
    if matches!(service, "app" | "heroku" | "otlp" | "streamgauge") { "service" } else { service }
}

/// Writes the body and the attributes. A body that is a JSON object takes the attributes as fields,
/// so that it stays one.
fn write(text: &mut String, record: &LogRecord<'_>) {
    let body = record.body.text();
    let body = if body.is_empty() { &record.event_name } else { &body };
    text.push_str(body.trim_end());
    let is_object = matches!(record.body, Value::Nested(_) | Value::Text(_)) && is_json_object(text);
    if is_object {
        text.pop();
    }
    let limit = text.len() + ATTRIBUTES_BYTES_MAX;
    let mut is_first = is_object && text.trim_end().ends_with('{');
    for (key, value) in &record.attributes.list {
        if is_object {
            if !std::mem::take(&mut is_first) {
                text.push(',');
            }
            push_json_text(text, key);
            text.push(':');
            push_json(text, value);
        } else {
            logfmt::push(text, key, &value.text());
        }
        if text.len() > limit {
            break;
        }
    }
    if is_object {
        for (key, id) in [("trace_id", &record.trace_id), ("span_id", &record.span_id)] {
            if !id.is_empty() {
                if !std::mem::take(&mut is_first) {
                    text.push(',');
                }
                push_json_text(text, key);
                text.push(':');
                push_json_text(text, id);
            }
        }
        text.push('}');
    } else {
        push_ids(text, record);
    }
}

fn push_ids(text: &mut String, record: &LogRecord<'_>) {
    for (key, id) in [("trace_id", &record.trace_id), ("span_id", &record.span_id)] {
        if !id.is_empty() {
            logfmt::push(text, key, id);
        }
    }
}

/// Whether a text is one JSON object, by its first and last sign.
fn is_json_object(text: &str) -> bool {
    text.starts_with('{') && text.ends_with('}') && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}
