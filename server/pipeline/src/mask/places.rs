//! Places of a text at which clues may begin, and the clues that do begin there. Which places those are, [`super::wide`] says.

use std::sync::LazyLock;

use super::{
    clue::{GROUPS, GROUPS_COUNT},
    scan::{BLOCK, ones},
};

/// By the first byte of a clue: a bit for each clue of the group.
static FIRSTS: LazyLock<[[u64; 256]; GROUPS_COUNT]> = LazyLock::new(|| {
    GROUPS.map(|group| {
        let mut firsts = [0; 256];
        for (number, (clue, _)) in group.iter().enumerate() {
            firsts[usize::from(clue.as_bytes()[0])] |= 1u64 << number;
        }
        firsts
    })
});

/// By group the blocks that hold such places, in the order of the text, with a bit a place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Places {
    blocks: [Vec<(u32, u64)>; GROUPS_COUNT],
    /// Those before are behind what is looked for.
    passed: [usize; GROUPS_COUNT],
}

impl Places {
    /// Adds the places of a block behind all that there are.
    #[inline]
    pub(super) fn push(&mut self, group: usize, block: usize, bits: u64) {
        self.blocks[group].push((block as u32, bits));
    }

    /// The next clue of a group from `at` on: its number, its beginning and its end. The first of the group wins. `at` never goes back.
    #[inline]
    pub(super) fn find(&mut self, group: usize, text: &[u8], at: usize) -> Option<(usize, usize, usize)> {
        let (blocks, passed) = (&self.blocks[group], &mut self.passed[group]);
        while let Some((number, bits)) = blocks.get(*passed) {
            let first = *number as usize * BLOCK;
            let behind = match at.saturating_sub(first) {
                inside @ 0..BLOCK => u64::MAX << inside,
                _ => 0,
            };
            for bit in ones(bits & behind) {
                let start = first + bit;
                if let Some((clue, bytes)) = clue_at(group, text.get(start..)?) {
                    return Some((clue, start, start + bytes));
                }
            }
            *passed += 1;
        }
        None
    }
}

/// The clue that a text begins with, and how long it is.
fn clue_at(group: usize, text: &[u8]) -> Option<(usize, usize)> {
    ones(FIRSTS[group][usize::from(*text.first()?)]).find_map(|number| {
        let clue = GROUPS[group][number].0.as_bytes();
        text.starts_with(clue).then_some((number, clue.len()))
    })
}
