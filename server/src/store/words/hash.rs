//! Tokens of which a filter has only a hash: ids, and numbers that few blocks have. They are looked
//! up as a whole; a part of one can't be found.
//!
//! # Form
//! The highest bits of a hash choose one of [`PARTS`] parts, so that a lookup reads only that. In a
//! part a token is a number below `2^`[`SPREAD_BITS`] times the entries of the part. Stored are the
//! number of entries as four bytes; for each [`STEP`] entries the number of the first one and the
//! bit at which they begin, four bytes each; and the entries as bits, in the order of their
//! numbers. An entry is its number less the one before it, as a Rice code of [`SPREAD_BITS`] bits,
//! and a block in [`BLOCK_BITS`] bits. Low bits and bytes come first. A lookup is wrong about one
//! block in `2^`[`SPREAD_BITS`] groups.

use super::bits::{BitReader, BitWriter};

/// Parts of a filter.
pub(super) const PARTS: usize = 8;
/// Bits of an entry that say which block.
const BLOCK_BITS: u32 = 6;
/// How many bits longer the numbers are than the entries are many.
const SPREAD_BITS: u32 = 6;
/// Entries that are read one after the other in a lookup, at most.
const STEP: usize = 128;
const STEP_BYTES: usize = 8;
/// Bytes before the steps.
const HEAD_BYTES: usize = 4;

/// Tokens with their blocks, while a filter is built.
#[derive(Clone, Debug, Default)]
pub(super) struct Hashes {
    entries: [Vec<(u64, u8)>; PARTS],
}

impl Hashes {
    /// Adds a token of some blocks, by its hash.
    pub(super) fn add(&mut self, hash: u64, blocks: u64) {
        let mut left = blocks;
        while left != 0 {
            self.entries[part_of(hash)].push((hash, left.trailing_zeros() as u8));
            left &= left - 1;
        }
    }

    /// The stored form of each part; `None` if one has too many entries.
    pub(super) fn encode(&self) -> Option<Vec<Vec<u8>>> {
        self.entries.iter().map(|it| encode(it)).collect()
    }
}

fn encode(entries: &[(u64, u8)]) -> Option<Vec<u8>> {
    let count = u32::try_from(entries.len()).ok()?;
    let mut entries: Vec<(u32, u8)> =
        entries.iter().map(|(hash, block)| Some((number(*hash, count)?, *block))).collect::<Option<_>>()?;
    entries.sort_unstable();
    let mut out = Vec::with_capacity(HEAD_BYTES + entries.len() * 2);
    out.extend_from_slice(&count.to_le_bytes());
    let mut bits = BitWriter::default();
    let mut before = 0;
    for (place, (number, block)) in entries.into_iter().enumerate() {
        if place % STEP == 0 {
            out.extend_from_slice(&number.to_le_bytes());
            out.extend_from_slice(&u32::try_from(bits.len()).ok()?.to_le_bytes());
            before = number;
        }
        let delta = number - before;
        bits.zeros(delta >> SPREAD_BITS);
        let rest = u64::from(delta & ((1 << SPREAD_BITS) - 1));
        bits.put(1 | rest << 1 | u64::from(block) << (1 + SPREAD_BITS), 1 + SPREAD_BITS + BLOCK_BITS);
        before = number;
    }
    out.extend_from_slice(&bits.finish());
    Some(out)
}

/// The blocks that may have a token, of the part of its hash; every block if the form is damaged.
pub(super) fn blocks_of(part: &[u8], hash: u64) -> u64 {
    find(part, hash).unwrap_or(u64::MAX)
}

fn find(part: &[u8], hash: u64) -> Option<u64> {
    let (head, rest) = part.split_first_chunk::<HEAD_BYTES>()?;
    let count = u32::from_le_bytes(*head);
    if count == 0 {
        return Some(0);
    }
    let wanted = number(hash, count)?;
    let (steps, bits) = rest.split_at_checked((count as usize).div_ceil(STEP).checked_mul(STEP_BYTES)?)?;
    let (steps, _) = steps.as_chunks::<STEP_BYTES>();
    let step = |at: usize| {
        let (number, bit) = steps[at].split_at(STEP_BYTES / 2);
        Some((u32::from_le_bytes(number.try_into().ok()?), u32::from_le_bytes(bit.try_into().ok()?)))
    };
    // Entries of one number may begin in the step before the first one that begins with it.
    let after = steps.partition_point(|head| head.first_chunk().is_some_and(|it| u32::from_le_bytes(*it) < wanted));
    let mut blocks = 0;
    let mut at = after.saturating_sub(1);
    while at < steps.len() {
        let (first, bit) = step(at)?;
        if first > wanted {
            break;
        }
        let n = STEP.min(count as usize - at * STEP);
        blocks |= scan(BitReader::new(bits, bit as usize), n, first, wanted)?;
        at += 1;
    }
    Some(blocks)
}

/// The blocks of a number among the entries of a step.
fn scan(mut bits: BitReader<'_>, entries: usize, first: u32, wanted: u32) -> Option<u64> {
    let (mut number, mut blocks) = (first, 0);
    for _ in 0..entries {
        let zeros = bits.zeros()?;
        let entry = bits.take(SPREAD_BITS + BLOCK_BITS)?;
        let delta = zeros.checked_mul(1 << SPREAD_BITS)? | entry & ((1 << SPREAD_BITS) - 1);
        number = number.checked_add(delta)?;
        if number > wanted {
            break;
        }
        if number == wanted {
            blocks |= 1 << (entry >> SPREAD_BITS);
        }
    }
    Some(blocks)
}

/// Which part a hash is in: by its highest bits.
pub(super) const fn part_of(hash: u64) -> usize {
    (hash >> (u64::BITS - PARTS.trailing_zeros())) as usize
}

/// The number of a hash in a part with so many entries: by its lowest bits.
fn number(hash: u64, entries: u32) -> Option<u32> {
    let end = u64::from(entries) << SPREAD_BITS;
    u32::try_from((hash & u64::from(u32::MAX)).checked_mul(end)? >> 32).ok()
}

/// The hash of a token. Files hold filters that are made of it, so it does not change.
#[inline]
pub(super) fn hash(token: &[u8]) -> u64 {
    const MIX: u64 = 0x9E37_79B9_7F4A_7C15;
    let (words, rest) = token.as_chunks::<8>();
    let step = |hash: u64, word: u64| (hash ^ word).wrapping_mul(MIX).rotate_left(29);
    let mut hash = words.iter().fold(token.len() as u64, |hash, it| step(hash, u64::from_le_bytes(*it)));
    if !rest.is_empty() {
        hash = step(hash, rest.iter().rev().fold(0, |word, it| word << 8 | u64::from(*it)));
    }
    // All bits depend on all bytes: parts are chosen by the highest ones, numbers by the lowest.
    let mixed = (hash ^ (hash >> 32)).wrapping_mul(0xD6E8_FEB8_6659_FD93);
    let mixed = (mixed ^ (mixed >> 32)).wrapping_mul(0xD6E8_FEB8_6659_FD93);
    mixed ^ (mixed >> 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u32) -> u64 {
        hash(format!("{n:08x}-6a83-4c12-8269-97c8e32cdb22").as_bytes())
    }

    fn find_in(parts: &[Vec<u8>], hash: u64) -> u64 {
        blocks_of(&parts[part_of(hash)], hash)
    }

    #[test]
    fn ok_no_token_is_missed_and_few_blocks_are_wrong() {
        let mut hashes = Hashes::default();
        (0..25_600).for_each(|it| hashes.add(id(it), 1 << (it % 64)));
        let stored = hashes.encode().unwrap_or_default();
        assert!((0..25_600).all(|it| find_in(&stored, id(it)) & 1 << (it % 64) != 0));
        let wrong: u32 = (30_000..40_000).map(|it| find_in(&stored, id(it)).count_ones()).sum();
        assert!(wrong < 250, "{wrong} of 640,000");
        let bytes: usize = stored.iter().map(Vec::len).sum();
        assert!(bytes < 25_600 * 14 / 8 + 2_048, "{bytes} bytes");
    }

    #[test]
    fn ok_nothing_and_damage() {
        let none = Hashes::default().encode().unwrap_or_default();
        assert_eq!(find_in(&none, id(1)), 0);
        let mut hashes = Hashes::default();
        hashes.add(id(1), 0b101);
        let stored = hashes.encode().unwrap_or_default();
        assert_eq!(find_in(&stored, id(1)), 0b101);
        let part = &stored[part_of(id(1))];
        for end in 0..part.len() {
            assert_eq!(blocks_of(&part[..end], id(1)), u64::MAX, "{end}");
        }
        assert_eq!(blocks_of(&[3, 0, 0, 0, 0, 0, 0], id(1)), u64::MAX);
        assert_eq!(blocks_of(&[u8::MAX; 7], id(1)), u64::MAX);
    }

    #[test]
    fn ok_tokens_of_one_number_and_gaps_of_any_length() {
        // Chosen by somebody who knows the hash: all in one part, many the same, the last far away.
        let mut hashes = Hashes::default();
        (0..400).for_each(|it| hashes.add(7 | (it / 200) << 33, u64::MAX));
        hashes.add(u64::from(u32::MAX), 1 << 5);
        let stored = hashes.encode().unwrap_or_default();
        assert_eq!(find_in(&stored, 7), u64::MAX);
        assert_eq!(find_in(&stored, u64::from(u32::MAX)), 1 << 5);
        assert_eq!(find_in(&stored, 1 << 31), 0);
    }

    proptest::proptest! {
        /// Every block of every token is found, in whatever way they are spread.
        #[test]
        fn ok_nothing_is_missed(tokens in proptest::collection::vec((proptest::num::u64::ANY, proptest::num::u64::ANY), 0..600), shift in 0_u32..40) {
            let mut hashes = Hashes::default();
            tokens.iter().for_each(|(hash, blocks)| hashes.add(hash >> shift, blocks & (blocks >> 7)));
            let stored = hashes.encode().unwrap_or_default();
            for (hash, blocks) in tokens {
                let blocks = blocks & (blocks >> 7);
                proptest::prop_assert_eq!(find_in(&stored, hash >> shift) & blocks, blocks);
            }
        }
    }

    #[test]
    fn ok_the_stored_form_is_fixed() {
        // Files hold such filters: another hash would miss tokens in them.
        assert_eq!(
            (hash(b""), hash(b"h12"), hash(b"0123456789abcdef0")),
            (0, 0xE372_665D_1780_D4C6, 0x1230_D44C_910A_017B)
        );
    }
}
