//! Prints of clues: their first bytes, which the tables of all wide ways are made of.

use crate::mask::clue::GROUPS;

/// How many bytes are compared at each place.
pub(super) const PRINT: usize = 3;

/// The first bytes of each clue of a group with its bit. Neighbours in the list share a bit.
pub(super) fn prints(group: usize) -> impl Iterator<Item = ([u8; PRINT], u8)> {
    let group = GROUPS[group];
    group.iter().enumerate().map(|(place, (clue, _))| {
        let clue = clue.as_bytes();
        ([clue[0], clue[1], clue[2]], 1 << (place * 8 / group.len()))
    })
}
