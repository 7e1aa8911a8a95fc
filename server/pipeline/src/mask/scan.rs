//! Where addresses and long numbers may be: one pass over a text, 64 bytes at a time, that notes the few blocks worth reading.
//!
//! What such a block holds is judged in [`super::address`] and [`super::card`]. A block costs some 15 cycles with AVX2, 50 without.

/// Bytes of a block.
pub(super) const BLOCK: usize = 64;
/// The shortest card number.
pub(super) const DIGITS_MIN: usize = 13;
/// Blocks that are read together.
const GROUP: usize = 64;
const RUN: u32 = DIGITS_MIN as u32;

/// Numbers of blocks, in order.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Blocks {
    /// Holds an `@` or a `K`.
    pub(super) signs: Vec<u32>,
    /// Holds the thirteenth byte of a run of digits, blanks and dashes.
    pub(super) runs: Vec<u32>,
}

/// What a block holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Marks {
    is_sign: bool,
    /// Digits, blanks and dashes: one bit a byte, the first byte lowest.
    parts: u64,
}

/// The blocks of a text that are worth reading.
pub(super) fn scan(text: &[u8]) -> Blocks {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx2") {
        #[expect(unsafe_code, reason = "three times as fast, and every body is read so")]
        // SAFETY: `wide::scan` is safe code but for its need of AVX2, which this processor has.
        return unsafe { wide::scan(text) };
    }
    blocks(text, marks)
}

#[inline(always)]
fn blocks(text: &[u8], marks: impl Fn(&[u8; BLOCK]) -> Marks) -> Blocks {
    let mut found = Blocks::default();
    let (whole, rest) = text.as_chunks::<BLOCK>();
    // How many parts the last block ended with.
    let mut tail = 0;
    let mut read = |group: &[[u8; BLOCK]], number: usize| {
        // A bit a block; nothing is pushed in the inner loop, which would have to save its registers for that.
        let (mut signs, mut runs) = (0u64, 0u64);
        for (place, block) in group.iter().enumerate() {
            let Marks { is_sign, parts } = marks(block);
            let is_run = has_run(parts) | ((parts & 1 == 1) & (tail + parts.trailing_ones() >= RUN));
            signs |= u64::from(is_sign) << place;
            runs |= u64::from(is_run) << place;
            tail = parts.leading_ones().min(RUN);
        }
        push(&mut found.signs, number, signs);
        push(&mut found.runs, number, runs);
    };
    for (number, group) in whole.chunks(GROUP).enumerate() {
        read(group, number * GROUP);
    }
    let mut last = [0; BLOCK];
    last[..rest.len()].copy_from_slice(rest);
    read(&[last], whole.len());
    found
}

fn push(numbers: &mut Vec<u32>, first: usize, mut bits: u64) {
    while bits != 0 {
        numbers.push(first as u32 + bits.trailing_zeros());
        bits &= bits - 1;
    }
}

/// Whether [`RUN`] bits follow each other.
const fn has_run(bits: u64) -> bool {
    let two = bits & bits >> 1;
    let four = two & two >> 2;
    let eight = four & four >> 4;
    eight & four >> 8 & bits >> 12 != 0
}

/// Eight bytes at a time.
fn marks(block: &[u8; BLOCK]) -> Marks {
    const LOW: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x80 * LOW;
    // The high bit of each byte that lies from `from` to `from + over`.
    let is_from = |word: u64, from: u8, over: u64| {
        let off = word ^ (u64::from(from) * LOW);
        !(((off & !HIGH) + (0x7F - over) * LOW) | off) & HIGH
    };
    let (mut signs, mut parts) = (0, 0);
    for (place, word) in block.as_chunks::<8>().0.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        signs |= is_from(word, b'@', 0) | is_from(word, b'K', 0);
        let bits = is_from(word, b'0', 9) | is_from(word, b' ', 0) | is_from(word, b'-', 0);
        parts |= ((bits >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56) << (place * 8);
    }
    Marks { is_sign: signs != 0, parts }
}

/// 32 bytes at a time.
#[cfg(target_arch = "x86_64")]
mod wide {
    use std::arch::x86_64::{
        _mm256_cmpeq_epi8, _mm256_min_epu8, _mm256_movemask_epi8, _mm256_or_si256, _mm256_set_epi64x, _mm256_set1_epi8,
        _mm256_sub_epi8,
    };

    use super::{BLOCK, Blocks, Marks, blocks};

    #[target_feature(enable = "avx2")]
    pub(super) fn scan(text: &[u8]) -> Blocks {
        blocks(text, |block| marks(block))
    }

    #[target_feature(enable = "avx2")]
    #[inline]
    pub(super) fn marks(block: &[u8; BLOCK]) -> Marks {
        let (mut signs, mut parts) = (0, 0);
        for (place, words) in block.as_chunks::<8>().0.as_chunks::<4>().0.iter().enumerate() {
            let [a, b, c, d] = words.map(i64::from_le_bytes);
            let bytes = _mm256_set_epi64x(d, c, b, a);
            let is = |byte: u8| _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(byte.cast_signed()));
            let digits = _mm256_sub_epi8(bytes, _mm256_set1_epi8(b'0'.cast_signed()));
            let digits = _mm256_cmpeq_epi8(_mm256_min_epu8(digits, _mm256_set1_epi8(9)), digits);
            let of_run = _mm256_or_si256(digits, _mm256_or_si256(is(b' '), is(b'-')));
            signs |= _mm256_movemask_epi8(_mm256_or_si256(is(b'@'), is(b'K')));
            parts |= u64::from(_mm256_movemask_epi8(of_run).cast_unsigned()) << (place * 32);
        }
        Marks { is_sign: signs != 0, parts }
    }
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
        fn ok_every_byte_is_marked(bytes in prop::collection::vec(any::<u8>(), BLOCK), at in 0..BLOCK, byte in any::<u8>()) {
            let mut block: [u8; BLOCK] = *bytes.first_chunk().expect("a block");
            block.iter_mut().filter(|it| matches!(**it, b'@' | b'K')).for_each(|it| *it = b'x');
            block[at] = byte;
            let expected = Marks {
                is_sign: matches!(byte, b'@' | b'K'),
                parts: block.iter().rev().fold(0, |bits, it| bits << 1 | u64::from(is_part(*it))),
            };
            prop_assert_eq!(marks(&block), expected);
        }

        #[test]
        fn ok_every_run_and_sign_is_noted(text in "[0-9 xS@K-]{0,200}", before in 0usize..70) {
            let text = ["x".repeat(before), text].concat();
            let (mut expected, mut run) = (Blocks::default(), 0);
            for (place, byte) in text.bytes().enumerate() {
                let block = (place / BLOCK) as u32;
                if matches!(byte, b'@' | b'K') {
                    expected.signs.push(block);
                }
                run = if is_part(byte) { run + 1 } else { 0 };
                if run >= DIGITS_MIN {
                    expected.runs.push(block);
                }
            }
            expected.signs.dedup();
            expected.runs.dedup();
            prop_assert_eq!(&scan(text.as_bytes()), &expected);
            prop_assert_eq!(blocks(text.as_bytes(), marks), expected);
        }
    }
}
