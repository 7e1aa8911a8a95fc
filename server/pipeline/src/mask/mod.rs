//! Secrets are overwritten where they stand: passwords, tokens, keys, cookies, card numbers, addresses of persons.
//!
//! A mask takes as many bytes as the secret did, so that the counts of frames stay true. It is `***` and then DEL, which is
//! left out when a line is shown; a mask of a mask is the same mask. Control characters, line ends among them, are never
//! overwritten, and neither is the beginning of a frame.
//!
//! What is a secret is judged by names (`password=`), by the shapes of known tokens (`ghp_…`), and by the form of addresses
//! and card numbers. It can be wrong in both directions: a secret that nothing marks as one stays. No measurement is touched:
//! names with `#`, as l2met has them, name no secret, and a number with a unit is none.
//!
//! # Cost
//! Linear in the text. Most lines hold no clue, and are only searched for clues (see [`clue`]).

/// Where a secret may be: short texts that are searched for all at once.
mod clue;

/// Places at which they may begin.
mod places;

/// Names whose values are secrets.
mod name;

/// A name with its value, in all the ways of writing them.
mod pair;

/// Where a value ends.
mod value;

/// Tokens that are known by their shape.
mod token;

/// Private keys.
mod pem;

/// Addresses of persons, and passwords in URLs.
mod address;

/// Card numbers.
mod card;

/// Which places of a text are worth reading for these.
mod scan;

/// The same with wide registers.
#[cfg(target_arch = "x86_64")]
mod wide;

/// Which line a place in a body belongs to.
mod bounds;

/// Texts as they are shown.
mod shown;

use std::ops::Range;

use bounds::Bounds;
pub use shown::{exact, masked, may_show, plain};

/// Goes up when more is masked: what was masked by an earlier version is masked again before it is shown.
pub const VERSION: i64 = 1;

/// What follows the visible part of a mask.
pub(crate) const FILL: u8 = 0x7F;
/// The visible part of a mask, bytes.
const STARS: usize = 3;
/// How often a text with masks is read again: a mask may change how what stands beside it is read, and in a damaged body where the
/// next good frame is found.
const ROUNDS_MAX: usize = 4;

/// Masks the frames of a body, and what stands between them.
pub fn body(body: &mut [u8]) {
    for _ in 0..ROUNDS_MAX {
        let mut bounds = Bounds::of_frames();
        let is_changed = all(body, &mut bounds);
        for line in bounds.changed() {
            text(&mut body[line.clone()]);
        }
        if !is_changed || !bounds.must_repeat() {
            return;
        }
    }
}

/// Masks a body that was kept, unless the same rules masked it before: `version` is the [`VERSION`] then, or 0.
pub fn kept(version: i64, bytes: &mut [u8]) {
    if version < VERSION {
        body(bytes);
    }
}

/// Masks a text that is one message.
pub fn text(text: &mut [u8]) {
    // A mask may let what stands beside it be read otherwise; masked once more, a text stays as it is.
    for _ in 0..ROUNDS_MAX {
        if !all(text, &mut Bounds::of_text(text.len())) {
            return;
        }
    }
}

/// Masks every kind of secret; whether a byte was changed.
fn all(text: &mut [u8], bounds: &mut Bounds) -> bool {
    let found = scan::scan(text);
    let addresses = address::mask(text, &found.signs, bounds);
    let cards = card::mask(text, &found.runs, bounds);
    let clues = clue::mask(text, found.clues, bounds);
    addresses || cards || clues
}

/// Overwrites a secret; whether that changed a byte.
fn fill(text: &mut [u8], secret: Range<usize>) -> bool {
    let (mut stars, mut is_changed) = (0, false);
    let (mut at, end) = (secret.start, secret.end);
    while at < end {
        let kept = frame_start(&text[at..]);
        at += kept;
        let Some(byte) = text.get_mut(at).filter(|_| kept == 0 && at < end) else {
            stars = 0;
            continue;
        };
        at += 1;
        if *byte < b' ' {
            stars = 0;
            continue;
        }
        let mask = if stars < STARS { b'*' } else { FILL };
        stars += 1;
        is_changed |= *byte != mask;
        *byte = mask;
    }
    is_changed
}

/// How many bytes at the beginning of a text look like that of a frame, its count and `<PRI>VERSION `; 0 when they do not.
fn frame_start(text: &[u8]) -> usize {
    let digits = |text: &[u8], most: usize| text.iter().take(most + 1).take_while(|it| it.is_ascii_digit()).count();
    let counted = match digits(text, 7) {
        0 => 0,
        count @ 1..=7 if text.get(count) == Some(&b' ') => count + 1,
        _ => return 0,
    };
    if text.get(counted) != Some(&b'<') {
        return 0;
    }
    let open = counted + 1;
    let pri = digits(&text[open..], 3);
    let close = open + pri;
    if !(1..=3).contains(&pri) || text.get(close) != Some(&b'>') {
        return 0;
    }
    let version = digits(&text[close + 1..], 2);
    let end = close + 1 + version;
    if (1..=2).contains(&version) && text.get(end) == Some(&b' ') { end + 1 } else { 0 }
}

/// Whether a byte may begin or go on in the middle of a word of letters and digits: no token begins behind it, unless it ends
/// an escape such as `%3D`.
fn is_inside_word(text: &[u8], at: usize) -> bool {
    let Some(before) = at.checked_sub(1) else { return false };
    let is_escape =
        at >= 3 && matches!(text[at - 3], b'%') && text[at - 2].is_ascii_hexdigit() && text[at - 1].is_ascii_hexdigit();
    // The letter of `\n` in text that is quoted.
    let is_line_end = at >= 2 && text[at - 2] == b'\\' && matches!(text[before], b'n' | b'r' | b't');
    text[before].is_ascii_alphanumeric() && !is_escape && !is_line_end
}
