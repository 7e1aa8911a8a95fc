//! Scans a text in the best way for the processor: with wide registers ([`super::wide`]), or eight
//! bytes at a time. The latter does not search for clues.

#[cfg(target_arch = "x86_64")]
use super::wide;
use super::{
    block::{BLOCK, Marks, SEEN},
    clue::GROUPS_COUNT,
    pass::{Found, read},
};

/// Scans a text in the best way that the processor supports.
pub(super) fn scan(text: &[u8]) -> Found {
    #[cfg(target_arch = "x86_64")]
    if let Some(found) = wide::scan(text) {
        return found;
    }
    Found { clues: None, ..read(text, marks) }
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
    use crate::mask::card::DIGITS_MIN;

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
