//! What an entry becomes. An entry with `proxy` tells a request, and several entries may tell the
//! same one. The first of a `requestId` becomes a line that is the whole entry, which is for the
//! pipeline's reader of requests. Of the others, and of entries without a request, the message is
//! the line.

use std::hash::{Hash, Hasher};

use rustc_hash::{FxHashSet, FxHasher};

use crate::receiver::{
    app_frames::AppFrames,
    frames::{Header, INFORMATIONAL},
    json::{
        level::severity,
        raw::{each_field, text},
        time,
    },
    seen_requests::SeenRequests,
};

/// The requests of a batch.
pub(crate) struct Requests<'a> {
    pub(crate) drain_id: i64,
    pub(crate) seen: &'a SeenRequests,
    /// Those that this batch counts.
    pub(crate) new: FxHashSet<u64>,
}

/// The fields of an entry that a line needs, as they are written.
#[derive(Default)]
struct Entry<'a> {
    timestamp: &'a str,
    level: &'a str,
    message: &'a str,
    source: &'a str,
    project: &'a str,
    host: &'a str,
    request_id: &'a str,
    has_proxy: bool,
}

/// Writes the line of an entry, if it has one.
pub(super) fn write(object: &str, requests: &mut Requests<'_>, frames: &mut AppFrames) {
    let mut entry = Entry::default();
    let whole = each_field(object, |name, value| match &*name {
        "timestamp" => entry.timestamp = value,
        "level" => entry.level = value,
        "message" => entry.message = value,
        "source" => entry.source = value,
        "projectName" => entry.project = value,
        "host" => entry.host = value,
        "requestId" => entry.request_id = value,
        "proxy" => entry.has_proxy = value.starts_with('{'),
        _ => {}
    });
    if let Err(error) = whole {
        frames.lose(|| format!("expected an entry: {error}"));
        return;
    }
    let app = text(entry.project);
    let header = Header {
        severity: severity(&text(entry.level)).unwrap_or(INFORMATIONAL),
        at_ms: time::at_ms(&text(entry.timestamp)),
        host: &text(entry.host),
        app: &app,
        proc_id: &text(entry.source),
    };
    if entry.has_proxy && requests.is_new(entry.request_id) {
        frames.line(&app, &header, object.as_bytes());
        return;
    }
    let message = if entry.message == "null" { "".into() } else { text(entry.message) };
    // Another entry about a request, with nothing to say.
    if !message.is_empty() {
        frames.line(&app, &header, message.trim_end_matches(['\n', '\r']).as_bytes());
    }
}

impl Requests<'_> {
    /// Whether a request has not been counted yet. One without an id is always new.
    fn is_new(&mut self, request_id: &str) -> bool {
        if request_id.len() <= 2 || request_id == "null" {
            return true;
        }
        let mut hasher = FxHasher::default();
        (self.drain_id, request_id).hash(&mut hasher);
        let id = hasher.finish();
        !self.seen.contains(id) && self.new.insert(id)
    }
}
