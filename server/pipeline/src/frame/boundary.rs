//! The end of a counted frame: whether its count is right, and where the frame ends if it is not.
//!
//! A count is right if it leads to a line end, to the end of the body, or to a frame whose own
//! count leads to such a place. Bodies with right counts are therefore cut by them, whatever their
//! texts quote. A wrong count is replaced by the next place where a frame clearly begins and the
//! bytes after it confirm that. If several places are possible, the frame is a loss.
//!
//! One wrong count cannot be recognized: a count that is too small, followed by digits that make
//! the next count lead to a later frame. It is treated as right, unless whole frames lead, count by
//! count, to the same place; then the text up to there is one loss.

use memchr::{memchr, memrchr};

use super::{
    FRAME_BYTES_MAX,
    start::{Split, counted, next_in},
    view::{More, View, ends_line, is_blank},
};
use crate::Loss;

/// A frame may be this many times as long as its count, since a character has up to four bytes, …
const COUNT_TIMES_MAX: usize = 4;
/// … and this many octets longer, since texts are edited after they were counted.
const COUNT_SLACK_BYTES: usize = 1_024;

/// What a stream has at the place where a count ends its frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameEnd {
    /// Another frame begins, or a line has ended: the count is right.
    Boundary,
    /// The count is right if no bytes follow.
    BoundaryAtEnd,
    /// More bytes are needed to tell. The count is wrong if none follow.
    Undecided,
    /// Neither: the count is wrong.
    Wrong,
}

/// The end of a counted frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// At this place, by its count.
    ByCount(usize),
    /// At this place, by the bytes that follow.
    At(usize),
    /// Unknown. Reading continues at `next`.
    Lost { loss: Loss, next: usize },
}

/// Whether a count is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Count {
    Right,
    Wrong,
    /// Unknown, but a frame begins at `next` in either case.
    Doubtful {
        next: usize,
    },
}

/// The end of the frame whose octets begin at `from` and whose count is `count`.
#[inline]
pub(super) fn end_of(view: View<'_>, from: usize, count: usize) -> Result<End, More> {
    let to = from + count;
    match judge(view, from, to)? {
        Count::Right if to <= view.bytes.len() => Ok(End::ByCount(to)),
        Count::Right => Ok(End::At(view.bytes.len())),
        Count::Wrong => repaired(view, from, to),
        Count::Doubtful { next } => Ok(End::Lost { loss: Loss::FrameCount, next }),
    }
}

/// Judges the end `to` of a counted frame in a stream whose bytes so far are `bytes`.
#[must_use]
pub fn frame_end(bytes: &[u8], to: usize) -> FrameEnd {
    let is_wrong = |count| count == Count::Wrong;
    match judge(View::part(bytes), 0, to).map(is_wrong) {
        Ok(false) => FrameEnd::Boundary,
        Ok(true) => FrameEnd::Wrong,
        Err(More) if to > bytes.len() => FrameEnd::Undecided,
        Err(More) if judge(View::all(bytes), 0, to).is_ok_and(is_wrong) => FrameEnd::Undecided,
        Err(More) => FrameEnd::BoundaryAtEnd,
    }
}

/// Judges the count of a frame that begins at `from` and ends at `to`.
#[inline]
fn judge(view: View<'_>, from: usize, to: usize) -> Result<Count, More> {
    let Some(last) = to.checked_sub(1).map_or(Ok(None), |at| view.get(at))? else {
        // The last line of a body may have no line end.
        return Ok(if to == view.bytes.len() + 1 { Count::Right } else { Count::Wrong });
    };
    if last == b'\n' {
        return Ok(Count::Right);
    }
    let at = view.after_blanks(to)?;
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

/// Whether the digits directly before the frame at `at` are its count, rather than the end of a
/// text.
fn is_behind_count(view: View<'_>, from: usize, to: usize, at: usize) -> Result<bool, More> {
    counted(view.bytes, from, at).map_or(Ok(false), |start| Ok(start.cut(view, to)?.is_near))
}

/// Judges digits directly after a frame. They may belong to its text, so the frame that they count
/// must end well too.
#[inline]
fn number(view: View<'_>, at: usize) -> Result<Count, More> {
    let Some((count, from)) = view.count(at)? else {
        // Editors put a count on a line of its own.
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

/// Whether, by its first bytes, a frame begins at `to`, after the one that begins at `from`; or the
/// body ends there, except for a line end.
fn leads_on(view: View<'_>, from: usize, to: usize) -> Result<bool, More> {
    let Some(last) = view.get(to - 1)? else { return Ok(to == view.bytes.len() + 1) };
    let at = view.after_blanks(to)?;
    if view.get(at)? == Some(b'<') && !matches!(last, b'\n' | 0) && !ends_line(&view.bytes[to..at]) {
        return Ok(view.is_header(at)? && !is_behind_count(view, from, to, at)?);
    }
    begins(view, at)
}

/// Whether several frames lead, count by count, to `end`. The first begins at `from`.
fn leads_to(view: View<'_>, mut from: usize, mut count: usize, end: usize) -> Result<bool, More> {
    while from + count < end {
        let Some(next) = view.count(view.after_blanks(from + count)?)? else { return Ok(false) };
        (count, from) = next;
        if view.get(from)? != Some(b'<') || !view.is_header(from)? {
            return Ok(false);
        }
    }
    Ok(from + count == end)
}

/// Whether, by its first bytes, a frame begins at `at`, which has no blank; or the body ends there.
pub(super) fn begins(view: View<'_>, at: usize) -> Result<bool, More> {
    match view.get(at)? {
        None | Some(b'<') => Ok(true),
        Some(_) => view.count(at)?.map_or(Ok(false), |(_, from)| Ok(view.get(from)? == Some(b'<'))),
    }
}

/// The end of a frame with a wrong count: the next clear beginning of a frame that is confirmed, or
/// the end of the body.
fn repaired(view: View<'_>, from: usize, to: usize) -> Result<End, More> {
    let (count, bytes) = (to - from, view.bytes.len());
    let mut inside = from + 1;
    let mut is_alone = true;
    let (split, is_claimed) = loop {
        let Some(start) = next_in(view, inside)? else { break (None, false) };
        let split = start.cut(view, to)?;
        if split.is_confirmed {
            break (Some(split), start.holds(to));
        }
        is_alone = false;
        inside = start.inside();
    };
    let (end, is_sure) = match split {
        Some(Split { at, is_sure, .. }) => (at, is_sure),
        // A line with a line end is whole, whatever its count.
        None if to > bytes && !view.bytes.ends_with(b"\n") => {
            return Ok(End::Lost { loss: Loss::FrameShort, next: bytes });
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
        Ok(End::Lost { loss: Loss::FrameCount, next: end })
    }
}

/// Whether only blanks follow the first line end. Anything else might be another line.
fn is_one_line(text: &[u8]) -> bool {
    memchr(b'\n', text).is_none_or(|at| text[at..].iter().all(|byte| is_blank(*byte)))
}

/// Whether a sender that counts characters or UTF-16 units would have this count, with or without
/// the final line end.
fn is_counted_in_chars(text: &[u8], count: usize) -> bool {
    let (chars, units) = lengths(text);
    [chars, units].into_iter().any(|it| it == count || it == count + 1)
}

/// The length of a text in characters and in UTF-16 units.
pub(super) fn lengths(text: &[u8]) -> (usize, usize) {
    let chars = text.iter().filter(|byte| **byte & 0xC0 != 0x80).count();
    (chars, chars + text.iter().filter(|byte| **byte >= 0xF0).count())
}

/// Whether the last frame of a stream's buffer is whole: its line has ended, or it is ASCII, so
/// that its count is of octets, and contains no other frame.
pub(super) fn is_closed(frame: &[u8]) -> bool {
    let is_ended = memrchr(b'\n', frame).is_some_and(|at| frame[at..].iter().all(|byte| is_blank(*byte)));
    is_ended || (frame.is_ascii() && next_in(View::all(frame), 1) == Ok(None))
}
