//! Tokens of which a filter has only a hash: ids, and numbers that few blocks have. They are looked
//! up as a whole; a part of one can't be found.
//!
//! # Form
//! The number of buckets (a power of two) as four bytes, low ones first; the number of entries of
//! each bucket as a byte; the entries of all buckets, three in five bytes, low ones first. An entry
//! is the number of a block in its lowest [`BLOCK_BITS`] bits, and bits of the token's hash. A
//! lookup reads one bucket, and is wrong about one block of several hundred.

/// Bits of an entry that say which block.
const BLOCK_BITS: u32 = 6;
/// Bits of an entry.
const ENTRY_BITS: usize = 13;
/// Entries that are packed together, and into how many bytes.
const PACKED: usize = 3;
const PACKED_BYTES: usize = 5;
/// Entries of a bucket, about.
const BUCKET_ENTRIES: usize = 16;
/// Bytes before the sizes of the buckets.
const HEAD_BYTES: usize = 4;

/// Tokens with their blocks, while a filter is built.
#[derive(Clone, Debug, Default)]
pub(super) struct Hashes {
    entries: Vec<(u64, u8)>,
}

impl Hashes {
    /// Adds a token of some blocks, by its hash.
    pub(super) fn add(&mut self, hash: u64, blocks: u64) {
        let mut left = blocks;
        while left != 0 {
            self.entries.push((hash, left.trailing_zeros() as u8));
            left &= left - 1;
        }
    }

    /// The stored form; `None` if a bucket has more entries than a byte can say.
    pub(super) fn encode(&self) -> Option<Vec<u8>> {
        let buckets = (self.entries.len() / BUCKET_ENTRIES).max(1).next_power_of_two();
        let mut entries: Vec<(usize, u16)> =
            self.entries.iter().map(|(hash, block)| (bucket(*hash, buckets), entry(*hash, *block))).collect();
        entries.sort_unstable();
        let mut out = Vec::with_capacity(HEAD_BYTES + buckets + PACKED_BYTES * entries.len().div_ceil(PACKED));
        out.extend_from_slice(&u32::try_from(buckets).ok()?.to_le_bytes());
        out.resize(HEAD_BYTES + buckets, 0);
        for (bucket, _) in &entries {
            let size = &mut out[HEAD_BYTES + bucket];
            *size = size.checked_add(1)?;
        }
        for packed in entries.chunks(PACKED) {
            let word = packed.iter().rev().fold(0, |word, it| word << ENTRY_BITS | u64::from(it.1));
            out.extend_from_slice(&word.to_le_bytes()[..PACKED_BYTES]);
        }
        Some(out)
    }
}

/// The blocks that may have a token; every block if the form is damaged.
pub(super) fn blocks_of(stored: &[u8], hash: u64) -> u64 {
    find(stored, hash).unwrap_or(u64::MAX)
}

fn find(stored: &[u8], hash: u64) -> Option<u64> {
    let (head, rest) = stored.split_first_chunk::<HEAD_BYTES>()?;
    let buckets = usize::try_from(u32::from_le_bytes(*head)).ok()?;
    let (sizes, entries) = rest.split_at_checked(buckets)?;
    let bucket = if buckets.is_power_of_two() { bucket(hash, buckets) } else { return None };
    let before: usize = sizes[..bucket].iter().map(|it| usize::from(*it)).sum();
    let (packed, _) = entries.as_chunks::<PACKED_BYTES>();
    let wanted = entry(hash, 0) >> BLOCK_BITS;
    (before..before + usize::from(sizes[bucket])).try_fold(0, |blocks, place| {
        let packed = packed.get(place / PACKED)?;
        let word = packed.iter().rev().fold(0, |word, it| word << 8 | u64::from(*it));
        let entry = (word >> (place % PACKED * ENTRY_BITS)) as u16 & ((1 << ENTRY_BITS) - 1);
        let block = entry & ((1 << BLOCK_BITS) - 1);
        Some(if entry >> BLOCK_BITS == wanted { blocks | 1 << block } else { blocks })
    })
}

/// The bucket of a hash: its highest bits.
fn bucket(hash: u64, buckets: usize) -> usize {
    let bits = buckets.trailing_zeros();
    if bits == 0 { 0 } else { usize::try_from(hash >> (u64::BITS - bits)).unwrap_or(0) }
}

/// The entry of a hash and a block.
const fn entry(hash: u64, block: u8) -> u16 {
    ((hash as u16) << BLOCK_BITS | block as u16) & ((1 << ENTRY_BITS) - 1)
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
    // All bits depend on all bytes: buckets are chosen by the highest ones, entries by the lowest.
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

    #[test]
    fn ok_no_token_is_missed_and_few_blocks_are_wrong() {
        let mut hashes = Hashes::default();
        (0..25_600).for_each(|it| hashes.add(id(it), 1 << (it % 64)));
        let stored = hashes.encode().unwrap_or_default();
        assert!((0..25_600).all(|it| blocks_of(&stored, id(it)) & 1 << (it % 64) != 0));
        let wrong: u32 = (30_000..40_000).map(|it| blocks_of(&stored, id(it)).count_ones()).sum();
        assert!(wrong < 2_000, "{wrong} of 640,000");
        assert!(stored.len() < 25_600 * 14 / 8 + 2_048, "{} bytes", stored.len());
    }

    #[test]
    fn ok_nothing_and_damage() {
        let none = Hashes::default().encode().unwrap_or_default();
        assert_eq!(blocks_of(&none, id(1)), 0);
        let mut hashes = Hashes::default();
        hashes.add(id(1), 0b101);
        let stored = hashes.encode().unwrap_or_default();
        assert_eq!(blocks_of(&stored, id(1)), 0b101);
        for end in 0..stored.len() {
            assert_eq!(blocks_of(&stored[..end], id(1)), u64::MAX, "{end}");
        }
        assert_eq!(blocks_of(&[3, 0, 0, 0, 0, 0, 0], id(1)), u64::MAX);
    }

    #[test]
    fn err_too_many_of_one_bucket() {
        let mut hashes = Hashes::default();
        (0..4).for_each(|_| hashes.add(7, u64::MAX));
        assert_eq!(hashes.encode(), None);
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
