//! The words of a filter, in full, with the blocks that have each of them. Parts of words are found
//! too, by reading all of them.
//!
//! # Form
//! The texts as LZ4, which is unpacked for every search: each word after a line end, in the order
//! of bytes, and a last line end. The blocks as a zstd frame: eight bytes a word, in the order of
//! the words, of which the lowest bytes of all words come first, then the next ones; blocks have
//! much in common, which compresses well.

use memchr::memmem::Finder;

use super::wanted::Piece;
use crate::block;

/// What ends a word.
const END: u8 = b'\n';
/// Bytes of the blocks of one word.
const BLOCKS_BYTES: usize = 8;
/// Higher levels gain some percent and take several times as long.
const ZSTD_LEVEL: i32 = 1;

/// The blocks of the words must be read before a dictionary can answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BlocksMissing;

/// A dictionary as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stored {
    /// The texts, packed.
    pub texts: Vec<u8>,
    /// The frame of the blocks.
    pub blocks: Vec<u8>,
}

/// The stored form of words in the order of their bytes; `None` if their texts have more than
/// `bytes_max` bytes together.
pub(super) fn encode(words: &[(&[u8], u64)], bytes_max: usize) -> Option<Stored> {
    let mut texts = Vec::with_capacity(words.iter().map(|it| it.0.len() + 1).sum::<usize>() + 1);
    for (word, _) in words {
        texts.push(END);
        texts.extend_from_slice(word);
    }
    texts.push(END);
    if texts.len() > bytes_max {
        return None;
    }
    let mut blocks = Vec::with_capacity(words.len() * BLOCKS_BYTES);
    for byte in 0..BLOCKS_BYTES {
        blocks.extend(words.iter().map(|it| it.1.to_le_bytes()[byte]));
    }
    Some(Stored { texts: block::compress(&texts), blocks: zstd::bulk::compress(&blocks, ZSTD_LEVEL).ok()? })
}

/// A dictionary that is being read. The blocks are needed once a word is found.
pub(super) struct Dictionary {
    texts: Vec<u8>,
    blocks: Option<Vec<u8>>,
}

impl Dictionary {
    /// Of the packed texts, at most `bytes_max` bytes; `None` if they are damaged.
    pub(super) fn open(texts: &[u8], bytes_max: usize) -> Option<Self> {
        Some(Self { texts: block::decompress_within(texts, bytes_max)?, blocks: None })
    }

    /// Takes the frame of the blocks.
    pub(super) fn take_blocks(&mut self, frame: &[u8]) {
        let bytes_max = self.texts.len() * BLOCKS_BYTES;
        // Without its bytes a word counts as one of every block.
        self.blocks = Some(block::decompress_within(frame, bytes_max).unwrap_or_default());
    }

    /// The blocks that have a word with such a piece; every block if the form is damaged.
    ///
    /// # Errors
    /// If that depends on the frame of the blocks, which is not there yet.
    pub(super) fn blocks_of(&self, piece: &Piece) -> Result<u64, BlocksMissing> {
        let text = piece.in_dictionary();
        let finder = Finder::new(&text);
        let (mut found, mut counted, mut index, mut at) = (0, 0, 0, 0);
        while let Some(place) = finder.find(&self.texts[at..]).map(|it| it + at) {
            // The line ends up to the word that the place is in; its own end may belong to the
            // piece.
            let until = (place + 1).min(self.texts.len());
            index += memchr::memchr_iter(END, &self.texts[counted..until]).count();
            counted = until;
            found |= self.blocks_at(index.saturating_sub(1))?;
            if found == u64::MAX {
                break;
            }
            // Once in a word is enough.
            at = place + 1 + memchr::memchr(END, &self.texts[place + 1..]).unwrap_or(self.texts.len() - place - 1);
        }
        Ok(found)
    }

    /// Every word; none if the form is damaged.
    pub(super) fn words(&self) -> impl Iterator<Item = &[u8]> {
        self.texts.split(|it| *it == END).filter(|it| !it.is_empty())
    }

    fn blocks_at(&self, index: usize) -> Result<u64, BlocksMissing> {
        let Some(blocks) = &self.blocks else { return Err(BlocksMissing) };
        let words = blocks.len() / BLOCKS_BYTES;
        if index >= words {
            return Ok(u64::MAX);
        }
        let mut bytes = [0; BLOCKS_BYTES];
        for (place, to) in bytes.iter_mut().enumerate() {
            *to = blocks[place * words + index];
        }
        Ok(u64::from_le_bytes(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BYTES_MAX: usize = 1_000;
    const WORDS: [(&[u8], u64); 4] = [(b"at", 0b1), (b"error", 0b10), (b"err", 0b100), (b"timeout", 1 << 63)];

    fn words() -> Vec<(&'static [u8], u64)> {
        let mut words = WORDS.to_vec();
        words.sort_unstable();
        words
    }

    #[track_caller]
    fn check(text: &str, (is_start, is_end): (bool, bool), expected: u64) {
        let Some(stored) = encode(&words(), BYTES_MAX) else { panic!("four words fit") };
        let Some(mut dictionary) = Dictionary::open(&stored.texts, BYTES_MAX) else { panic!("it was just made") };
        let piece = Piece { text: text.as_bytes().into(), is_start, is_end };
        let first = if expected == 0 { Ok(0) } else { Err(BlocksMissing) };
        assert_eq!(dictionary.blocks_of(&piece), first, "{text} {is_start} {is_end}");
        dictionary.take_blocks(&stored.blocks);
        assert_eq!(dictionary.blocks_of(&piece), Ok(expected), "{text} {is_start} {is_end}");
    }

    #[test]
    fn ok_words_and_parts_of_words() {
        check("err", (true, true), 0b100);
        check("err", (true, false), 0b110);
        check("or", (false, true), 0b10);
        check("r", (false, false), 0b110);
        check("t", (false, true), 1 | 1 << 63);
        check("t", (true, false), 1 << 63);
        check("meo", (false, false), 1 << 63);
        check("at", (true, true), 0b1);
        check("zebra", (false, false), 0);
        check("timeouts", (true, true), 0);
    }

    #[test]
    fn err_damaged_and_too_long() {
        let Some(stored) = encode(&words(), BYTES_MAX) else { panic!("four words fit") };
        for end in 0..stored.texts.len() {
            assert!(Dictionary::open(&stored.texts[..end], BYTES_MAX).is_none(), "{end}");
        }
        let piece = Piece { text: b"at"[..].into(), is_start: true, is_end: true };
        let cut = Dictionary::open(&stored.texts, BYTES_MAX).map(|mut dictionary| {
            dictionary.take_blocks(&stored.blocks[..5]);
            dictionary.blocks_of(&piece)
        });
        assert_eq!(cut, Some(Ok(u64::MAX)));
        assert_eq!(encode(&[(&vec![b'a'; BYTES_MAX], 1)], BYTES_MAX), None);
    }
}
