//! Where a secret may be: short texts that all secrets with a name or a shape have in them, searched for all at once.
//!
//! They are spread over three searchers (Teddy, of the crate `aho-corasick`), since the time of one grows with the letters that
//! its texts share. Which clue is in which group, and in which order, was found by trial on router lines: 68 ns a line of 308 bytes
//! against 380 with all in one. A new clue may stand in any group; its cost is seen in `benches/mask.rs`.

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
    token::{self, Class::*, Shape},
};

/// What a clue is a part of.
#[derive(Clone, Copy, Debug)]
pub(super) enum Clue {
    /// Of the name of a value.
    Name,
    /// Of `Bearer`.
    Bearer,
    /// The beginning of a JSON web token.
    Jwt,
    /// Of the beginning of a private key.
    Pem,
    /// An `@` in a URL.
    EscapedAt,
    /// Of a token.
    Token(Shape),
}

use Clue::{Bearer, EscapedAt, Jwt, Name, Pem, Token};

const fn shape(heads: &'static [&'static str], tail: &'static str, class: token::Class, bytes_min: usize) -> Clue {
    Token(Shape { heads, tail, class, bytes_min })
}

const GROUPS: [&[(&str, Clue)]; 3] = [
    &[
        ("%40", EscapedAt),
        ("sk-", shape(&[""], "", Word, 20)),
        ("gnatu", Name),
        ("PASS", Name),
        ("hf_", shape(&[""], "", Alnum, 30)),
        ("ck.com/s", shape(&["hooks.sla"], "ervices/", Path, 16)),
        ("ghu_", shape(&[""], "", Alnum, 20)),
        ("k_live", shape(&["s", "r"], "_", Alnum, 10)),
        ("uth", Name),
        ("SG.", shape(&[""], "", Dotted, 40)),
        ("gho_", shape(&[""], "", Alnum, 20)),
        ("cvc", Name),
        ("UTH", Name),
        ("earer", Bearer),
        ("ghr_", shape(&[""], "", Alnum, 20)),
        ("REDENT", Name),
        ("AIza", shape(&[""], "", Word, 30)),
        ("eyJ", Jwt),
        ("glpat", shape(&[""], "-", Word, 15)),
        ("HRKU", shape(&[""], "-", Word, 20)),
        ("--BEG", Pem),
        ("GNATU", Name),
        ("ghp_", shape(&[""], "", Alnum, 20)),
        ("JWT", Name),
    ],
    &[
        ("OTP", Name),
        ("xox", shape(&[""], "", Word, 12)),
        ("ECRET", Name),
        ("pwd", Name),
        ("ghs_", shape(&[""], "", Alnum, 20)),
        ("okie", Name),
        ("Key", Name),
        ("_pat_", shape(&["github", "dckr"], "", Word, 20)),
        ("jwt", Name),
        ("npm_", shape(&[""], "", Alnum, 30)),
        ("ESSI", Name),
        ("otp", Name),
        ("pin", Name),
        ("key", Name),
        ("ASIA", shape(&[""], "", Alnum, 16)),
        ("SID", Name),
        ("ya29.", shape(&[""], "", Dotted, 20)),
        ("essi", Name),
        ("GOCS", shape(&[""], "PX-", Word, 20)),
        ("oken", Name),
        ("AKIA", shape(&[""], "", Alnum, 16)),
        ("k_test", shape(&["s", "r"], "_", Alnum, 10)),
        ("PWD", Name),
        ("PIN", Name),
    ],
    &[
        ("xapp-", shape(&[""], "", Word, 20)),
        ("dop_v", shape(&[""], "1_", Alnum, 32)),
        ("sgs_", shape(&[""], "", Word, 20)),
        ("sgr_", shape(&[""], "", Word, 20)),
        ("ecret", Name),
        ("CVV", Name),
        ("sid", Name),
        ("redent", Name),
        ("OKIE", Name),
        ("sig=", Name),
        ("Pass", Name),
        ("OKEN", Name),
        ("sgw_", shape(&[""], "", Word, 20)),
        ("KEY", Name),
        ("srf", Name),
        ("EARER", Bearer),
        ("cvv", Name),
        ("pass", Name),
        ("whsec", shape(&[""], "_", Word, 16)),
        ("SRF", Name),
        ("pypi-", shape(&[""], "", Word, 16)),
        ("sg_", shape(&[""], "", Word, 20)),
    ],
];

static SEARCHERS: LazyLock<[Search; 3]> = LazyLock::new(|| GROUPS.map(Search::new));

/// Teddy where the processor has what it needs, else an automaton.
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

    /// The next clue from `at` on: its number, its beginning and its end.
    #[inline]
    fn find(&self, text: &[u8], at: usize) -> Option<(usize, usize, usize)> {
        let found = match self {
            Self::Packed(it) => it.find_in(text, (at..text.len()).into()),
            Self::Automaton(it) => it.as_ref()?.find(aho_corasick::Input::new(text).range(at..)),
        }?;
        Some((found.pattern().as_usize(), found.start(), found.end()))
    }
}

/// Masks all that clues lead to; whether a byte was changed.
pub(super) fn mask(text: &mut [u8], bounds: &mut Bounds) -> bool {
    let mut is_changed = false;
    for (group, search) in GROUPS.iter().zip(&*SEARCHERS) {
        let mut at = 0;
        // Up to here it is known that no name is that of a secret.
        let mut judged = 0;
        while at < text.len()
            && let Some((number, start, end)) = search.find(text, at)
        {
            at = end;
            let clue = group[number].1;
            if matches!(clue, Name) {
                if start < judged {
                    continue;
                }
                // Which line it is need not be known of a name that is that of no secret.
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

    #[test]
    fn ok_both_ways_of_searching_find_the_same() {
        let text: Vec<u8> =
            GROUPS.iter().flat_map(|it| it.iter()).flat_map(|it| format!("x{}y ", it.0).into_bytes()).collect();
        for group in GROUPS {
            let (fast, slow) = (Search::new(group), Search::automaton(group));
            let mut at = 0;
            while at < text.len() {
                let found = fast.find(&text, at);
                assert_eq!(found, slow.find(&text, at));
                at = found.map_or(text.len(), |it| it.2);
            }
        }
    }
}
