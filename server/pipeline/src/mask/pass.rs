//! One pass over a text, 64 bytes at a time, that notes the few places where secrets may be.
//!
//! [`super::address`], [`super::card`] and [`super::secret`] decide what is there. How a block is
//! read is a parameter.

use super::{
    block::{BLOCK, Marks, SEEN, ones},
    card::DIGITS_MIN,
    clue::GROUPS_COUNT,
    places::Places,
};

/// Blocks that are read together.
const GROUP: usize = 64;
const RUN: u32 = DIGITS_MIN as u32;

/// The places that were found, in the order of the text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// Numbers of blocks that hold an `@` or a `K`.
    pub(super) signs: Vec<u32>,
    /// Beginnings of runs of at least [`DIGITS_MIN`] digits, blanks and dashes.
    pub(super) runs: Vec<usize>,
    /// Places where clues may begin; `None` if they were not searched.
    pub(super) clues: Option<Places>,
}

/// Scans a text with `marks`. This function and what it calls are always inlined: `marks` may need
/// instructions that only its caller may use.
#[inline(always)]
pub(super) fn read(text: &[u8], marks: impl Fn(&[u8; SEEN]) -> Marks) -> Found {
    let mut reading =
        Reading { found: Found { clues: Some(Places::default()), ..Found::default() }, parts: [0; GROUP + 1] };
    let whole = text.len().saturating_sub(SEEN - BLOCK) / BLOCK;
    let mut number = 0;
    while number < whole {
        reading.group(&text[number * BLOCK..], number, GROUP.min(whole - number), &marks);
        number += GROUP;
    }
    let rest = &text[whole * BLOCK..];
    let mut last = [0; 2 * BLOCK + SEEN];
    last[..rest.len()].copy_from_slice(rest);
    reading.group(&last, whole, rest.len().div_ceil(BLOCK), &marks);
    reading.found
}

/// A scan in progress.
struct Reading {
    found: Found,
    /// The parts of the last block before a group, then those of each block of the group.
    parts: [u64; GROUP + 1],
}

impl Reading {
    /// Reads `count` blocks from the beginning of `text`, whose first is `number`.
    #[inline(always)]
    fn group(&mut self, text: &[u8], number: usize, count: usize, marks: &impl Fn(&[u8; SEEN]) -> Marks) {
        // One bit for each block. Nothing is pushed in this loop, which would then have to save its
        // registers.
        let (mut signs, mut runs, mut begun) = (0u64, 0u64, [0u64; GROUPS_COUNT]);
        let mut clues = [[0; GROUPS_COUNT]; GROUP];
        let mut before = self.parts[0];
        let blocks = clues.iter_mut().zip(&mut self.parts[1..]).take(count);
        for (place, (clues, parts)) in blocks.enumerate() {
            let Some(block) = text.get(place * BLOCK..).and_then(|it| it.first_chunk()) else { break };
            let it = marks(block);
            let is_run = long(it.parts) != 0 || goes_on(before, it.parts);
            before = it.parts;
            *parts = before;
            *clues = it.clues;
            signs |= u64::from(it.signs != 0) << place;
            runs |= u64::from(is_run) << place;
            for (begun, bits) in begun.iter_mut().zip(it.clues) {
                *begun |= u64::from(bits != 0) << place;
            }
        }
        ones(signs).for_each(|place| self.found.signs.push((number + place) as u32));
        for place in ones(runs) {
            push_runs(&mut self.found.runs, (number + place) * BLOCK, self.parts[place], self.parts[place + 1]);
        }
        if let Some(places) = &mut self.found.clues {
            for (group, begun) in begun.into_iter().enumerate() {
                ones(begun).for_each(|place| places.push(group, number + place, clues[place][group]));
            }
        }
        self.parts[0] = before;
    }
}

/// The beginnings of [`DIGITS_MIN`] set bits in a row.
#[inline(always)]
const fn long(bits: u64) -> u64 {
    let two = bits & bits >> 1;
    let four = two & two >> 2;
    let eight = four & four >> 4;
    eight & four >> 8 & bits >> 12
}

/// Whether a run at the end of the last block becomes long in this one.
#[inline(always)]
const fn goes_on(last: u64, bits: u64) -> bool {
    let before = last.leading_ones();
    (bits & 1 == 1) & (before > 0) & (before < RUN) & (before + bits.trailing_ones() >= RUN)
}

/// Appends the beginnings of the long runs that end in a block or continue after it.
fn push_runs(runs: &mut Vec<usize>, first: usize, last: u64, bits: u64) {
    let before = last.leading_ones();
    if goes_on(last, bits) {
        runs.push(first - before as usize);
    }
    let begins = long(bits);
    // A run at the first place is new, unless it continues one of the last block.
    let begins = begins & !(begins << 1) & !u64::from(before > 0);
    ones(begins).for_each(|place| runs.push(first + place));
}
