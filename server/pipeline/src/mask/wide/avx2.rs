//! Reads a block in two halves. A byte is looked up by its own two halves, since a table has 16
//! entries.

use std::{
    arch::x86_64::{
        __m256i, _mm256_and_si256, _mm256_cmpeq_epi8, _mm256_min_epu8, _mm256_movemask_epi8, _mm256_or_si256,
        _mm256_set_epi64x, _mm256_set1_epi8, _mm256_setzero_si256, _mm256_shuffle_epi8, _mm256_srli_epi16,
        _mm256_sub_epi8,
    },
    array,
    sync::LazyLock,
};

use super::{BLOCK, Found, GROUPS_COUNT, Marks, PRINT, SEEN, prints, read};

/// How many bytes are read at once.
const STEP: usize = 32;

/// For each byte of a print, the bits of its low and its high half. Each table is there twice,
/// since a lookup stays within its half of the 32 bytes.
type Tables<T> = [[[T; 2]; PRINT]; GROUPS_COUNT];

static TABLES: LazyLock<Tables<[u8; STEP]>> = LazyLock::new(|| array::from_fn(tables));

fn tables(group: usize) -> [[[u8; STEP]; 2]; PRINT] {
    let mut tables = [[[0; STEP]; 2]; PRINT];
    for (print, bit) in prints(group) {
        for (byte, [low, high]) in print.iter().zip(&mut tables) {
            for half in [0, STEP / 2] {
                low[half + usize::from(byte & 0xF)] |= bit;
                high[half + usize::from(byte >> 4)] |= bit;
            }
        }
    }
    tables
}

/// Scans a text; `None` if the processor has no AVX2.
pub(super) fn scan(text: &[u8]) -> Option<Found> {
    if !is_x86_feature_detected!("avx2") {
        return None;
    }
    #[expect(unsafe_code, reason = "three times as fast as eight bytes at a time, and every body is read so")]
    // SAFETY: `known` is safe code but for its need of AVX2, which this processor has.
    Some(unsafe { known(text) })
}

#[target_feature(enable = "avx2")]
fn known(text: &[u8]) -> Found {
    let tables = TABLES.each_ref().map(|group| group.map(|byte| byte.map(|half| load(&half))));
    read(text, |block| marks(block, &tables))
}

#[target_feature(enable = "avx2")]
#[inline]
fn marks(block: &[u8; SEEN], tables: &Tables<__m256i>) -> Marks {
    let mut marks = Marks { signs: 0, parts: 0, clues: [0; GROUPS_COUNT] };
    let none = _mm256_setzero_si256();
    let bits = |from: usize, it: __m256i| u64::from(_mm256_movemask_epi8(it).cast_unsigned()) << from;
    for from in (0..BLOCK).step_by(STEP) {
        let bytes: [__m256i; PRINT] =
            array::from_fn(|place| block[from + place..].first_chunk().map_or(none, |it| load(it)));
        let is = |byte: u8| _mm256_cmpeq_epi8(bytes[0], _mm256_set1_epi8(byte.cast_signed()));
        let digits = _mm256_sub_epi8(bytes[0], _mm256_set1_epi8(b'0'.cast_signed()));
        let digits = _mm256_cmpeq_epi8(_mm256_min_epu8(digits, _mm256_set1_epi8(9)), digits);
        marks.parts |= bits(from, _mm256_or_si256(digits, _mm256_or_si256(is(b' '), is(b'-'))));
        marks.signs |= bits(from, _mm256_or_si256(is(b'@'), is(b'K')));
        // Bytes above 127 never match: a lookup gives 0 for them, and no clue has such a byte.
        let high = bytes.map(|it| _mm256_and_si256(_mm256_srli_epi16::<4>(it), _mm256_set1_epi8(0xF)));
        for (clues, table) in marks.clues.iter_mut().zip(tables) {
            let mut found = _mm256_set1_epi8(-1);
            for ((low, high), [of_low, of_high]) in bytes.iter().zip(&high).zip(table) {
                let of_byte =
                    _mm256_and_si256(_mm256_shuffle_epi8(*of_low, *low), _mm256_shuffle_epi8(*of_high, *high));
                found = _mm256_and_si256(found, of_byte);
            }
            let without = _mm256_movemask_epi8(_mm256_cmpeq_epi8(found, none));
            *clues |= u64::from(!without.cast_unsigned()) << from;
        }
    }
    marks
}

#[target_feature(enable = "avx2")]
#[inline]
fn load(bytes: &[u8; STEP]) -> __m256i {
    let [a, b, c, d] = *bytes.as_chunks::<8>().0 else { return _mm256_setzero_si256() };
    let [a, b, c, d] = [a, b, c, d].map(i64::from_le_bytes);
    _mm256_set_epi64x(d, c, b, a)
}
