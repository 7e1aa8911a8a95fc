//! Makes a line of a record: time, level, app, process and host become its header.
//!
//! The line's text is the message, if all other fields are in the table of names: a shipper has
//! wrapped a line then, and the pipeline reads that line as if it had come alone. A record with
//! further fields is what a logger wrote: its text is the whole object, so that nothing of it is
//! lost and the pipeline's readers of JSON see it (decision 52).

use std::borrow::Cow;

use serde_json::Error;

use super::{
    level::severity,
    names::{Role, is_parent, role},
    raw::{each_field, text},
    time,
};
use crate::receiver::{
    app_frames::AppFrames,
    frames::{Header, INFORMATIONAL},
};

/// Objects within objects whose fields are looked up.
const DEPTH_MAX: usize = 4;
/// Longest name of a field within objects, bytes.
const NAME_BYTES_MAX: usize = 200;

/// The best field of each role.
#[derive(Clone, Debug, Default)]
pub(crate) struct Record<'a> {
    time: Option<Found<'a>>,
    level: Option<Found<'a>>,
    message: Option<Found<'a>>,
    app: Option<Found<'a>>,
    process: Option<Found<'a>>,
    provider: Option<Found<'a>>,
    host: Option<Found<'a>>,
    /// Whether there are fields that a header can't hold.
    has_more: bool,
}

/// A field's place in the table and its value.
type Found<'a> = (usize, Cow<'a, str>);

impl<'a> Record<'a> {
    /// The fields of a JSON object.
    ///
    /// # Errors
    /// Where it is no JSON.
    pub(crate) fn of(object: &'a str) -> Result<Self, Error> {
        let mut record = Self::default();
        record.read(object, "", 1)?;
        Ok(record)
    }

    fn read(&mut self, object: &'a str, parent: &str, depth: usize) -> Result<(), Error> {
        each_field(object, |name, value| {
            let name = if parent.is_empty() { name } else { Cow::Owned([parent, ".", &name].concat()) };
            if name.len() > NAME_BYTES_MAX {
                self.has_more = true;
            } else if value.starts_with('{') && depth < DEPTH_MAX && is_parent(&name) {
                // Its text is a part of what has been read as JSON already.
                let _whole = self.read(value, &name, depth + 1);
            } else if value != "null" {
                self.put(&name, text(value));
            }
        })
    }

    /// Takes a field, if it is better than the one before.
    pub(crate) fn put(&mut self, name: &str, value: Cow<'a, str>) {
        let Some((role, place)) = role(name) else {
            self.has_more = true;
            return;
        };
        let slot = match role {
            Role::Time => &mut self.time,
            Role::Level => &mut self.level,
            Role::Message => &mut self.message,
            Role::App => &mut self.app,
            Role::Process => &mut self.process,
            Role::Provider => &mut self.provider,
            Role::Host => &mut self.host,
            Role::Envelope => return,
        };
        if value.is_empty() {
            return;
        }
        // Two messages are none: one of them would be lost.
        self.has_more |= slot.is_some() && role == Role::Message;
        if slot.as_ref().is_none_or(|it| place < it.0) {
            *slot = Some((place, value));
        }
    }

    /// Writes the line of this record, whose text is `object` or the message. Whether it was used.
    pub(crate) fn write(&self, object: &str, frames: &mut AppFrames) -> bool {
        let at_ms = self.time.as_ref().and_then(|it| time::at_ms(&it.1));
        let level = self.level.as_ref().and_then(|it| severity(&it.1));
        let is_understood = at_ms.is_some() == self.time.is_some() && level.is_some() == self.level.is_some();
        let text = match &self.message {
            Some((_, message)) if is_understood && !self.has_more => message.trim_end_matches(['\n', '\r']),
            _ => object,
        };
        self.write_text(text, at_ms, frames)
    }

    /// Writes a line of this text, which has this time. Whether it was used.
    pub(crate) fn write_text(&self, text: &str, at_ms: Option<i64>, frames: &mut AppFrames) -> bool {
        let severity = self.level.as_ref().and_then(|it| severity(&it.1)).unwrap_or(INFORMATIONAL);
        let app = word(&self.app);
        let process = match word(&self.provider) {
            "" | "app" => process_of(word(&self.process), app),
            provider => provider,
        };
        let header = Header { severity, at_ms, host: word(&self.host), app, proc_id: process };
        frames.line(app, &header, text.as_bytes())
    }
}

#[cfg(test)]
impl Record<'_> {
    pub(crate) fn app(&self) -> &str {
        word(&self.app)
    }

    pub(crate) fn process(&self) -> &str {
        word(&self.process)
    }
}

fn word<'a>(found: &'a Option<Found<'_>>) -> &'a str {
    found.as_ref().map_or("", |it| &it.1)
}

/// `web.1` of Dokku's container `shop.web.1`.
fn process_of<'a>(container: &'a str, app: &str) -> &'a str {
    let container = container.trim_start_matches('/');
    let process = container.strip_prefix(app).and_then(|it| it.strip_prefix('.'));
    process.filter(|it| !it.is_empty() && !app.is_empty()).unwrap_or(container)
}
