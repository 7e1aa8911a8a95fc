//! Clues: short texts that every secret with a name or a shape contains. All are searched for at
//! once.
//!
//! There are two groups: the fewer clues are compared with a place at once, the fewer false matches
//! there are. If the processor has wide registers, [`super::scan`] has already found the places of
//! clues. Otherwise a searcher of the crate `aho-corasick` searches for each group.
//!
//! Neighbours in a list share a bit. Their order was found by trial on lines of many kinds: 0.6
//! places in 300 bytes match without a clue. A new clue may be added anywhere; `benches/mask.rs`
//! shows its cost.

use std::sync::LazyLock;

use aho_corasick::{
    AhoCorasick,
    packed::{Config, MatchKind, Searcher},
};

use super::{
    bounds::Bounds,
    fill,
    name::Kind,
    pair, pem,
    places::Places,
    token::{self, Class::*, Shape},
};

/// What a clue may be a part of.
#[derive(Clone, Copy, Debug)]
pub(super) enum Clue {
    /// The name of a value.
    Name,
    /// The word `Bearer`.
    Bearer,
    /// A JSON web token: its beginning.
    Jwt,
    /// The first line of a private key.
    Pem,
    /// A mail address in a URL: its encoded `@`.
    EscapedAt,
    /// A token of a known shape.
    Token(Shape),
}

use Clue::{Bearer, EscapedAt, Jwt, Name, Pem, Token};

const fn shape(heads: &'static [&'static str], tail: &'static str, class: token::Class, bytes_min: usize) -> Clue {
    Token(Shape { heads, tail, class, bytes_min })
}

/// The number of groups.
pub(super) const GROUPS_COUNT: usize = 2;

/// The clues of each group.
pub(super) const GROUPS: [&[(&str, Clue)]; GROUPS_COUNT] = [
    &[
        ("ghs_", shape(&[""], "", Alnum, 20)),
        ("gho_", shape(&[""], "", Alnum, 20)),
        ("ghr_", shape(&[""], "", Alnum, 20)),
        ("ghu_", shape(&[""], "", Alnum, 20)),
        ("%40", EscapedAt),
        ("dop_v", shape(&[""], "1_", Alnum, 32)),
        ("EARER", Bearer),
        ("earer", Bearer),
        ("ghp_", shape(&[""], "", Alnum, 20)),
        ("xapp-", shape(&[""], "", Word, 20)),
        ("sgs_", shape(&[""], "", Word, 20)),
        ("sg_", shape(&[""], "", Word, 20)),
        ("sk-", shape(&[""], "", Word, 20)),
        ("glpat", shape(&[""], "-", Word, 15)),
        ("whsec", shape(&[""], "_", Word, 16)),
        ("GOCS", shape(&[""], "PX-", Word, 20)),
        ("k_test", shape(&["s", "r"], "_", Alnum, 10)),
        ("AIza", shape(&[""], "", Word, 30)),
        ("AKIA", shape(&[""], "", Alnum, 16)),
        ("HRKU", shape(&[""], "-", Word, 20)),
        ("pypi-", shape(&[""], "", Word, 16)),
        ("ASIA", shape(&[""], "", Alnum, 16)),
        ("hf_", shape(&[""], "", Alnum, 30)),
        ("ck.com/s", shape(&["hooks.sla"], "ervices/", Path, 16)),
        ("SG.", shape(&[""], "", Dotted, 40)),
        ("--BEG", Pem),
        ("ya29.", shape(&[""], "", Dotted, 20)),
        ("sgw_", shape(&[""], "", Word, 20)),
        ("xox", shape(&[""], "", Word, 12)),
        ("sgr_", shape(&[""], "", Word, 20)),
        ("k_live", shape(&["s", "r"], "_", Alnum, 10)),
        ("eyJ", Jwt),
        ("npm_", shape(&[""], "", Alnum, 30)),
        ("_pat_", shape(&["github", "dckr"], "", Word, 20)),
    ],
    &[
        ("Pass", Name),
        ("pin", Name),
        ("pass", Name),
        ("PASS", Name),
        ("PIN", Name),
        ("UTH", Name),
        ("uth", Name),
        ("REDENT", Name),
        ("redent", Name),
        ("SID", Name),
        ("jwt", Name),
        ("otp", Name),
        ("PWD", Name),
        ("JWT", Name),
        ("OTP", Name),
        ("sid", Name),
        ("sig=", Name),
        ("OKEN", Name),
        ("essi", Name),
        ("ESSI", Name),
        ("ecret", Name),
        ("cvv", Name),
        ("ECRET", Name),
        ("SRF", Name),
        ("srf", Name),
        ("cvc", Name),
        ("CVV", Name),
        ("KEY", Name),
        ("Key", Name),
        ("GNATU", Name),
        ("key", Name),
        ("gnatu", Name),
        ("OKIE", Name),
        ("oken", Name),
        ("pwd", Name),
        ("okie", Name),
    ],
];

/// A clue that was found in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Match {
    /// Its index in its group.
    pub(super) clue: usize,
    pub(super) start: usize,
    pub(super) end: usize,
}

static SEARCHERS: LazyLock<[Search; GROUPS_COUNT]> = LazyLock::new(|| GROUPS.map(Search::new));

/// Searcher of one group: Teddy if the processor supports it, else an automaton.
#[derive(Debug)]
enum Search {
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
enum Finder {
    Places(Places),
    Search(&'static [Search; GROUPS_COUNT]),
}

impl Finder {
    fn of(places: Option<Places>) -> Self {
        places.map_or_else(|| Self::Search(&SEARCHERS), Self::Places)
    }

    /// The next clue of a group from `at` on.
    #[inline]
    fn find(&mut self, group: usize, text: &[u8], at: usize) -> Option<Match> {
        match self {
            Self::Places(it) => it.find(group, text, at),
            Self::Search(it) => it[group].find(text, at),
        }
    }
}

/// Masks the secrets around clues; whether a byte was changed. `places` may be those of the text
/// before other secrets in it were masked, since no clue contains a byte of a mask.
pub(super) fn mask(text: &mut [u8], places: Option<Places>, bounds: &mut Bounds) -> bool {
    let mut is_changed = false;
    let mut finder = Finder::of(places);
    for (place, group) in GROUPS.iter().enumerate() {
        let mut at = 0;
        // Names before this place are known to name no secret.
        let mut judged = 0;
        while at < text.len()
            && let Some(Match { clue: number, start, end }) = finder.find(place, text, at)
        {
            at = end;
            let clue = group[number].1;
            if matches!(clue, Name) {
                if start < judged {
                    continue;
                }
                // The line need not be found for a name that names no secret.
                let name = pair::name(text, start);
                judged = name.end;
                if name.kind == Kind::Plain {
                    continue;
                }
            }
            let line = bounds.around(text, start);
            if end > line.end {
                continue;
            }
            let inside = |it: std::ops::Range<usize>| line.start + it.start..line.start + it.end;
            let (within, place) = (&text[line.clone()], start - line.start..end - line.start);
            let secret = match clue {
                Name => pair::find(within, pair::name(within, place.start)),
                Bearer => token::bearer(within, place),
                Jwt => token::jwt(within, place),
                Token(shape) => token::find(within, place, &shape),
                EscapedAt => super::address::escaped(within, place),
                Pem => {
                    is_changed |= pem::mask(text, line.start + place.start, bounds);
                    continue;
                }
            };
            if let Some(secret) = secret.map(inside) {
                at = at.max(secret.end);
                judged = judged.max(at);
                if fill(text, secret) {
                    is_changed = true;
                    bounds.change(&line);
                }
            }
        }
    }
    is_changed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &[u8]) {
        let mut finders: Vec<_> = super::super::scan::ways(text).into_iter().map(|it| Finder::of(it.clues)).collect();
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
