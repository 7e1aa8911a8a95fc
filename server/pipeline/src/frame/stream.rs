//! How much of a stream can be read before the rest has arrived.
//!
//! Frames that are read early are the same as in the whole stream. Nothing here keeps bytes or
//! waits.
//!
//! # Limits
//! [`WAIT_BYTES_MAX`] for frames that have not arrived, and [`UNSETTLED_BYTES_MAX`] for frames that
//! have arrived and are not settled. Beyond it they are cut by their counts, and a part of a frame
//! is a loss.

use super::{
    FRAME_BYTES_MAX,
    boundary::is_closed,
    found,
    view::{COUNT_DIGITS_MAX, View, ends_line},
};

/// The most bytes that a stream waits for: a frame and the one after it, which shows whether the
/// count of the first is right.
const WAIT_BYTES_MAX: usize = 2 * (FRAME_BYTES_MAX + COUNT_DIGITS_MAX + 1);
/// The most bytes of unsettled frames that are read again with the next bytes.
const UNSETTLED_BYTES_MAX: usize = 64 << 10;
/// How many places are tried as the end of the settled bytes.
const TRIES_MAX: usize = 4;

/// How many bytes at the beginning of a stream's buffer are settled: no later byte can change how
/// they are cut into frames. Read alone, they give the same as in the whole stream. Damaged bytes
/// are settled once a frame begins after them.
#[must_use]
pub fn settled(buffer: &[u8]) -> usize {
    let view = View::part(buffer);
    let mut sure = 0;
    loop {
        let mut end = sure;
        while let Ok(Some(it)) = found(view, end)
            && end - sure <= UNSETTLED_BYTES_MAX
        {
            // No later byte changes a frame whose count leads to its line end.
            sure = if sure == end && it.is_by_count && buffer[it.to - 1] == b'\n' { it.next } else { sure };
            end = it.next;
        }
        let same = agreed(view, sure, end);
        if end - sure > UNSETTLED_BYTES_MAX {
            // Frames that settle too slowly are cut by their counts, so that nothing is read again
            // and again.
            sure = if same - sure > UNSETTLED_BYTES_MAX / 2 { same } else { end };
        } else if buffer.len() - same <= WAIT_BYTES_MAX {
            return same;
        } else {
            return if end == sure { buffer.len() } else { end };
        }
    }
}

/// The last tried place up to which frames are the same with and without the bytes after it; `sure`
/// if there is none.
fn agreed(view: View<'_>, sure: usize, mut end: usize) -> usize {
    for _ in 0..TRIES_MAX {
        match differing(view, sure, end) {
            Some(at) => end = at,
            None => return end,
        }
    }
    sure
}

/// The beginning of the first frame from `at` on that differs without the bytes after `end`.
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

/// How many bytes are whole frames when the sender pauses. Besides the settled bytes ([`settled`])
/// this includes a last frame whose count ends with the buffer, since senders write a frame in one
/// piece. A count that is too small goes unnoticed only if the buffer happens to end at its place.
#[must_use]
pub fn complete_bytes(buffer: &[u8]) -> usize {
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
