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

/// Search for clues.
mod search;

/// Secrets around clues.
mod secret;

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

/// Overwriting a secret.
mod fill;

/// A block of 64 bytes and what is noted of it.
mod block;

/// One pass that finds the places where secrets may be, whatever reads its blocks.
mod pass;

/// The same pass in the best way for the processor.
mod scan;

/// Reading blocks with AVX2 and AVX-512.
#[cfg(target_arch = "x86_64")]
mod wide;

/// The line that a place in a body belongs to.
mod bounds;

/// Texts in the form for display.
mod shown;

use bounds::Bounds;
pub use shown::{MayShow, exact, masked, plain};

/// Version of the rules. It increases when they mask more: a body that was masked by an earlier
/// version is masked again before it is displayed.
pub const VERSION: i64 = 1;

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
    let clues = secret::mask(text, found.clues, bounds);
    addresses || cards || clues
}
