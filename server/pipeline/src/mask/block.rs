//! A block of a text, and the few facts that a pass notes of it: one bit for each byte.

use super::clue::GROUPS_COUNT;

/// Size of a block, bytes.
pub(super) const BLOCK: usize = 64;
/// Bytes that are read for a block: at each of its places three bytes are compared.
pub(super) const SEEN: usize = BLOCK + 2;

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

/// The indexes of the set bits, lowest first.
pub(super) fn ones(mut bits: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let place = bits.trailing_zeros() as usize;
        bits &= bits.wrapping_sub(1);
        (place < 64).then_some(place)
    })
}
