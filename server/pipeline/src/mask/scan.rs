//! One pass over a text, 64 bytes at a time, that notes the few places where secrets may be.
//!
//! [`super::address`], [`super::card`] and [`super::clue`] decide what is there. How a block is
//! read depends on the processor (see [`super::wide`]). Without wide registers, this pass does not
//! search for clues.

#[cfg(target_arch = "x86_64")]
use super::wide;
use super::{clue::GROUPS_COUNT, places::Places};

/// Size of a block, bytes.
pub(super) const BLOCK: usize = 64;
/// Bytes that are read for a block: at each of its places three bytes are compared.
pub(super) const SEEN: usize = BLOCK + 2;
/// The fewest digits of a card number.
pub(super) const DIGITS_MIN: usize = 13;
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

/// The content of a block: one bit for each byte, the first byte lowest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Marks {
    /// `@` and `K`. A way of reading may set one bit for all of them.
    pub(super) signs: u64,
    /// Digits, blanks and dashes.
    pub(super) parts: u64,
    /// Places where clues may begin, by group.
    pub(super) clues: [u64; GROUPS_COUNT],
}

/// Scans a text in the best way that the processor supports.
pub(super) fn scan(text: &[u8]) -> Found {
    #[cfg(target_arch = "x86_64")]
    if let Some(found) = wide::scan(text) {
        return found;
    }
    Found { clues: None, ..read(text, marks) }
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

/// The indexes of the set bits, lowest first.
pub(super) fn ones(mut bits: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let place = bits.trailing_zeros() as usize;
        bits &= bits.wrapping_sub(1);
        (place < 64).then_some(place)
    })
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

/// Reads eight bytes at a time and does not search for clues.
fn marks(block: &[u8; SEEN]) -> Marks {
    const LOW: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x80 * LOW;
    // The high bit of each byte between `from` and `from + over`.
    let is_from = |word: u64, from: u8, over: u64| {
        let off = word ^ (u64::from(from) * LOW);
        !(((off & !HIGH) + (0x7F - over) * LOW) | off) & HIGH
    };
    let (mut signs, mut parts) = (0, 0);
    for (place, word) in block[..BLOCK].as_chunks::<8>().0.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        signs |= is_from(word, b'@', 0) | is_from(word, b'K', 0);
        let bits = is_from(word, b'0', 9) | is_from(word, b' ', 0) | is_from(word, b'-', 0);
        parts |= ((bits >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56) << (place * 8);
    }
    Marks { signs, parts, clues: [0; GROUPS_COUNT] }
}

/// The results of every way of reading that this processor supports.
#[cfg(test)]
pub(super) fn ways(text: &[u8]) -> Vec<Found> {
    #[cfg(target_arch = "x86_64")]
    let wide = wide::ways(text);
    #[cfg(not(target_arch = "x86_64"))]
    let wide = vec![];
    wide.into_iter().chain([Found { clues: None, ..read(text, marks) }]).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const fn is_part(byte: u8) -> bool {
        byte.is_ascii_digit() || matches!(byte, b' ' | b'-')
    }

    proptest! {
        #[test]
        fn ok_every_byte_is_marked(bytes in prop::collection::vec(any::<u8>(), SEEN), at in 0..BLOCK, byte in any::<u8>()) {
            let mut block: [u8; SEEN] = *bytes.first_chunk().expect("a block");
            block.iter_mut().filter(|it| matches!(**it, b'@' | b'K')).for_each(|it| *it = b'x');
            block[at] = byte;
            let parts = block[..BLOCK].iter().rev().fold(0, |bits, it| bits << 1 | u64::from(is_part(*it)));
            let found = marks(&block);
            prop_assert_eq!((found.signs != 0, found.parts), (matches!(byte, b'@' | b'K'), parts));
            // Every way of reading notes the same.
            let all = ways(&block[..BLOCK]);
            prop_assert!(all.iter().all(|it| (&it.signs, &it.runs) == (&all[0].signs, &all[0].runs)), "{all:?}");
        }

        #[test]
        fn ok_every_run_and_sign_is_noted(text in "([0-9 -]{1,30}|[0-9xK@]{1,9}){0,400}", before in 0usize..70) {
            let text = ["x".repeat(before), text].concat();
            let (mut expected, mut run) = (Found::default(), 0);
            for (place, byte) in text.bytes().enumerate() {
                if matches!(byte, b'@' | b'K') {
                    expected.signs.push((place / BLOCK) as u32);
                }
                run = if is_part(byte) { run + 1 } else { 0 };
                if run == DIGITS_MIN {
                    expected.runs.push(place + 1 - DIGITS_MIN);
                }
            }
            expected.signs.dedup();
            for found in ways(text.as_bytes()) {
                prop_assert_eq!(Found { clues: None, ..found }, expected.clone());
            }
        }
    }
}
