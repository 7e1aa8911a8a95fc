//! The filter of a group of blocks: which tokens each of up to [`BLOCKS_MAX`] blocks has.
//!
//! Words, numbers that many blocks have, and the likes of `h12` and `23ms` stand in a
//! [`dictionary`]. Of other numbers and of ids there is a [`hash`]. A part of those can't be looked
//! up, so a filter says which blocks have any.

use pipeline::mask;
use rustc_hash::FxHashMap;

use super::{
    dictionary,
    hash::{Hashes, hash},
    token::{Class, Tokens, is_hex},
};

/// Most blocks of a group: a bit each.
pub(crate) const BLOCKS_MAX: usize = 64;
/// A number of at least so many blocks takes less place in the dictionary.
const NUMBER_BLOCKS_MIN: u32 = 4;
/// Longest token of the dictionary, bytes.
const WORD_BYTES_MAX: usize = 64;
/// Most bytes of tokens with digits and letters that one block alone has, such as the ids that are
/// no hexadecimal numbers.
const SINGLE_BYTES_MAX: usize = 32 << 10;
/// Most bytes of the texts of a dictionary.
pub(super) const TEXT_BYTES_MAX: usize = 512 << 10;
/// Most tokens of a group. With more there is no filter.
const TOKENS_MAX: usize = 1_000_000;
/// Places for the tokens that the present block has had.
const RECENT: usize = 1 << 13;

/// A filter as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct StoredFilter {
    /// Two masks of blocks: those with hashed numbers and ids, and those with other hashed tokens.
    pub hashed: [u64; 2],
    /// The words.
    pub words: dictionary::Stored,
    /// The hashes, in parts.
    pub hashes: Vec<Vec<u8>>,
}

impl StoredFilter {
    /// What its parts take, bytes.
    pub(super) fn bytes(&self) -> usize {
        self.words.texts.len() + self.words.blocks.len() + self.hashes.iter().map(Vec::len).sum::<usize>()
    }
}

/// Collects the tokens of blocks.
pub(crate) struct FilterBuilder {
    tokens: FxHashMap<u64, Known>,
    /// The bytes of all tokens.
    bytes: Vec<u8>,
    recent: Box<[u64]>,
    lower: Vec<u8>,
    blocks: u32,
    is_given_up: bool,
}

/// A token of a group.
#[derive(Clone, Copy, Debug)]
struct Known {
    start: u32,
    end: u32,
    class: Class,
    blocks: u64,
}

impl FilterBuilder {
    /// Without blocks.
    #[must_use]
    pub(crate) fn new() -> Self {
        Self {
            tokens: FxHashMap::default(),
            bytes: vec![],
            recent: vec![0; RECENT].into(),
            lower: vec![],
            blocks: 0,
            is_given_up: false,
        }
    }

    /// Begins with the next block.
    pub(crate) fn next_block(&mut self) {
        self.blocks += 1;
        self.recent.fill(0);
    }

    /// Adds a line of the present block.
    pub(crate) fn add(&mut self, msg: &[u8]) {
        let mut lower = std::mem::take(&mut self.lower);
        lower.clear();
        lower.extend_from_slice(&mask::plain(msg));
        lower.make_ascii_lowercase();
        for token in Tokens::new(&lower) {
            let hash = key(token.bytes);
            let recent = &mut self.recent[hash as usize % RECENT];
            if *recent != hash {
                *recent = hash;
                self.add_token(hash, token.bytes, token.class);
            }
        }
        self.lower = lower;
    }

    fn add_token(&mut self, hash: u64, bytes: &[u8], class: Class) {
        let block = 1 << (self.blocks - 1);
        if let Some(known) = self.tokens.get_mut(&hash) {
            known.blocks |= block;
            self.is_given_up |= self.bytes[known.start as usize..known.end as usize] != *bytes;
            return;
        }
        let start = self.bytes.len();
        let (Ok(start), Ok(end)) = (u32::try_from(start), u32::try_from(start + bytes.len())) else {
            self.is_given_up = true;
            return;
        };
        if self.tokens.len() >= TOKENS_MAX {
            self.is_given_up = true;
            return;
        }
        self.bytes.extend_from_slice(bytes);
        self.tokens.insert(hash, Known { start, end, class, blocks: block });
    }

    /// The stored form; `None` where there is too much of something.
    pub(super) fn finish(self) -> Option<StoredFilter> {
        if self.is_given_up {
            return None;
        }
        let (mut words, mut hashes, mut hashed, mut singles) = (vec![], Hashes::default(), [0, 0], 0);
        for (hash, known) in &self.tokens {
            let bytes = &self.bytes[known.start as usize..known.end as usize];
            let n_blocks = known.blocks.count_ones();
            let is_word = match known.class {
                Class::Uuid => false,
                Class::Number => n_blocks >= NUMBER_BLOCKS_MIN,
                Class::Word => true,
                Class::Mixed if n_blocks > 1 => true,
                Class::Mixed => {
                    singles += bytes.len();
                    singles <= SINGLE_BYTES_MAX
                }
            };
            if is_word && bytes.len() <= WORD_BYTES_MAX {
                words.push((bytes, known.blocks));
            } else {
                hashes.add(*hash, known.blocks);
                hashed[mask_of(bytes)] |= known.blocks;
            }
        }
        words.sort_unstable();
        Some(StoredFilter { hashed, words: dictionary::encode(&words, TEXT_BYTES_MAX)?, hashes: hashes.encode()? })
    }
}

/// The hash of a token; never the value of an empty place among recent tokens.
pub(super) fn key(token: &[u8]) -> u64 {
    hash(token).max(1)
}

/// Which of the two masks of a filter has the blocks of a hashed token. Only UUIDs have a `-`.
pub(super) fn mask_of(token: &[u8]) -> usize {
    usize::from(!is_hex(token) && !token.contains(&b'-'))
}
