//! Takes down who changed what. The entries wait in a bounded queue for the store, so that no
//! change waits for its record.

use std::{
    net::IpAddr,
    sync::{Arc, OnceLock},
};

use tokio::sync::mpsc;

use crate::telemetry::Counters;

/// Most entries that wait.
pub(crate) const WAITING_MAX: usize = 256;
/// Longest text of an entry, characters.
const TEXT_CHARS_MAX: usize = 200;

/// A change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// When, unix milliseconds.
    pub at_ms: i64,
    pub who: String,
    pub from: Option<IpAddr>,
    /// The method, the path and what the handler noted.
    pub what: String,
}

/// What a handler says about the change that a request asks for: a path alone does not tell an
/// invitation from a removal.
#[derive(Clone, Debug, Default)]
pub(crate) struct Note(Arc<OnceLock<String>>);

impl Note {
    /// Notes what is changed; the first note of a request stays. Nothing secret may be in it.
    pub(crate) fn say(&self, what: &str) {
        _ = self.0.set(what.chars().filter(|it| !it.is_control()).take(TEXT_CHARS_MAX).collect());
    }

    /// What was noted.
    pub(crate) fn text(&self) -> Option<&str> {
        self.0.get().map(String::as_str)
    }
}

/// Takes entries. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Audit {
    entries: mpsc::Sender<Entry>,
    counters: Arc<Counters>,
}

impl Audit {
    /// A record, and the receiver of its entries.
    pub(crate) fn new(counters: Arc<Counters>) -> (Self, mpsc::Receiver<Entry>) {
        let (entries, waiting) = mpsc::channel(WAITING_MAX);
        (Self { entries, counters }, waiting)
    }

    /// Takes an entry down; counted where there is no room.
    pub(crate) fn record(&self, entry: Entry) {
        let what = entry.what.chars().take(TEXT_CHARS_MAX).collect();
        if self.entries.try_send(Entry { what, ..entry }).is_err() {
            self.counters.audits_lost.add(1);
        }
    }
}
