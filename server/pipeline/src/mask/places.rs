//! Places of a text where clues may begin, as [`super::wide`] found them, and the clues that do
//! begin there.

use std::sync::LazyLock;

use super::{
    clue::{GROUPS, GROUPS_COUNT, Match},
    scan::{BLOCK, ones},
};

/// For each first byte, a bit for each clue of the group that begins with it.
static FIRSTS: LazyLock<[[u64; 256]; GROUPS_COUNT]> = LazyLock::new(|| {
    GROUPS.map(|group| {
        let mut firsts = [0; 256];
        for (number, (clue, _)) in group.iter().enumerate() {
            firsts[usize::from(clue.as_bytes()[0])] |= 1u64 << number;
        }
        firsts
    })
});

/// For each group, the blocks that hold such places, in the order of the text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Places {
    blocks: [Vec<Block>; GROUPS_COUNT],
    /// How many blocks of each group the search has passed.
    passed: [usize; GROUPS_COUNT],
}

/// A block of the text, with one bit for each place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Block {
    number: u32,
    bits: u64,
}

impl Places {
    /// Adds the places of a block, which comes after all others.
    #[inline]
    pub(super) fn push(&mut self, group: usize, block: usize, bits: u64) {
        self.blocks[group].push(Block { number: block as u32, bits });
    }

    /// The next clue of a group from `at` on; of several at one place, the first of the group. `at`
    /// never decreases.
    #[inline]
    pub(super) fn find(&mut self, group: usize, text: &[u8], at: usize) -> Option<Match> {
        let (blocks, passed) = (&self.blocks[group], &mut self.passed[group]);
        while let Some(Block { number, bits }) = blocks.get(*passed) {
            let first = *number as usize * BLOCK;
            let behind = match at.saturating_sub(first) {
                inside @ 0..BLOCK => u64::MAX << inside,
                _ => 0,
            };
            for bit in ones(bits & behind) {
                let start = first + bit;
                if let Some((clue, bytes)) = clue_at(group, text.get(start..)?) {
                    return Some(Match { clue, start, end: start + bytes });
                }
            }
            *passed += 1;
        }
        None
    }
}

/// Index and length of the clue that a text begins with.
fn clue_at(group: usize, text: &[u8]) -> Option<(usize, usize)> {
    ones(FIRSTS[group][usize::from(*text.first()?)]).find_map(|number| {
        let clue = GROUPS[group][number].0.as_bytes();
        text.starts_with(clue).then_some((number, clue.len()))
    })
}
