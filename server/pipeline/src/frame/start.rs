//! Places where a frame plainly begins, and which of the digits before it are its count.
//!
//! Digits of a text may touch those of the next count. How long the next frame is says where the count begins.

use super::{
    boundary::lengths,
    view::{COUNT_DIGITS_MAX, More, View},
};

/// How far a count may be from the length of its frame while it is still taken for that frame's, octets. Two ways of
/// cutting the same digits give counts that differ by 100 at least, unless frames are shorter than a header is; so a
/// count that is off by less than half of that is told apart.
const COUNT_ERROR_MAX: usize = 49;

/// A place where a frame plainly begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Start {
    /// The first place where its count may begin; that of `<` where it has none.
    first: usize,
    /// Where its `<` is.
    open: usize,
    /// Whether a line has ended straight before it, so that no digit is that line's.
    is_behind_line: bool,
}

/// Where a frame begins that stands behind another.
#[derive(Clone, Copy, Debug)]
pub(super) struct Split {
    pub(super) at: usize,
    /// Whether the count there is about as long as what follows it.
    pub(super) is_near: bool,
    /// Whether what follows bears out that a frame begins here at all: else a text may have quoted it.
    pub(super) is_borne_out: bool,
    /// Whether `at` is the only place that may be meant.
    pub(super) is_sure: bool,
}

impl Start {
    /// Where it begins, and whether that is sure; `to` is where the count of the frame before says so. The body is whole.
    #[must_use]
    pub fn split(self, body: &[u8], to: usize) -> (usize, bool) {
        let split = self.cut(View::all(body), to);
        split.map_or((self.open, false), |it| (it.at, it.is_borne_out && it.is_sure))
    }

    /// The same, as far as it can be told.
    pub(super) fn cut(self, view: View<'_>, to: usize) -> Result<Split, More> {
        let Self { first, open, is_behind_line } = self;
        let counts = || (first..open).filter(|at| at + 1 < open && view.bytes[*at] != b'0');
        if is_behind_line {
            let at = counts().next().unwrap_or(open);
            return Ok(Split { at, is_near: true, is_borne_out: true, is_sure: true });
        }
        let length = self.length(view)?;
        let error_of = |at: usize| match view.count(at) {
            Ok(Some((count, _))) => length.error(count),
            _ => usize::MAX,
        };
        let Some(best) = counts().min_by_key(|at| error_of(*at)) else {
            return Ok(Split { at: open, is_near: true, is_borne_out: true, is_sure: true });
        };
        let error = error_of(best);
        let is_tie = counts().filter(|at| error_of(*at) == error).count() > 1;
        // Two counts that contradict each other, of which none is exactly right.
        let is_denied = error > 0 && to != best && (first..=open).contains(&to);
        // The end of the body may have cut the last frame off.
        let is_cut_off = length.is_last && error > COUNT_ERROR_MAX && counts().any(|at| length.is_below(view, at));
        let is_near = error <= COUNT_ERROR_MAX;
        Ok(Split { at: best, is_near, is_borne_out: is_near || is_cut_off, is_sure: is_near && !is_tie && !is_denied })
    }

    /// Whether the digits before it may be those of the text before it, as far as `place` says where that ends.
    pub(super) fn holds(self, place: usize) -> bool {
        (self.first..self.open).contains(&place)
    }

    /// The place behind its `<`, from which the next one is searched.
    pub(super) const fn inside(self) -> usize {
        self.open + 1
    }

    /// How long the frame is that begins here, by what follows it.
    fn length(self, view: View<'_>) -> Result<Length, More> {
        let next = next_in(view, self.open + 1)?;
        let end = view.bytes.len();
        let (least, most) = next.map_or((end, end + 1), |it| (it.first, it.open.max(it.first + 2) - 2));
        let (chars, units) = lengths(&view.bytes[self.open..least]);
        let slack = most.saturating_sub(least);
        Ok(Length { least: least - self.open, slack, chars, units, is_last: next.is_none() })
    }
}

/// How long a frame may be.
struct Length {
    /// Octets, at least.
    least: usize,
    /// So many digits behind it may be its own.
    slack: usize,
    chars: usize,
    units: usize,
    is_last: bool,
}

impl Length {
    /// How far a count is from it, octets; none where it is that of characters. The line end may be counted or not.
    fn error(&self, count: usize) -> usize {
        let is_of = |length: usize| (length..=length + self.slack).any(|it| it == count || it == count + 1);
        if is_of(self.chars) || is_of(self.units) {
            return 0;
        }
        self.least.saturating_sub(count) + count.saturating_sub(self.least + self.slack + 1)
    }

    /// Whether the count at `at` asks for more.
    fn is_below(&self, view: View<'_>, at: usize) -> bool {
        matches!(view.count(at), Ok(Some((count, _))) if count > self.least)
    }
}

/// The first place not before `from` where a frame plainly begins: `COUNT SP <PRI>VERSION SP`, or `<PRI>VERSION SP`
/// straight after a trailer.
#[must_use]
pub fn next_start(body: &[u8], from: usize) -> Option<Start> {
    next_in(View::all(body), from).ok().flatten()
}

/// The same, as far as it can be told.
pub(super) fn next_in(view: View<'_>, from: usize) -> Result<Option<Start>, More> {
    let mut at = from;
    while let Some(open) = view.open(at)? {
        at = open + 1;
        if open > from && view.is_header(open)? {
            let is_behind_line = is_trailer(view.bytes[open - 1]);
            let start = if is_behind_line {
                Some(Start { first: open, open, is_behind_line })
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

/// The beginning whose `<` is at `open`, if there is a count before it, but not before `from`.
pub(super) fn counted(body: &[u8], from: usize, open: usize) -> Option<Start> {
    let text = body.get(from..open)?.strip_suffix(b" ")?;
    let digits = text.iter().rev().take(COUNT_DIGITS_MAX).take_while(|it| it.is_ascii_digit()).count();
    let first = open - 1 - digits;
    let is_behind_line = first > from && is_trailer(body[first - 1]);
    body[first..open - 1].iter().any(|it| *it != b'0').then_some(Start { first, open, is_behind_line })
}

const fn is_trailer(byte: u8) -> bool {
    matches!(byte, b'\n' | 0)
}
