//! A shelf: the words of up to [`GROUPS_MAX`] groups of an app, each with the groups that have it.
//! One look at a shelf says which of its groups need not be read for their words; hashes stand in
//! the groups alone.

use pipeline::mask;
use rustc_hash::FxHashMap;

use super::{
    dictionary::{self, BlocksMissing, Dictionary},
    group::TEXT_BYTES_MAX,
    wanted::{Piece, Wanted},
};

/// Groups of a shelf: a bit each.
pub(crate) const GROUPS_MAX: usize = 64;
/// Most bytes of the texts of a shelf. With more it has none, and its groups are all read.
const SHELF_BYTES_MAX: usize = 8 << 20;

/// The words of a group, as they are stored; `None` where it has no filter.
pub(crate) type GroupTexts = (i64, Option<Vec<u8>>);

/// A shelf that is ready to be stored.
#[derive(Clone, Debug)]
pub(crate) struct BuiltShelf {
    /// The app of its groups.
    pub(super) app_id: i64,
    /// The rules by which its groups were masked.
    pub(super) mask_version: i64,
    /// Its groups.
    pub(super) groups: Vec<i64>,
    /// `None` where there are too many words.
    pub(super) words: Option<dictionary::Stored>,
}

impl BuiltShelf {
    /// Of groups that were masked by the present rules.
    #[must_use]
    pub(crate) fn new(app_id: i64, groups: &[GroupTexts]) -> Self {
        let ids = groups.iter().map(|it| it.0).collect();
        Self { app_id, mask_version: mask::VERSION, groups: ids, words: union(groups) }
    }

    /// The number of its newest group.
    pub(crate) fn last_group(&self) -> i64 {
        self.groups.iter().copied().max().unwrap_or(0)
    }
}

fn union(groups: &[GroupTexts]) -> Option<dictionary::Stored> {
    let mut of_word: FxHashMap<Box<[u8]>, u64> = FxHashMap::default();
    let mut bytes = 1;
    for (place, (_, texts)) in groups.iter().enumerate() {
        // A group without words is read in any case.
        let Some(texts) = texts else { continue };
        for word in Dictionary::open(texts, TEXT_BYTES_MAX)?.words() {
            if let Some(groups) = of_word.get_mut(word) {
                *groups |= 1 << place;
                continue;
            }
            bytes += word.len() + 1;
            if bytes > SHELF_BYTES_MAX {
                return None;
            }
            of_word.insert(word.into(), 1 << place);
        }
    }
    let mut words: Vec<(&[u8], u64)> = of_word.iter().map(|(word, groups)| (&**word, *groups)).collect();
    words.sort_unstable();
    dictionary::encode(&words, SHELF_BYTES_MAX)
}

/// Which groups of a shelf have which pieces of what is wanted.
#[derive(Clone, Debug, Default)]
pub(super) struct Shelf {
    /// The groups, in the order of their bits.
    groups: Vec<i64>,
    of_piece: FxHashMap<Piece, u64>,
}

impl Shelf {
    /// Looks up every piece. Nothing is known where the form is damaged.
    ///
    /// # Errors
    /// If a word has a piece, and the groups of the words are not given.
    pub(super) fn look_up(
        groups: Vec<i64>,
        texts: &[u8],
        text_groups: Option<&[u8]>,
        wanted: &Wanted,
    ) -> Result<Self, BlocksMissing> {
        let Some(mut words) = Dictionary::open(texts, SHELF_BYTES_MAX) else { return Ok(Self::default()) };
        if let Some(frame) = text_groups {
            words.take_blocks(frame);
        }
        let found = |piece: &Piece| Ok((piece.clone(), words.blocks_of(piece)?));
        Ok(Self { groups, of_piece: wanted.pieces().into_iter().map(found).collect::<Result<_, _>>()? })
    }

    /// What it says of a group.
    pub(super) fn hints(&self, group: i64) -> Hints<'_> {
        let bit = self.groups.iter().position(|it| *it == group);
        Hints { of_shelf: bit.map(|bit| (self, bit)) }
    }
}

/// What is known of the words of a group without reading them.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Hints<'a> {
    of_shelf: Option<(&'a Shelf, usize)>,
}

impl Hints<'_> {
    /// Whether no word of the group has this piece.
    pub(super) fn rule_out(&self, piece: &Piece) -> bool {
        self.of_shelf.is_some_and(|(shelf, bit)| shelf.of_piece.get(piece).is_some_and(|it| it >> bit & 1 == 0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(words: &[&str]) -> Option<Vec<u8>> {
        let words: Vec<(&[u8], u64)> = words.iter().map(|it| (it.as_bytes(), 1)).collect();
        dictionary::encode(&words, TEXT_BYTES_MAX).map(|it| it.texts)
    }

    fn piece(text: &str) -> Piece {
        Piece { text: text.as_bytes().into(), is_start: false, is_end: false }
    }

    #[test]
    fn ok_groups_without_a_word_are_ruled_out() {
        let groups = [(7, texts(&["at", "zebra"])), (9, texts(&["at", "info"])), (12, None)];
        let built = BuiltShelf::new(1, &groups);
        let Some(stored) = built.words else { panic!("three words fit") };
        let wanted = Wanted::All(["ebr", "at", "none"].map(|it| Wanted::Piece(piece(it))).to_vec());
        let look_up = |blocks| Shelf::look_up(built.groups.clone(), &stored.texts, blocks, &wanted);
        assert_eq!(look_up(None).err(), Some(BlocksMissing));
        let shelf = look_up(Some(&stored.blocks)).unwrap_or_default();
        let ruled_out = |group| ["ebr", "at", "none", "not asked"].map(|it| shelf.hints(group).rule_out(&piece(it)));
        assert_eq!(ruled_out(7), [false, false, true, false]);
        assert_eq!(ruled_out(9), [true, false, true, false]);
        // Of another shelf nothing is known.
        assert_eq!(ruled_out(8), [false; 4]);
    }

    #[test]
    fn err_too_many_words_and_damage() {
        let many = |group: usize| {
            let words: Vec<String> = (0..16).map(|it| format!("{group:04}{it:04}{}", "a".repeat(20_000))).collect();
            texts(&words.iter().map(String::as_str).collect::<Vec<_>>())
        };
        let groups: Vec<GroupTexts> = (0..30).map(|it| (it as i64, many(it))).collect();
        assert_eq!(BuiltShelf::new(1, &groups).words, None);
        assert_eq!(BuiltShelf::new(1, &[(1, Some(vec![1, 2, 3]))]).words, None);
    }
}
