//! Places where a frame clearly begins, and which digits before it are its count.
//!
//! The digits at the end of a text may touch those of the next count. The length of the next frame
//! shows where the count begins.

use super::{
    boundary::lengths,
    view::{COUNT_DIGITS_MAX, More, View},
};

/// How far a count may be from the length of its frame, octets. Two ways of splitting the same
/// digits give counts that differ by at least 100, unless frames are shorter than a header. A count
/// with less than half of that error is therefore the right split.
const COUNT_ERROR_MAX: usize = 49;

/// A place where a frame clearly begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Start {
    /// The first place where its count may begin; the place of `<` if it has no count.
    first: usize,
    /// The place of its `<`.
    open: usize,
    /// Whether a line ends directly before it, so that no digit belongs to that line.
    is_after_line: bool,
}

/// The beginning of a frame that follows another.
#[derive(Clone, Copy, Debug)]
pub(super) struct Split {
    pub(super) at: usize,
    /// Whether its count is about the length of the frame.
    pub(super) is_near: bool,
    /// Whether the bytes after it confirm that a frame begins here. Otherwise a text may have
    /// quoted it.
    pub(super) is_confirmed: bool,
    /// Whether `at` is the only possible place.
    pub(super) is_sure: bool,
}

impl Start {
    /// The beginning, and whether it is certain. `to` is the end of the previous frame by its
    /// count. The body is whole.
    #[must_use]
    pub fn split(self, body: &[u8], to: usize) -> (usize, bool) {
        let split = self.cut(View::all(body), to);
        split.map_or((self.open, false), |it| (it.at, it.is_confirmed && it.is_sure))
    }

    /// The beginning in a body or a stream.
    pub(super) fn cut(self, view: View<'_>, to: usize) -> Result<Split, More> {
        let Self { first, open, is_after_line } = self;
        let counts = || (first..open).filter(|at| at + 1 < open && view.bytes[*at] != b'0');
        if is_after_line {
            let at = counts().next().unwrap_or(open);
            return Ok(Split { at, is_near: true, is_confirmed: true, is_sure: true });
        }
        let length = self.length(view)?;
        let error_of = |at: usize| match view.count(at) {
            Ok(Some((count, _))) => length.error(count),
            _ => usize::MAX,
        };
        let Some(best) = counts().min_by_key(|at| error_of(*at)) else {
            return Ok(Split { at: open, is_near: true, is_confirmed: true, is_sure: true });
        };
        let error = error_of(best);
        let is_tie = counts().filter(|at| error_of(*at) == error).count() > 1;
        // Two counts contradict each other, and neither is exactly right.
        let is_denied = error > 0 && to != best && (first..=open).contains(&to);
        // The last frame may be cut off by the end of the body.
        let is_cut_off = length.is_last && error > COUNT_ERROR_MAX && counts().any(|at| length.is_below(view, at));
        let is_near = error <= COUNT_ERROR_MAX;
        Ok(Split { at: best, is_near, is_confirmed: is_near || is_cut_off, is_sure: is_near && !is_tie && !is_denied })
    }

    /// Whether `place`, the end of the text before it, is among the digits before it.
    pub(super) fn holds(self, place: usize) -> bool {
        (self.first..self.open).contains(&place)
    }

    /// The place after its `<`, from which the next one is searched.
    pub(super) const fn inside(self) -> usize {
        self.open + 1
    }

    /// The length of the frame that begins here, by the beginning of the next one.
    fn length(self, view: View<'_>) -> Result<Length, More> {
        let next = next_in(view, self.open + 1)?;
        let end = view.bytes.len();
        let (least, most) = next.map_or((end, end + 1), |it| (it.first, it.open.max(it.first + 2) - 2));
        let (chars, units) = lengths(&view.bytes[self.open..least]);
        let slack = most.saturating_sub(least);
        Ok(Length { least: least - self.open, slack, chars, units, is_last: next.is_none() })
    }
}

/// The possible length of a frame.
struct Length {
    /// The least length, octets.
    least: usize,
    /// How many digits after it may belong to it.
    slack: usize,
    chars: usize,
    units: usize,
    is_last: bool,
}

impl Length {
    /// How far a count is from the length, octets; 0 if it is the length in characters. The line
    /// end may be counted or not.
    fn error(&self, count: usize) -> usize {
        let is_of = |length: usize| (length..=length + self.slack).any(|it| it == count || it == count + 1);
        if is_of(self.chars) || is_of(self.units) {
            return 0;
        }
        self.least.saturating_sub(count) + count.saturating_sub(self.least + self.slack + 1)
    }

    /// Whether the count at `at` is greater than the length.
    fn is_below(&self, view: View<'_>, at: usize) -> bool {
        matches!(view.count(at), Ok(Some((count, _))) if count > self.least)
    }
}

/// The first place from `from` on where a frame clearly begins: `COUNT SP <PRI>VERSION SP`, or
/// `<PRI>VERSION SP` directly after a trailer.
#[must_use]
pub fn next_start(body: &[u8], from: usize) -> Option<Start> {
    next_in(View::all(body), from).ok().flatten()
}

/// [`next_start`] in a body or a stream.
pub(super) fn next_in(view: View<'_>, from: usize) -> Result<Option<Start>, More> {
    let mut at = from;
    while let Some(open) = view.open(at)? {
        at = open + 1;
        if open > from && view.is_header(open)? {
            let is_after_line = is_trailer(view.bytes[open - 1]);
            let start = if is_after_line {
                Some(Start { first: open, open, is_after_line })
            } else {
                counted(view.bytes, from, open)
            };
            if start.is_some() {
                return Ok(start);
            }
        }
    }
    Ok(None)
}

/// The beginning whose `<` is at `open`, if it has a count from `from` on.
pub(super) fn counted(body: &[u8], from: usize, open: usize) -> Option<Start> {
    let text = body.get(from..open)?.strip_suffix(b" ")?;
    let digits = text.iter().rev().take(COUNT_DIGITS_MAX).take_while(|it| it.is_ascii_digit()).count();
    let first = open - 1 - digits;
    let is_after_line = first > from && is_trailer(body[first - 1]);
    body[first..open - 1].iter().any(|it| *it != b'0').then_some(Start { first, open, is_after_line })
}

const fn is_trailer(byte: u8) -> bool {
    matches!(byte, b'\n' | 0)
}
