//! Reads a block at once. A table has an entry for each byte below 128.

use std::{
    arch::x86_64::{
        __m512i, _mm512_and_si512, _mm512_movepi8_mask, _mm512_permutex2var_epi8, _mm512_set_epi64, _mm512_set1_epi8,
        _mm512_setzero_si512, _mm512_test_epi8_mask,
    },
    array,
    sync::LazyLock,
};

use super::{BLOCK, Found, GROUPS_COUNT, Marks, PRINT, SEEN, prints, read};

/// One entry for each byte from 0 to 127, in two halves.
type Table<T> = [T; 2];

/// The classes of each byte, and for each byte of a print the bits of the clues that have it there.
#[derive(Debug)]
struct Tables<T> {
    classes: Table<T>,
    prints: [[Table<T>; PRINT]; GROUPS_COUNT],
}

/// The class of digits, blanks and dashes.
const PART: u8 = 1;
/// The class of `@` and `K`.
const SIGN: u8 = 2;

static TABLES: LazyLock<Tables<[u8; BLOCK]>> = LazyLock::new(|| {
    let mut tables = Tables { classes: [[0; BLOCK]; 2], prints: [[[[0; BLOCK]; 2]; PRINT]; GROUPS_COUNT] };
    let mark = |table: &mut Table<[u8; BLOCK]>, byte: u8, bit: u8| {
        table[usize::from(byte) / BLOCK][usize::from(byte) % BLOCK] |= bit;
    };
    b"0123456789 -".iter().for_each(|it| mark(&mut tables.classes, *it, PART));
    b"@K".iter().for_each(|it| mark(&mut tables.classes, *it, SIGN));
    for (group, of_group) in tables.prints.iter_mut().enumerate() {
        for (print, bit) in prints(group) {
            print.into_iter().zip(&mut *of_group).for_each(|(byte, table)| mark(table, byte, bit));
        }
    }
    tables
});

/// Scans a text; `None` if the processor lacks these instructions.
pub(super) fn scan(text: &[u8]) -> Option<Found> {
    if !(is_x86_feature_detected!("avx512bw") && is_x86_feature_detected!("avx512vbmi")) {
        return None;
    }
    #[expect(unsafe_code, reason = "masking takes a quarter less than with AVX2, and every body is read so")]
    // SAFETY: `known` is safe code but for its need of AVX-512 BW and VBMI, which this processor
    // has.
    Some(unsafe { known(text) })
}

#[target_feature(enable = "avx512bw,avx512vbmi")]
fn known(text: &[u8]) -> Found {
    let Tables { classes, prints } = &*TABLES;
    let half = |it: &[u8; BLOCK]| load(it);
    let tables = Tables {
        classes: classes.each_ref().map(half),
        prints: prints.each_ref().map(|group| group.each_ref().map(|table| table.each_ref().map(half))),
    };
    read(text, |block| marks(block, &tables))
}

#[target_feature(enable = "avx512bw,avx512vbmi")]
#[inline]
fn marks(block: &[u8; SEEN], tables: &Tables<__m512i>) -> Marks {
    let bytes: [__m512i; PRINT] =
        array::from_fn(|place| block[place..].first_chunk().map_or(_mm512_setzero_si512(), |it| load(it)));
    // A lookup uses only the low seven bits of a byte.
    let low = !_mm512_movepi8_mask(bytes[0]);
    let look = |bytes: __m512i, table: &Table<__m512i>| _mm512_permutex2var_epi8(table[0], bytes, table[1]);
    let classes = look(bytes[0], &tables.classes);
    let of_class = |bit: u8| low & _mm512_test_epi8_mask(classes, _mm512_set1_epi8(bit.cast_signed()));
    let clues = tables.prints.each_ref().map(|group| {
        let [a, b, c]: [__m512i; PRINT] = array::from_fn(|place| look(bytes[place], &group[place]));
        let found = _mm512_and_si512(_mm512_and_si512(a, b), c);
        low & _mm512_test_epi8_mask(found, found)
    });
    Marks { signs: of_class(SIGN), parts: of_class(PART), clues }
}

#[target_feature(enable = "avx512bw,avx512vbmi")]
#[inline]
fn load(bytes: &[u8; BLOCK]) -> __m512i {
    let [a, b, c, d, e, f, g, h] = *bytes.as_chunks::<8>().0 else { return _mm512_setzero_si512() };
    let [a, b, c, d, e, f, g, h] = [a, b, c, d, e, f, g, h].map(i64::from_le_bytes);
    _mm512_set_epi64(h, g, f, e, d, c, b, a)
}
