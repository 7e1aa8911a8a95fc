//! Masks the secrets around clues: values of names, tokens, private keys, encoded addresses.
//!
//! What a secret is, and where it ends, is decided by the file of its kind.

use std::ops::Range;

use super::{
    address,
    bounds::Bounds,
    clue::{
        Clue::{Bearer, EscapedAt, Jwt, Name, Pem, Token},
        GROUPS, Match,
    },
    fill::fill,
    name::Kind,
    pair, pem,
    places::Places,
    search::Finder,
    token,
};

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
            let inside = |it: Range<usize>| line.start + it.start..line.start + it.end;
            let (within, place) = (&text[line.clone()], start - line.start..end - line.start);
            let secret = match clue {
                Name => pair::find(within, pair::name(within, place.start)),
                Bearer => token::bearer(within, place),
                Jwt => token::jwt(within, place),
                Token(shape) => token::find(within, place, &shape),
                EscapedAt => address::escaped(within, place),
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
