//! Overwrites secrets in place: passwords, tokens, keys, cookies, card numbers, mail addresses.
//!
//! A mask has as many bytes as the secret, so that the counts of frames stay right. It is `***`
//! followed by DEL, which is left out when a line is displayed. Masking a masked text changes
//! nothing. Control characters, including line ends, are never overwritten, and neither is the
//! beginning of a frame.
//!
//! A secret is recognized by its name (`password=`), by the shape of known tokens (`ghp_…`), or by
//! the form of mail addresses and card numbers. This can be wrong in both directions: a secret
//! without any of these stays. Measurements are never changed: l2met's names with `#` name no
//! secret, and a number with a unit is no secret.
//!
//! # Cost
//! Linear in the text. Most lines hold no clue and are only searched for clues (see [`clue`]).

/// Clues: short texts that secrets contain.
mod clue;

/// Places where clues may begin.
mod places;

/// Names whose values are secrets.
mod name;

/// A name with its value, in all notations.
mod pair;

/// The end of a value.
mod value;

/// Tokens that are known by their shape.
mod token;

/// Private keys in PEM.
mod pem;

/// Mail addresses, and passwords in URLs.
mod address;

/// Card numbers.
mod card;

/// One pass that finds the places where secrets may be.
mod scan;

/// The same pass with AVX2 and AVX-512.
#[cfg(target_arch = "x86_64")]
mod wide;

/// The line that a place in a body belongs to.
mod bounds;

/// Texts in the form for display.
mod shown;

use std::ops::Range;

use bounds::Bounds;
pub use shown::{exact, masked, may_show, plain};

/// Version of the rules. It increases when they mask more: a body that was masked by an earlier
/// version is masked again before it is displayed.
pub const VERSION: i64 = 1;

/// The byte that fills a mask after its visible part.
pub(crate) const FILL: u8 = 0x7F;
/// Length of the visible part of a mask, bytes.
const STARS: usize = 3;
/// How often a text is masked again after a change. A mask may change how the text beside it is
/// read and, in a damaged body, where the next good frame is found.
const ROUNDS_MAX: usize = 4;

/// Masks the frames of a body and the bytes between them.
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

/// Masks a stored body, unless the same rules masked it before. `version` is the [`VERSION`] that
/// masked it, or 0.
pub fn remask(version: i64, bytes: &mut [u8]) {
    if version < VERSION {
        body(bytes);
    }
}

/// Masks a text that is one message.
pub fn text(text: &mut [u8]) {
    // A mask may change how the text beside it is read. Masking again changes nothing in the end.
    for _ in 0..ROUNDS_MAX {
        if !all(text, &mut Bounds::of_text(text.len())) {
            return;
        }
    }
}

/// Masks secrets of all kinds; whether a byte was changed.
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

/// The length of a frame's beginning at the start of a text: its count and `<PRI>VERSION `. 0 if
/// there is none.
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

/// Whether `at` is inside a word of letters and digits, where no token begins. The end of an escape
/// such as `%3D` is no part of a word.
fn is_inside_word(text: &[u8], at: usize) -> bool {
    let Some(before) = at.checked_sub(1) else { return false };
    let is_escape =
        at >= 3 && matches!(text[at - 3], b'%') && text[at - 2].is_ascii_hexdigit() && text[at - 1].is_ascii_hexdigit();
    // The letter of `\n` in quoted text is no part of a word.
    let is_line_end = at >= 2 && text[at - 2] == b'\\' && matches!(text[before], b'n' | b'r' | b't');
    text[before].is_ascii_alphanumeric() && !is_escape && !is_line_end
}
