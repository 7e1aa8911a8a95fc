//! How much of a stream may be read while the rest is on its way.
//!
//! What is read early is read as the whole stream would be. Nothing here keeps bytes or waits.
//!
//! # Limits
//! [`WAIT_BYTES_MAX`] for what is on its way, and [`UNSETTLED_BYTES_MAX`] for frames that are there but not settled: then they
//! are cut where their counts say so, and a part of a frame is a loss.

use super::{
    FRAME_BYTES_MAX,
    boundary::is_closed,
    found,
    view::{COUNT_DIGITS_MAX, View, ends_line},
};

/// So much is waited for at most: a frame, and the one behind it, which says whether the count of the first is right.
const WAIT_BYTES_MAX: usize = 2 * (FRAME_BYTES_MAX + COUNT_DIGITS_MAX + 1);
/// So much that is found but not settled is read again with the next bytes.
const UNSETTLED_BYTES_MAX: usize = 64 << 10;
/// How many places are tried at which the buffer may be cut.
const TRIES_MAX: usize = 4;

/// How many bytes at the beginning of a stream's buffer are frames that nothing behind them can change: read alone, and the
/// rest with what is yet to come, they give what the whole stream gives. Damage is settled once a frame begins behind it.
#[must_use]
pub fn settled(buffer: &[u8]) -> usize {
    let view = View::part(buffer);
    let mut sure = 0;
    loop {
        let mut end = sure;
        while let Ok(Some(it)) = found(view, end)
            && end - sure <= UNSETTLED_BYTES_MAX
        {
            // Nothing that follows changes a frame whose count leads to its line's end.
            sure = if sure == end && it.is_by_count && buffer[it.to - 1] == b'\n' { it.next } else { sure };
            end = it.next;
        }
        let same = agreed(view, sure, end);
        if end - sure > UNSETTLED_BYTES_MAX {
            // What settles too slowly is cut where its counts say, so that nothing is read again and again.
            sure = if same - sure > UNSETTLED_BYTES_MAX / 2 { same } else { end };
        } else if buffer.len() - same <= WAIT_BYTES_MAX {
            return same;
        } else {
            return if end == sure { buffer.len() } else { end };
        }
    }
}

/// Up to where frames are read the same with and without the bytes behind that place; `sure` where that is not found.
fn agreed(view: View<'_>, sure: usize, mut end: usize) -> usize {
    for _ in 0..TRIES_MAX {
        match differing(view, sure, end) {
            Some(at) => end = at,
            None => return end,
        }
    }
    sure
}

/// The beginning of the first frame, not before `at`, that is read otherwise if the bytes behind `end` are missing.
fn differing(view: View<'_>, mut at: usize, end: usize) -> Option<usize> {
    let alone = View::all(&view.bytes[..end]);
    while at < end {
        let it = found(alone, at);
        if it != found(view, at) {
            return Some(at);
        }
        at = it.ok().flatten()?.next;
    }
    None
}

/// The same where the sender pauses: what ends with the buffer is whole too if its count says so, for a sender gives a
/// frame in one piece. Only a count too small at which the pieces of the stream happen to end is not seen here.
#[must_use]
pub fn whole(buffer: &[u8]) -> usize {
    let settled = settled(buffer);
    let rest = &buffer[settled..];
    let (mut at, mut last) = (0, 0);
    while let Ok(Some(it)) = found(View::all(rest), at) {
        if !it.is_by_count {
            return settled;
        }
        (at, last) = (it.next, it.from);
    }
    let blanks = &rest[at..];
    let is_over = blanks.is_empty() || at == 0 || ends_line(blanks);
    let is_whole = is_over && (at == 0 || is_closed(&rest[last..]));
    if is_whole { buffer.len() } else { settled }
}
