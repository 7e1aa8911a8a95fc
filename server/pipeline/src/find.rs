//! Finds a text in bytes, with its case or whatever the case of its letters A to Z.
//!
//! With its case it is `memmem`. Otherwise the packed searcher of `aho-corasick` finds all
//! spellings of a few bytes of the text, and the bytes around them are compared. The bytes are
//! those that are rarest in logs.

use aho_corasick::{
    AhoCorasick,
    packed::{Config, MatchKind, Searcher},
};
use memchr::memmem;

/// Bytes of which every spelling is searched for: at most eight spellings, as many as the searcher
/// tells apart without a detour.
const SPELLED_BYTES: usize = 3;
/// Letters, digits and signs from rare to frequent in lines of logs. Others are rare.
const BY_FREQUENCY: &[u8] = b"jzqxkvbywg_fmhuplc9876543d:rsnia2-./oet 10=\"";

/// A text that is searched for many times.
#[derive(Clone, Debug)]
pub struct Find(Way);

#[derive(Clone, Debug)]
enum Way {
    /// As it is.
    Exact(Box<memmem::Finder<'static>>),
    /// In either case.
    Folded { text: Box<[u8]>, from: usize, spellings: Box<Spellings> },
}

#[derive(Clone, Debug)]
enum Spellings {
    Packed(Searcher),
    /// Where the processor has no wide registers.
    Automaton(Option<AhoCorasick>),
}

impl Find {
    /// A searcher for a text.
    #[must_use]
    pub fn new(text: &[u8], keeps_case: bool) -> Self {
        if keeps_case || !text.iter().any(u8::is_ascii_alphabetic) {
            return Self(Way::Exact(Box::new(memmem::Finder::new(text).into_owned())));
        }
        let text = text.to_ascii_lowercase();
        let width = text.len().min(SPELLED_BYTES);
        let frequency = |from: &usize| text[*from..*from + width].iter().map(|it| frequency(*it)).sum::<usize>();
        let from = (0..=text.len() - width).min_by_key(frequency).unwrap_or(0);
        let spellings = Box::new(Spellings::new(&spellings(&text[from..from + width])));
        Self(Way::Folded { text: text.into(), from, spellings })
    }

    /// Whether bytes contain the text.
    #[must_use]
    pub fn is_in(&self, bytes: &[u8]) -> bool {
        match &self.0 {
            Way::Exact(finder) => finder.find(bytes).is_some(),
            Way::Folded { text, from, spellings } => {
                let mut at = 0;
                while let Some(found) = spellings.find(bytes, at) {
                    let whole = found.checked_sub(*from).and_then(|it| bytes.get(it..it + text.len()));
                    if whole.is_some_and(|it| it.eq_ignore_ascii_case(text)) {
                        return true;
                    }
                    at = found + 1;
                }
                false
            }
        }
    }
}

fn frequency(byte: u8) -> usize {
    BY_FREQUENCY.iter().position(|it| *it == byte).unwrap_or(0)
}

/// Every spelling of lower-case letters in upper and lower case.
fn spellings(text: &[u8]) -> Vec<Vec<u8>> {
    text.iter().fold(vec![vec![]], |all, byte| {
        let with = |it: u8| all.iter().map(move |before| [before.as_slice(), &[it]].concat());
        if byte.is_ascii_alphabetic() {
            with(*byte).chain(with(byte.to_ascii_uppercase())).collect()
        } else {
            with(*byte).collect()
        }
    })
}

impl Spellings {
    fn new(spellings: &[Vec<u8>]) -> Self {
        let mut config = Config::new();
        config.match_kind(MatchKind::LeftmostFirst).heuristic_pattern_limits(false);
        let packed = config.builder().extend(spellings).build();
        packed.map_or_else(|| Self::Automaton(AhoCorasick::new(spellings).ok()), Self::Packed)
    }

    fn find(&self, bytes: &[u8], at: usize) -> Option<usize> {
        match self {
            Self::Packed(it) => it.find_in(bytes, (at..bytes.len()).into()),
            Self::Automaton(it) => it.as_ref()?.find(aho_corasick::Input::new(bytes).range(at..)),
        }
        .map(|it| it.start())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn ok_finds_what_the_naive_way_finds(
            text in proptest::collection::vec(proptest::sample::select(b"abAB=1\xC3".as_slice()), 0..5),
            bytes in proptest::collection::vec(proptest::sample::select(b"abAB=1\xC3".as_slice()), 0..200),
            keeps_case: bool,
        ) {
            let is_same = |it: &[u8]| if keeps_case { it == text } else { it.eq_ignore_ascii_case(&text) };
            let expected = text.is_empty() || bytes.windows(text.len().max(1)).any(is_same);
            proptest::prop_assert_eq!(Find::new(&text, keeps_case).is_in(&bytes), expected);
        }
    }

    #[test]
    fn ok_each_spelling_at_each_place() {
        for place in 0..200 {
            let text = [vec![b'.'; place], b"Timeout".to_vec(), vec![b'.'; 200 - place]].concat();
            for (words, keeps_case, expected) in [
                ("timeout", false, true),
                ("TIMEOUT", false, true),
                ("timeout", true, false),
                ("meou", false, true),
                ("meox", false, false),
            ] {
                assert_eq!(Find::new(words.as_bytes(), keeps_case).is_in(&text), expected, "{words} {place}");
            }
        }
    }
}
