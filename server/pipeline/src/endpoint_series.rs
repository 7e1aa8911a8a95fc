//! The series of an endpoint, found in one step by its path, method and kind.
//!
//! Holds indexes of series of a [`crate::accumulator::Accumulator`], and no keys of its own: the
//! accumulator's series are passed in to compare them.

use std::{hash::Hasher, sync::Arc};

use hashbrown::HashTable;
use rustc_hash::FxHasher;

use crate::{Kind, SeriesKey, series::SeriesRef};

/// The series of each endpoint so far.
#[derive(Debug, Default)]
pub(crate) struct EndpointSeries(HashTable<u32>);

impl EndpointSeries {
    /// The hash of an endpoint for [`Self::insert`], and its series if that is known.
    #[inline]
    pub(crate) fn find(&self, series: &[Arc<SeriesKey>], wanted: &SeriesRef<'_>) -> (u64, Option<u32>) {
        let hash = hash_of_endpoint(wanted.path, wanted.method, wanted.kind);
        let is_same = |index: &u32| {
            let key = &series[*index as usize];
            key.path.as_bytes() == wanted.path && key.method.as_bytes() == wanted.method && key.kind == wanted.kind
        };
        (hash, self.0.find(hash, is_same).copied())
    }

    /// Keeps the series of an endpoint, given by its index in `series`.
    pub(crate) fn insert(&mut self, series: &[Arc<SeriesKey>], hash: u64, index: u32) {
        let rehash = |index: &u32| {
            let key = &series[*index as usize];
            hash_of_endpoint(key.path.as_bytes(), key.method.as_bytes(), key.kind)
        };
        self.0.insert_unique(hash, index, rehash);
    }

    /// Removes all entries.
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }
}

/// Hashes the length of the method only: most methods differ in length, and the comparison tells
/// the others apart.
#[inline]
fn hash_of_endpoint(path: &[u8], method: &[u8], kind: Kind) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(path);
    hasher.write_usize(path.len() << 16 | method.len() << 2 | kind as usize);
    hasher.finish()
}
