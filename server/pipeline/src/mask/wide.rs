//! Reads blocks with the wide registers of x86: 64 bytes at once with AVX-512 (VBMI), 32 with AVX2.
//!
//! At each place, three bytes are compared with the first three of all clues, for all groups at
//! once. Each clue has one of eight bits in the tables of its group. Clues that share a bit may
//! together match a place where none of them is, so each place is compared with the clues
//! themselves afterwards. The method is Teddy's; with AVX-512 a byte is looked up whole instead of
//! by its halves.

/// Reading 64 bytes at once.
mod avx512;

/// Reading 32 bytes at once.
mod avx2;

use super::{
    clue::{GROUPS, GROUPS_COUNT},
    scan::{BLOCK, Found, Marks, SEEN, read},
};

/// How many bytes are compared at each place.
const PRINT: usize = 3;

/// Scans a text in the best way; `None` if the processor supports none.
pub(super) fn scan(text: &[u8]) -> Option<Found> {
    avx512::scan(text).or_else(|| avx2::scan(text))
}

/// The results of every way that the processor supports.
#[cfg(test)]
pub(super) fn ways(text: &[u8]) -> Vec<Found> {
    [avx512::scan(text), avx2::scan(text)].into_iter().flatten().collect()
}

/// The first bytes of each clue of a group with its bit. Neighbours in the list share a bit.
fn prints(group: usize) -> impl Iterator<Item = ([u8; PRINT], u8)> {
    let group = GROUPS[group];
    group.iter().enumerate().map(|(place, (clue, _))| {
        let clue = clue.as_bytes();
        ([clue[0], clue[1], clue[2]], 1 << (place * 8 / group.len()))
    })
}
