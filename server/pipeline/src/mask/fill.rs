//! Overwrites a secret with its mask.
//!
//! Control characters and beginnings of frames inside the secret stay. Where a secret begins and
//! ends is decided elsewhere.

use std::ops::Range;

/// The byte that fills a mask after its visible part.
pub(super) const FILL: u8 = 0x7F;
/// Length of the visible part of a mask, bytes.
const STARS: usize = 3;

/// Overwrites a secret; whether that changed a byte.
pub(super) fn fill(text: &mut [u8], secret: Range<usize>) -> bool {
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
