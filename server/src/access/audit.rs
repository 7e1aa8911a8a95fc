//! Takes down who changed what. The entries wait in a bounded queue for the store, so that no
//! change waits for its record.

use std::{net::IpAddr, sync::Arc};

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
    /// The method and the path.
    pub what: String,
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
