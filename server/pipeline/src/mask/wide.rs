//! How a block is read with the wide registers of x86: 64 bytes at once with AVX-512 (VBMI), 32 with AVX2.
//!
//! Three bytes at each place are compared with those that clues begin with, for all groups of clues at once. Each clue has one of eight
//! bits in the tables of its group, and clues that share a bit may together let a place through that is none of theirs: each place is
//! compared with the clues themselves before anything is made of it. The method is Teddy's; with AVX-512 a byte is looked up whole and
//! not by its halves.

/// 64 bytes at once.
mod avx512;

/// 32 bytes at once.
mod avx2;

use super::{
    clue::{GROUPS, GROUPS_COUNT},
    scan::{BLOCK, Found, Marks, SEEN, read},
};

/// Bytes that are compared at each place.
const PRINT: usize = 3;

/// Reads a text in the best way; `None` where the processor knows none.
pub(super) fn scan(text: &[u8]) -> Option<Found> {
    avx512::scan(text).or_else(|| avx2::scan(text))
}

/// What every way finds that the processor knows.
#[cfg(test)]
pub(super) fn ways(text: &[u8]) -> Vec<Found> {
    [avx512::scan(text), avx2::scan(text)].into_iter().flatten().collect()
}

/// The bytes that the clues of a group begin with, each with its bit: those that follow each other in the list share one.
fn prints(group: usize) -> impl Iterator<Item = ([u8; PRINT], u8)> {
    let group = GROUPS[group];
    group.iter().enumerate().map(|(place, (clue, _))| {
        let clue = clue.as_bytes();
        ([clue[0], clue[1], clue[2]], 1 << (place * 8 / group.len()))
    })
}
