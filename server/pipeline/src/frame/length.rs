//! How long frames are: the limit, and lengths by which counts are judged.
//!
//! Senders count octets, characters or UTF-16 units.

use super::view::View;

/// The longest frame that is read, octets: a text of 1 MiB and its header. Log-shuttle cuts lines
/// at 10,000 octets; other senders have higher limits or none.
pub const FRAME_BYTES_MAX: usize = (1 << 20) + 4_096;

/// The possible length of a frame.
pub(super) struct Length {
    /// The least length, octets.
    pub(super) least: usize,
    /// How many digits after it may belong to it.
    pub(super) slack: usize,
    pub(super) chars: usize,
    pub(super) units: usize,
    pub(super) is_last: bool,
}

impl Length {
    /// How far a count is from the length, octets; 0 if it is the length in characters. The line
    /// end may be counted or not.
    pub(super) fn error(&self, count: usize) -> usize {
        let is_of = |length: usize| (length..=length + self.slack).any(|it| it == count || it == count + 1);
        if is_of(self.chars) || is_of(self.units) {
            return 0;
        }
        self.least.saturating_sub(count) + count.saturating_sub(self.least + self.slack + 1)
    }

    /// Whether the count at `at` is greater than the length.
    pub(super) fn is_below(&self, view: View<'_>, at: usize) -> bool {
        matches!(view.count(at), Ok(Some((count, _))) if count > self.least)
    }
}

/// The length of a text in characters and in UTF-16 units.
pub(super) fn lengths(text: &[u8]) -> (usize, usize) {
    let chars = text.iter().filter(|byte| **byte & 0xC0 != 0x80).count();
    (chars, chars + text.iter().filter(|byte| **byte >= 0xF0).count())
}
