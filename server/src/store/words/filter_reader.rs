//! A filter of a group that is being read: what it says of what is wanted, and what of it must be
//! read for that.

#[cfg(test)]
use super::group::{FilterBuilder, StoredFilter};
use super::{
    dictionary::Dictionary,
    group::{TEXT_BYTES_MAX, key, mask_of},
    hash,
    shelf::Hints,
    token::is_hex,
    wanted::{Piece, Wanted},
};

/// What of a filter must be read before it can answer; the shortest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Missing {
    /// A part of the hashes.
    Hashes(usize),
    /// The blocks of the words.
    TextBlocks,
    /// The texts of the words.
    Texts,
}

/// A filter that is being read. Its parts are fetched once they are needed.
pub(super) struct FilterReader {
    hashed: [u64; 2],
    words: Option<Dictionary>,
    hashes: Vec<(usize, Vec<u8>)>,
}

impl FilterReader {
    /// A filter of which nothing is read but its masks of blocks.
    pub(super) const fn new(hashed: [u64; 2]) -> Self {
        Self { hashed, words: None, hashes: vec![] }
    }

    /// Takes what was missing; `None` if it is damaged, so that there is no filter.
    pub(super) fn take(mut self, what: Missing, bytes: Vec<u8>) -> Option<Self> {
        match what {
            Missing::Texts => self.words = Some(Dictionary::open(&bytes, TEXT_BYTES_MAX)?),
            Missing::TextBlocks => self.words.as_mut()?.take_blocks(&bytes),
            Missing::Hashes(part) => self.hashes.push((part, bytes)),
        }
        Some(self)
    }

    /// The blocks that may have what is wanted.
    ///
    /// # Errors
    /// If that depends on something that is not there yet.
    pub(super) fn blocks_of(&self, wanted: &Wanted, hints: &Hints<'_>) -> Result<u64, Missing> {
        Ok(match wanted {
            Wanted::Anything => u64::MAX,
            Wanted::Piece(piece) => self.blocks_of_piece(piece, hints)?,
            Wanted::All(parts) => {
                let (mut blocks, mut missing) = (u64::MAX, None);
                for part in parts {
                    match self.blocks_of(part, hints) {
                        Ok(of_part) => blocks &= of_part,
                        Err(what) => missing = Some(missing.map_or(what, |it: Missing| it.min(what))),
                    }
                    // What was not read yet can't change this.
                    if blocks == 0 {
                        return Ok(0);
                    }
                }
                missing.map_or(Ok(blocks), Err)?
            }
            Wanted::Any(parts) => {
                let mut blocks = 0;
                for part in parts {
                    blocks |= self.blocks_of(part, hints)?;
                }
                blocks
            }
        })
    }

    fn blocks_of_piece(&self, piece: &Piece, hints: &Hints<'_>) -> Result<u64, Missing> {
        let words = match &self.words {
            _ if hints.rule_out(piece) => 0,
            Some(words) => words.blocks_of(piece).map_err(|_| Missing::TextBlocks)?,
            None => return Err(Missing::Texts),
        };
        if !piece.is_whole() {
            // A hexadecimal piece may be a part of any hashed token.
            return Ok(words | self.hashed[1] | if is_hex(&piece.text) { self.hashed[0] } else { 0 });
        }
        // Most filters have hashes of numbers and UUIDs alone.
        if words | self.hashed[mask_of(&piece.text)] == words {
            return Ok(words);
        }
        let hash = key(&piece.text);
        let part = hash::part_of(hash);
        let known = self.hashes.iter().find(|it| it.0 == part).ok_or(Missing::Hashes(part))?;
        Ok(words | hash::blocks_of(&known.1, hash))
    }
}

/// The blocks, of which each is some lines, that may have what is wanted; `None` where they are too
/// much for a filter.
#[cfg(test)]
pub(crate) fn may_have(blocks: &[Vec<String>], wanted: &Wanted) -> Option<u64> {
    let mut builder = FilterBuilder::new();
    for block in blocks {
        builder.next_block();
        block.iter().for_each(|it| builder.add(it.as_bytes()));
    }
    let StoredFilter { hashed, words, mut hashes } = builder.finish()?;
    let mut reader = FilterReader::new(hashed);
    loop {
        let missing = match reader.blocks_of(wanted, &Hints::default()) {
            Ok(blocks) => return Some(blocks),
            Err(missing) => missing,
        };
        let bytes = match missing {
            Missing::Texts => words.texts.clone(),
            Missing::TextBlocks => words.blocks.clone(),
            Missing::Hashes(part) => std::mem::take(&mut hashes[part]),
        };
        reader = reader.take(missing, bytes)?;
    }
}
