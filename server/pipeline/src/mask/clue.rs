//! Clues: short texts that every secret with a name or a shape contains. All are searched for at
//! once.
//!
//! There are two groups: the fewer clues are compared with a place at once, the fewer false matches
//! there are. Neighbours in a list share a bit. Their order was found by trial on lines of many
//! kinds: 0.6 places in 300 bytes match without a clue. A new clue may be added anywhere;
//! `benches/mask.rs` shows its cost.

use super::token::{self, Class::*, Shape};

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
