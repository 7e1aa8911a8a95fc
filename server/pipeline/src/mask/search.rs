//! Finds the clues of a text in the best way for the processor.
//!
//! If the processor has wide registers, [`super::scan`] has already found the places of clues.
//! Otherwise a searcher of the crate `aho-corasick` searches for each group.

use std::sync::LazyLock;

use aho_corasick::{
    AhoCorasick,
    packed::{Config, MatchKind, Searcher},
};

use super::{
    clue::{Clue, GROUPS, GROUPS_COUNT, Match},
    places::Places,
};

static SEARCHERS: LazyLock<[Search; GROUPS_COUNT]> = LazyLock::new(|| GROUPS.map(Search::new));

/// Searcher of one group: Teddy if the processor supports it, else an automaton.
#[derive(Debug)]
pub(super) enum Search {
    Packed(Searcher),
    Automaton(Option<AhoCorasick>),
}

impl Search {
    fn new(group: &[(&str, Clue)]) -> Self {
        let mut config = Config::new();
        config.match_kind(MatchKind::LeftmostFirst).heuristic_pattern_limits(false);
        let packed = config.builder().extend(group.iter().map(|it| it.0)).build();
        packed.map_or_else(|| Self::automaton(group), Self::Packed)
    }

    fn automaton(group: &[(&str, Clue)]) -> Self {
        Self::Automaton(AhoCorasick::new(group.iter().map(|it| it.0)).ok())
    }

    /// The next clue from `at` on.
    #[inline]
    fn find(&self, text: &[u8], at: usize) -> Option<Match> {
        let found = match self {
            Self::Packed(it) => it.find_in(text, (at..text.len()).into()),
            Self::Automaton(it) => it.as_ref()?.find(aho_corasick::Input::new(text).range(at..)),
        }?;
        Some(Match { clue: found.pattern().as_usize(), start: found.start(), end: found.end() })
    }
}

/// The best way to find clues on this processor.
pub(super) enum Finder {
    Places(Places),
    Search(&'static [Search; GROUPS_COUNT]),
}

impl Finder {
    pub(super) fn of(places: Option<Places>) -> Self {
        places.map_or_else(|| Self::Search(&SEARCHERS), Self::Places)
    }

    /// The next clue of a group from `at` on.
    #[inline]
    pub(super) fn find(&mut self, group: usize, text: &[u8], at: usize) -> Option<Match> {
        match self {
            Self::Places(it) => it.find(group, text, at),
            Self::Search(it) => it[group].find(text, at),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mask::scan::ways;

    #[track_caller]
    fn check(text: &[u8]) {
        let mut finders: Vec<_> = ways(text).into_iter().map(|it| Finder::of(it.clues)).collect();
        for (place, group) in GROUPS.iter().enumerate() {
            let (fast, slow) = (Search::new(group), Search::automaton(group));
            let mut at = 0;
            while at < text.len() {
                let found = slow.find(text, at);
                assert_eq!(fast.find(text, at), found);
                assert!(finders.iter_mut().all(|it| it.find(place, text, at) == found), "{found:?}");
                at = found.map_or(text.len(), |it| it.end);
            }
        }
    }

    #[test]
    fn ok_all_ways_of_searching_find_the_same() {
        let clues = || GROUPS.iter().flat_map(|it| it.iter()).map(|it| it.0);
        check(clues().flat_map(|it| format!("x{it}y ").into_bytes()).collect::<Vec<_>>().as_slice());
        for clue in clues() {
            for before in 0..140 {
                check(format!("{}{clue}", "s".repeat(before)).as_bytes());
            }
        }
    }

    proptest::proptest! {
        #[test]
        fn ok_all_ways_find_the_same_in_any_text(text in "([a-zA-Z_%=.-]{1,9}|passgh|s_toke|keyuthsg){0,60}") {
            check(text.as_bytes());
        }
    }
}
