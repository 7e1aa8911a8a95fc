//! Where clues may begin, with AVX2: three bytes at each place are compared with those that clues begin with, for all groups of
//! clues in one pass. Each place found is compared with the clues themselves before anything is made of it.
//!
//! The method is Teddy's: a byte is looked up by its two halves, and each clue has one of eight bits in the tables of its group.
//! Clues that share a bit may together let a place through that is none of theirs.

use std::{
    arch::x86_64::{
        __m256i, _mm256_and_si256, _mm256_cmpeq_epi8, _mm256_movemask_epi8, _mm256_set_epi64x, _mm256_set1_epi8,
        _mm256_setzero_si256, _mm256_shuffle_epi8, _mm256_srli_epi16,
    },
    sync::LazyLock,
};

use super::{
    clue::{GROUPS, GROUPS_COUNT},
    scan::ones,
};

/// Places that one word tells of.
const WORD: usize = u64::BITS as usize;
/// Bytes that are compared at each place.
const PRINT: usize = 3;
/// Bytes that are read at once.
pub(super) const STEP: usize = 32;

/// For each byte of a print the bits of its low and its high half, twice since a lookup stays in its half of 32 bytes.
type Tables = [[[u8; STEP]; 2]; PRINT];

static TABLES: LazyLock<[Tables; GROUPS_COUNT]> = LazyLock::new(|| GROUPS.map(tables));
/// By the first byte of a clue: a bit for each clue of the group.
static FIRSTS: LazyLock<[[u64; 256]; GROUPS_COUNT]> = LazyLock::new(|| {
    GROUPS.map(|group| {
        let mut firsts = [0; 256];
        for (number, (clue, _)) in group.iter().enumerate() {
            firsts[usize::from(clue.as_bytes()[0])] |= 1u64 << number;
        }
        firsts
    })
});

/// The places of a text at which clues may begin: a bit a place, by group.
#[derive(Debug)]
pub(super) struct Places(Vec<[u64; GROUPS_COUNT]>);

impl Places {
    /// `None` where the processor has no AVX2.
    pub(super) fn of(text: &[u8]) -> Option<Self> {
        if !is_x86_feature_detected!("avx2") {
            return None;
        }
        #[expect(unsafe_code, reason = "every body is read so")]
        // SAFETY: `read` is safe code but for its need of AVX2, which this processor has.
        Some(unsafe { read(text) })
    }

    /// The next clue of a group from `at` on: its number, its beginning and its end. The first of the group wins.
    #[inline]
    pub(super) fn find(&self, group: usize, text: &[u8], at: usize) -> Option<(usize, usize, usize)> {
        let first = at / WORD;
        let behind = u64::MAX << (at % WORD);
        self.0.get(first..)?.iter().enumerate().find_map(|(place, word)| {
            let bits = if place == 0 { word[group] & behind } else { word[group] };
            ones(bits).find_map(|bit| {
                let start = (first + place) * WORD + bit;
                clue_at(group, &text[start..]).map(|(number, bytes)| (number, start, start + bytes))
            })
        })
    }
}

/// The clue that a text begins with, and how long it is.
fn clue_at(group: usize, text: &[u8]) -> Option<(usize, usize)> {
    ones(FIRSTS[group][usize::from(*text.first()?)]).find_map(|number| {
        let clue = GROUPS[group][number].0.as_bytes();
        text.starts_with(clue).then_some((number, clue.len()))
    })
}

/// The tables of a group: those that follow each other in its list share a bit.
fn tables(group: &[(&str, super::clue::Clue)]) -> Tables {
    let prints = group.iter().map(|it| &it.0.as_bytes()[..PRINT]);
    let mut tables = [[[0; STEP]; 2]; PRINT];
    for (place, print) in prints.enumerate() {
        let bit = 1 << (place * 8 / group.len());
        for (byte, [low, high]) in print.iter().zip(&mut tables) {
            for half in [0, STEP / 2] {
                low[half + usize::from(byte & 0xF)] |= bit;
                high[half + usize::from(byte >> 4)] |= bit;
            }
        }
    }
    tables
}

#[target_feature(enable = "avx2")]
fn read(text: &[u8]) -> Places {
    let tables = TABLES.each_ref().map(|group| group.map(|byte| byte.map(|half| load(&half))));
    let mut words = vec![[0; GROUPS_COUNT]; text.len().div_ceil(WORD)];
    let mut at = 0;
    for word in &mut words {
        let mut last = [0; WORD + PRINT - 1];
        let block = text[at..].first_chunk().unwrap_or_else(|| {
            let rest = &text[at..];
            last[..rest.len()].copy_from_slice(rest);
            &last
        });
        *word = prints(block, &tables);
        at += WORD;
    }
    Places(words)
}

/// The places of a block at which clues may begin.
#[target_feature(enable = "avx2")]
#[inline]
fn prints(block: &[u8; WORD + PRINT - 1], tables: &[[[__m256i; 2]; PRINT]; GROUPS_COUNT]) -> [u64; GROUPS_COUNT] {
    let mut words = [0; GROUPS_COUNT];
    let half = _mm256_set1_epi8(0xF);
    for from in [0, STEP] {
        let mut halves = [[_mm256_setzero_si256(); 2]; PRINT];
        for (place, [low, high]) in halves.iter_mut().enumerate() {
            let bytes = block[from + place..].first_chunk().map_or_else(|| _mm256_setzero_si256(), |it| load(it));
            // What is above 127 is found nowhere: no clue has such a byte.
            *low = bytes;
            *high = _mm256_and_si256(_mm256_srli_epi16::<4>(bytes), half);
        }
        for (word, table) in words.iter_mut().zip(tables) {
            let mut bits = _mm256_set1_epi8(-1);
            for ([low, high], [of_low, of_high]) in halves.iter().zip(table) {
                let of_byte =
                    _mm256_and_si256(_mm256_shuffle_epi8(*of_low, *low), _mm256_shuffle_epi8(*of_high, *high));
                bits = _mm256_and_si256(bits, of_byte);
            }
            let none = _mm256_movemask_epi8(_mm256_cmpeq_epi8(bits, _mm256_setzero_si256()));
            *word |= u64::from(!none.cast_unsigned()) << from;
        }
    }
    words
}

#[target_feature(enable = "avx2")]
#[inline]
pub(super) fn load(bytes: &[u8; STEP]) -> __m256i {
    let [a, b, c, d] = *bytes.as_chunks::<8>().0 else { return _mm256_setzero_si256() };
    let [a, b, c, d] = [a, b, c, d].map(i64::from_le_bytes);
    _mm256_set_epi64x(d, c, b, a)
}
