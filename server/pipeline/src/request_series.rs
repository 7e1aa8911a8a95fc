//! The series that a request counts in, found in one step by its source, method, status and code.
//!
//! Holds indexes of series of a [`crate::accumulator::Accumulator`], and no values.

use hashbrown::HashTable;

use crate::{extract::Request, series::mix};

/// How many series a request can count in: requests, service, connect, bytes, queue, errors.
pub(crate) const SERIES_PER_REQUEST: usize = 6;

/// Source, method, status and code of a request, packed into words for a quick comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RequestKey([u64; 4]);

impl RequestKey {
    /// The key of a request; `None` if a part is too long to be packed, which no router's is.
    #[inline]
    pub(crate) fn of(request: &Request<'_>) -> Option<Self> {
        let (source, method, code) = (request.source, request.method, request.code);
        if source.len() > 16 || method.len() > 8 || code.len() > 4 {
            return None;
        }
        let (low, high) =
            if source.len() > 8 { (word(&source[..8]), word(&source[source.len() - 8..])) } else { (word(source), 0) };
        let labels = u64::from(request.status)
            | (source.len() as u64) << 16
            | (method.len() as u64) << 24
            | (code.len() as u64) << 28
            | word(code) << 32;
        Some(Self([low, high, word(method), labels]))
    }

    #[inline]
    fn hash_u64(&self) -> u64 {
        let [a, b, c, d] = self.0;
        mix(mix(a, c), mix(b, d) | 1)
    }
}

/// Up to eight bytes as a word, which is unique among texts of the same length.
#[inline]
fn word(bytes: &[u8]) -> u64 {
    let half = |at: usize| bytes.get(at..at + 4).and_then(|it| it.try_into().ok()).map_or(0, u32::from_le_bytes);
    match bytes.len() {
        0 => 0,
        1..=3 => u64::from(bytes[0]) | u64::from(bytes[bytes.len() / 2]) << 8 | u64::from(bytes[bytes.len() - 1]) << 16,
        4..=8 => u64::from(half(0)) | u64::from(half(bytes.len() - 4)) << 32,
        _ => 0,
    }
}

/// The series of each kind of request so far.
#[derive(Debug, Default)]
pub(crate) struct RequestSeries {
    by_key: HashTable<u32>,
    entries: Vec<Entry>,
}

/// One kind of request.
#[derive(Debug)]
struct Entry {
    key: RequestKey,
    /// The series that are known so far, in the order of [`SERIES_PER_REQUEST`].
    series: [Option<u32>; SERIES_PER_REQUEST],
}

impl RequestSeries {
    /// The index of a kind of request, which is added if it is new.
    #[inline]
    pub(crate) fn find(&mut self, key: RequestKey) -> u32 {
        let hash = key.hash_u64();
        let entries = &mut self.entries;
        if let Some(index) = self.by_key.find(hash, |index| entries[*index as usize].key == key) {
            return *index;
        }
        // Series are bounded, and so are entries, far below 2^32.
        let index = entries.len() as u32;
        entries.push(Entry { key, series: [None; SERIES_PER_REQUEST] });
        self.by_key.insert_unique(hash, index, |index| entries[*index as usize].key.hash_u64());
        index
    }

    /// The series at a place of an entry, if it is known.
    #[inline]
    pub(crate) fn series(&self, entry: u32, place: usize) -> Option<u32> {
        self.entries[entry as usize].series[place]
    }

    /// Keeps the series at a place of an entry.
    pub(crate) fn set_series(&mut self, entry: u32, place: usize, series: u32) {
        self.entries[entry as usize].series[place] = Some(series);
    }

    /// How many entries there are.
    pub(crate) const fn len(&self) -> usize {
        self.entries.len()
    }

    /// Removes all entries.
    pub(crate) fn clear(&mut self) {
        self.by_key.clear();
        self.entries.clear();
    }
}
