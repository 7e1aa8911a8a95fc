//! Where a counted frame ends: what a count may be trusted for, and what stands in for a count that is wrong.
//!
//! A count is right where a line has ended, where the body ends, or where a frame begins whose own count leads to such a
//! place. So bodies with right counts are cut by them, whatever their texts quote. A wrong count is replaced by the next
//! place where a frame plainly begins and what follows bears that out; where that leaves a choice, the frame is a loss.
//!
//! What can't be told: a count too small whose next octets are digits that make the next count lead to a frame further on.
//! It looks like a right one, and is taken for one, unless whole frames stand between, count by count up to the same place;
//! then the text up to there is one loss.

use memchr::{memchr, memrchr};

use super::{
    FRAME_BYTES_MAX,
    start::{Split, counted, next_in},
    view::{More, View, ends_line, is_blank},
};
use crate::Loss;

/// A frame may be longer than its count by this many times the count, since a character has up to four bytes, …
const COUNT_TIMES_MAX: usize = 4;
/// … and by this many octets more, since texts are edited after they were counted.
const COUNT_SLACK_BYTES: usize = 1_024;

/// What stands where a count says that its frame ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Landing {
    /// Another frame begins, or a line has ended.
    Boundary,
    /// The same, if nothing follows these bytes.
    AtEnd,
    /// It takes more bytes to tell; if none follow, the count is wrong.
    Open,
    /// The middle of something: the count is wrong.
    Wrong,
}

/// Where a counted frame ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// There, as its count says.
    ByCount(usize),
    /// There, by what follows.
    At(usize),
    /// That can't be told; reading goes on at `next`.
    LossInterval { loss: Loss, next: usize },
}

/// What a count is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Count {
    Right,
    Wrong,
    /// Right or wrong; either way a frame begins at `next`.
    Doubtful {
        next: usize,
    },
}

/// The end of the frame whose octets begin at `from` and are `count` by its own account.
#[inline]
pub(super) fn end_of(view: View<'_>, from: usize, count: usize) -> Result<End, More> {
    let to = from + count;
    match judge(view, from, to)? {
        Count::Right if to <= view.bytes.len() => Ok(End::ByCount(to)),
        Count::Right => Ok(End::At(view.bytes.len())),
        Count::Wrong => repaired(view, from, to),
        Count::Doubtful { next } => Ok(End::LossInterval { loss: Loss::FrameCount, next }),
    }
}

/// Judges the place `to`, at which a counted frame ends, of a stream that has brought `bytes`.
#[must_use]
pub fn landing(bytes: &[u8], to: usize) -> Landing {
    let is_wrong = |count| count == Count::Wrong;
    match judge(View::part(bytes), 0, to).map(is_wrong) {
        Ok(false) => Landing::Boundary,
        Ok(true) => Landing::Wrong,
        Err(More) if to > bytes.len() => Landing::Open,
        Err(More) if judge(View::all(bytes), 0, to).is_ok_and(is_wrong) => Landing::Open,
        Err(More) => Landing::AtEnd,
    }
}

/// Judges a count that says that the frame from `from` on ends at `to`.
#[inline]
fn judge(view: View<'_>, from: usize, to: usize) -> Result<Count, More> {
    let Some(last) = to.checked_sub(1).map_or(Ok(None), |at| view.get(at))? else {
        // The last line of a body may lack its end.
        return Ok(if to == view.bytes.len() + 1 { Count::Right } else { Count::Wrong });
    };
    if last == b'\n' {
        return Ok(Count::Right);
    }
    let at = view.behind_blanks(to)?;
    let Some(first) = view.get(at)? else { return Ok(Count::Right) };
    if last == 0 || ends_line(&view.bytes[to..at]) {
        return right_if(begins(view, at)?);
    }
    match first {
        b'<' => right_if(view.is_header(at)? && !is_behind_count(view, from, to, at)?),
        b'1'..=b'9' => number(view, at),
        _ => Ok(Count::Wrong),
    }
}

fn right_if(is_right: bool) -> Result<Count, More> {
    Ok(if is_right { Count::Right } else { Count::Wrong })
}

/// Whether digits straight before the frame at `at` are rather its count than the end of a text.
fn is_behind_count(view: View<'_>, from: usize, to: usize, at: usize) -> Result<bool, More> {
    counted(view.bytes, from, at).map_or(Ok(false), |start| Ok(start.cut(view, to)?.is_near))
}

/// Judges digits straight behind a frame. They may be its own, so that the frame that they count must end well too.
#[inline]
fn number(view: View<'_>, at: usize) -> Result<Count, More> {
    let Some((count, from)) = view.count(at)? else {
        // Somebody's editor put a count on a line of its own.
        let is_on_a_line = view.count_on_a_line(at)?.map_or(Ok(false), |(_, from)| view.is_header(from));
        return right_if(is_on_a_line?);
    };
    if view.get(from)? != Some(b'<') || !leads_on(view, from, from + count)? {
        return Ok(Count::Wrong);
    }
    let to = from + count;
    for place in at + 1..from - 1 {
        if let Some((count, _)) = view.count(place)?
            && leads_to(view, from, count, to)?
        {
            return Ok(Count::Doubtful { next: to });
        }
    }
    Ok(Count::Right)
}

/// Whether a frame begins at `to`, behind the one from `from` on, by its first bytes; or the body ends, but for a line end.
fn leads_on(view: View<'_>, from: usize, to: usize) -> Result<bool, More> {
    let Some(last) = view.get(to - 1)? else { return Ok(to == view.bytes.len() + 1) };
    let at = view.behind_blanks(to)?;
    if view.get(at)? == Some(b'<') && !matches!(last, b'\n' | 0) && !ends_line(&view.bytes[to..at]) {
        return Ok(view.is_header(at)? && !is_behind_count(view, from, to, at)?);
    }
    begins(view, at)
}

/// Whether frames lead from one to the next and to `end`: the first begins at `from` and is shorter than that.
fn leads_to(view: View<'_>, mut from: usize, mut count: usize, end: usize) -> Result<bool, More> {
    while from + count < end {
        let Some(next) = view.count(view.behind_blanks(from + count)?)? else { return Ok(false) };
        (count, from) = next;
        if view.get(from)? != Some(b'<') || !view.is_header(from)? {
            return Ok(false);
        }
    }
    Ok(from + count == end)
}

/// Whether a frame begins at `at`, where no blank is, by its first bytes alone; or the body ends.
pub(super) fn begins(view: View<'_>, at: usize) -> Result<bool, More> {
    match view.get(at)? {
        None | Some(b'<') => Ok(true),
        Some(_) => view.count(at)?.map_or(Ok(false), |(_, from)| Ok(view.get(from)? == Some(b'<'))),
    }
}

/// The end of a frame with a wrong count: the next plain beginning of a frame that is borne out, or the end of the body.
fn repaired(view: View<'_>, from: usize, to: usize) -> Result<End, More> {
    let (count, bytes) = (to - from, view.bytes.len());
    let mut inside = from + 1;
    let mut is_alone = true;
    let (split, is_claimed) = loop {
        let Some(start) = next_in(view, inside)? else { break (None, false) };
        let split = start.cut(view, to)?;
        if split.is_borne_out {
            break (Some(split), start.holds(to));
        }
        is_alone = false;
        inside = start.inside();
    };
    let (end, is_sure) = match split {
        Some(Split { at, is_sure, .. }) => (at, is_sure),
        // A line that has ended is whole, whatever its count says.
        None if to > bytes && !view.bytes.ends_with(b"\n") => {
            return Ok(End::LossInterval { loss: Loss::FrameShort, next: bytes });
        }
        None => (bytes, true),
    };
    let text = &view.bytes[from..end];
    let is_near = end <= to.saturating_add((COUNT_TIMES_MAX - 1) * count + COUNT_SLACK_BYTES);
    let is_good = is_sure && is_near && text.len() <= FRAME_BYTES_MAX;
    let is_of_chars = || is_counted_in_chars(text, count);
    if is_good && ((is_one_line(text) && (is_alone || is_claimed)) || is_of_chars()) {
        Ok(End::At(end))
    } else {
        Ok(End::LossInterval { loss: Loss::FrameCount, next: end })
    }
}

/// Whether nothing follows the first line end but blanks: what follows might be another line.
fn is_one_line(text: &[u8]) -> bool {
    memchr(b'\n', text).is_none_or(|at| text[at..].iter().all(|byte| is_blank(*byte)))
}

/// Whether a sender that counts characters, or units of UTF-16, would have counted so; with the final line end or without.
fn is_counted_in_chars(text: &[u8], count: usize) -> bool {
    let (chars, units) = lengths(text);
    [chars, units].into_iter().any(|it| it == count || it == count + 1)
}

/// How long a text is in characters and in units of UTF-16.
pub(super) fn lengths(text: &[u8]) -> (usize, usize) {
    let chars = text.iter().filter(|byte| **byte & 0xC0 != 0x80).count();
    (chars, chars + text.iter().filter(|byte| **byte >= 0xF0).count())
}

/// Whether a frame that ends a stream's buffer is whole: its line has ended, or its count can't have been of characters
/// and has swallowed no other frame.
pub(super) fn is_closed(frame: &[u8]) -> bool {
    let is_ended = memrchr(b'\n', frame).is_some_and(|at| frame[at..].iter().all(|byte| is_blank(*byte)));
    is_ended || (frame.is_ascii() && next_in(View::all(frame), 1) == Ok(None))
}
