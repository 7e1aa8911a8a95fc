//! Which series a request counts in, found in one step by what its line says of it: source, method, status and code.
//!
//! Remembers series of a [`crate::tally::Tally`] by their index and holds no values.

use hashbrown::HashTable;

use crate::{extract::Request, series::fold};

/// How many series a request can count in: itself, service, connect, bytes, queue, error.
pub(crate) const PLACES: usize = 6;

/// A request's marks, packed so that they compare as words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RouteKey([u64; 4]);

impl RouteKey {
    /// The key of a request; `None` where a part is too long to be packed, as no router's is.
    #[inline]
    pub(crate) fn of(request: &Request<'_>) -> Option<Self> {
        let (source, method, code) = (request.source, request.method, request.code);
        if source.len() > 16 || method.len() > 8 || code.len() > 4 {
            return None;
        }
        let (low, high) =
            if source.len() > 8 { (word(&source[..8]), word(&source[source.len() - 8..])) } else { (word(source), 0) };
        let marks = u64::from(request.status)
            | (source.len() as u64) << 16
            | (method.len() as u64) << 24
            | (code.len() as u64) << 28
            | word(code) << 32;
        Some(Self([low, high, word(method), marks]))
    }

    #[inline]
    fn hash_u64(&self) -> u64 {
        let [a, b, c, d] = self.0;
        fold(fold(a, c), fold(b, d) | 1)
    }
}

/// Up to eight bytes as a word that tells them apart from others of the same length.
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

/// The series of every kind of request that was seen.
#[derive(Debug, Default)]
pub(crate) struct Routes {
    by_key: HashTable<u32>,
    routes: Vec<(RouteKey, [Option<u32>; PLACES])>,
}

impl Routes {
    /// The number of a route, made where it is new.
    #[inline]
    pub(crate) fn find(&mut self, key: RouteKey) -> u32 {
        let hash = key.hash_u64();
        let routes = &mut self.routes;
        if let Some(index) = self.by_key.find(hash, |index| routes[*index as usize].0 == key) {
            return *index;
        }
        // Series are bounded, and routes with them; the cast holds far beyond that bound.
        let index = routes.len() as u32;
        routes.push((key, [None; PLACES]));
        self.by_key.insert_unique(hash, index, |index| routes[*index as usize].0.hash_u64());
        index
    }

    /// The series at a place of a route, where it is known.
    #[inline]
    pub(crate) fn series(&self, route: u32, place: usize) -> Option<u32> {
        self.routes[route as usize].1[place]
    }

    /// Remembers it.
    pub(crate) fn set_series(&mut self, route: u32, place: usize, series: u32) {
        self.routes[route as usize].1[place] = Some(series);
    }

    /// How many there are.
    pub(crate) const fn len(&self) -> usize {
        self.routes.len()
    }

    /// Forgets all.
    pub(crate) fn clear(&mut self) {
        self.by_key.clear();
        self.routes.clear();
    }
}
