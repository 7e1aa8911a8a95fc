//! Where addresses and long numbers may be: one pass over a text, 64 bytes at a time, that notes the few places worth reading.
//!
//! What stands there is judged in [`super::address`] and [`super::card`]. A block costs some 15 cycles with AVX2, 50 without.

/// Bytes of a block.
pub(super) const BLOCK: usize = 64;
/// The shortest card number.
pub(super) const DIGITS_MIN: usize = 13;
/// Blocks that are read together.
const GROUP: usize = 64;
const RUN: u32 = DIGITS_MIN as u32;

/// What was found, in the order of the text.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// Numbers of blocks that hold an `@` or a `K`.
    pub(super) signs: Vec<u32>,
    /// Where runs of at least [`DIGITS_MIN`] digits, blanks and dashes begin.
    pub(super) runs: Vec<usize>,
}

/// What a block holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Marks {
    is_sign: bool,
    /// Digits, blanks and dashes: one bit a byte, the first byte lowest.
    parts: u64,
}

/// The places of a text that are worth reading.
pub(super) fn scan(text: &[u8]) -> Found {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx2") {
        #[expect(unsafe_code, reason = "three times as fast, and every body is read so")]
        // SAFETY: `wide::scan` is safe code but for its need of AVX2, which this processor has.
        return unsafe { wide::scan(text) };
    }
    read(text, marks)
}

#[inline(always)]
fn read(text: &[u8], marks: impl Fn(&[u8; BLOCK]) -> Marks) -> Found {
    let mut found = Found::default();
    let (whole, rest) = text.as_chunks::<BLOCK>();
    // The parts of each block of a group, behind those of the last block before it.
    let mut parts = [0; GROUP + 1];
    let mut group = |blocks: &[[u8; BLOCK]], number: usize| {
        // A bit a block: nothing is pushed in this loop, which would have to save its registers for that.
        let (mut signs, mut runs) = (0u64, 0u64);
        for (place, block) in blocks.iter().enumerate() {
            let it = marks(block);
            let is_run = long(it.parts) != 0 || goes_on(parts[place], it.parts);
            parts[place + 1] = it.parts;
            signs |= u64::from(it.is_sign) << place;
            runs |= u64::from(is_run) << place;
        }
        ones(signs).for_each(|place| found.signs.push((number + place) as u32));
        for place in ones(runs) {
            push_runs(&mut found.runs, (number + place) * BLOCK, parts[place], parts[place + 1]);
        }
        parts[0] = parts[blocks.len()];
    };
    for (number, blocks) in whole.chunks(GROUP).enumerate() {
        group(blocks, number * GROUP);
    }
    let mut last = [0; BLOCK];
    last[..rest.len()].copy_from_slice(rest);
    group(&[last], whole.len());
    found
}

/// The places of the bits that are set.
pub(super) fn ones(mut bits: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let place = bits.trailing_zeros() as usize;
        bits &= bits.wrapping_sub(1);
        (place < 64).then_some(place)
    })
}

/// Where [`DIGITS_MIN`] bits in a row begin.
const fn long(bits: u64) -> u64 {
    let two = bits & bits >> 1;
    let four = two & two >> 2;
    let eight = four & four >> 4;
    eight & four >> 8 & bits >> 12
}

/// Whether a run that the last block ended with becomes long in this one.
const fn goes_on(last: u64, bits: u64) -> bool {
    let before = last.leading_ones();
    (bits & 1 == 1) & (before > 0) & (before < RUN) & (before + bits.trailing_ones() >= RUN)
}

/// The beginnings of the long runs that end in a block, or go on behind it.
fn push_runs(runs: &mut Vec<usize>, first: usize, last: u64, bits: u64) {
    let before = last.leading_ones();
    if goes_on(last, bits) {
        runs.push(first - before as usize);
    }
    let begins = long(bits);
    // One at the first place is a new one unless it goes on.
    let begins = begins & !(begins << 1) & !u64::from(before > 0);
    ones(begins).for_each(|place| runs.push(first + place));
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
        _mm256_cmpeq_epi8, _mm256_min_epu8, _mm256_movemask_epi8, _mm256_or_si256, _mm256_set1_epi8, _mm256_sub_epi8,
    };

    use super::{
        super::prints::{STEP, load},
        BLOCK, Found, Marks, read,
    };

    #[target_feature(enable = "avx2")]
    pub(super) fn scan(text: &[u8]) -> Found {
        read(text, |block| marks(block))
    }

    #[target_feature(enable = "avx2")]
    #[inline]
    pub(super) fn marks(block: &[u8; BLOCK]) -> Marks {
        let (mut signs, mut parts) = (0, 0);
        for (place, bytes) in block.as_chunks::<STEP>().0.iter().enumerate() {
            let bytes = load(bytes);
            let is = |byte: u8| _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(byte.cast_signed()));
            let digits = _mm256_sub_epi8(bytes, _mm256_set1_epi8(b'0'.cast_signed()));
            let digits = _mm256_cmpeq_epi8(_mm256_min_epu8(digits, _mm256_set1_epi8(9)), digits);
            let of_run = _mm256_or_si256(digits, _mm256_or_si256(is(b' '), is(b'-')));
            signs |= _mm256_movemask_epi8(_mm256_or_si256(is(b'@'), is(b'K')));
            parts |= u64::from(_mm256_movemask_epi8(of_run).cast_unsigned()) << (place * STEP);
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
            prop_assert_eq!(&scan(text.as_bytes()), &expected);
            prop_assert_eq!(read(text.as_bytes(), marks), expected);
        }
    }
}
