//! Where frames begin and end: what a count may be trusted for, and what stands in for a count that is wrong.
//!
//! A count is right where another frame begins behind its octets, or the body ends. A wrong one is replaced by the next
//! place where a frame plainly begins. Digits of a text may touch those of the next count; which belong to which is
//! decided by how long the next frame is. What is said here depends on the bytes alone; nothing is read twice.

use memchr::{memchr, memrchr};

use super::FRAME_BYTES_MAX;
use crate::Loss;

/// Digits of the longest count that is understood as one.
pub(super) const COUNT_DIGITS_MAX: usize = 7;

/// A frame may be longer than its count by this many times the count, since a character has up to four bytes, …
const COUNT_TIMES_MAX: usize = 4;
/// … and by this many octets more, since texts are edited after they were counted.
const COUNT_SLACK_BYTES: usize = 1_024;

/// How far a count may be from the length of its frame while it is still taken for that frame's, octets.
const COUNT_ERROR_MAX: usize = 64;

/// From this count on it is asked whether digits of a text made it greater, by what its frame would swallow.
const COUNT_DOUBTED_MIN: usize = 512;

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
    /// There, by its count or by what follows.
    At(usize),
    /// That can't be told; reading goes on at `next`.
    Lost { loss: Loss, next: usize },
}

/// The end of the frame whose octets begin at `from` and are `count` by its own account; the body is whole.
pub(super) fn end_of(body: &[u8], from: usize, count: usize) -> End {
    let to = from + count;
    match landing(body, to) {
        Landing::Boundary | Landing::AtEnd => End::At(to),
        Landing::Open | Landing::Wrong => repaired(body, from, to),
    }
}

/// Judges the place `to`, at which a counted frame ends.
#[must_use]
pub fn landing(body: &[u8], to: usize) -> Landing {
    let Some(rest) = body.get(to..) else { return Landing::Open };
    let at = to + blanks(rest);
    let last = to.checked_sub(1).map(|at| body[at]);
    if last == Some(b'\n') {
        return Landing::Boundary;
    }
    let ends_line = last == Some(0) || body[to..at].iter().any(|byte| matches!(byte, b'\n' | 0));
    match body.get(at) {
        Some(b'<') if !ends_line => {
            let before = body[..at].trim_ascii_end();
            let is_behind_count = before.len() < at && before.last().is_some_and(u8::is_ascii_digit);
            if is_behind_count { Landing::Wrong } else { header(&body[at..]) }
        }
        Some(b'1'..=b'9') if !ends_line => number(body, at),
        _ => start(body, at),
    }
}

/// Judges digits straight behind a frame. They may be its own, so that the frame that they count must end well too.
fn number(body: &[u8], at: usize) -> Landing {
    let Some((count, from)) = count_at(body, at) else {
        let digits = body[at..].iter().take_while(|it| it.is_ascii_digit()).count();
        return match body[at + digits..].strip_prefix(b"\n") {
            Some(rest) if rest.first() == Some(&b'<') => header(rest),
            Some([]) => Landing::Open,
            _ => start(body, at),
        };
    };
    match start(body, at) {
        Landing::Boundary => match from + count {
            to if to <= body.len() => {
                let swallows = count >= COUNT_DOUBTED_MIN && next_start(&body[..to], from + 1).is_some();
                if swallows { Landing::Wrong } else { start(body, to) }
            }
            to if to == body.len() + 1 => Landing::AtEnd,
            _ => Landing::Open,
        },
        other => other,
    }
}

/// Judges whether a frame begins at `at` by its first bytes alone, blanks skipped.
pub(super) fn start(body: &[u8], at: usize) -> Landing {
    let at = at + blanks(&body[at..]);
    if at == body.len() {
        return Landing::AtEnd;
    }
    if body[at] == b'<' {
        return Landing::Boundary;
    }
    let digits = body[at..].iter().take(COUNT_DIGITS_MAX + 1).take_while(|it| it.is_ascii_digit()).count();
    if digits > COUNT_DIGITS_MAX || body[at] == b'0' || digits == 0 {
        return Landing::Wrong;
    }
    match body[at + digits..] {
        [] | [b' '] => Landing::Open,
        [b' ', b'<', ..] => Landing::Boundary,
        _ => Landing::Wrong,
    }
}

/// Judges a `<` by what follows it.
fn header(text: &[u8]) -> Landing {
    match is_header(text) {
        Some(true) => Landing::Boundary,
        Some(false) => Landing::Wrong,
        None => Landing::Open,
    }
}

/// The end of a frame with a wrong count: the next plain beginning of a frame, or the end of the body.
fn repaired(body: &[u8], from: usize, to: usize) -> End {
    let (end, next, is_sure) = match next_start(body, from + 1) {
        Some(start) => {
            let (at, is_sure) = start.split(body, to);
            (at, at, is_sure)
        }
        None if to == body.len() + 1 => return End::At(body.len()),
        // A line that has ended is whole, whatever its count says.
        None if to > body.len() && !body.ends_with(b"\n") => {
            return End::Lost { loss: Loss::FrameShort, next: body.len() };
        }
        None => (body.len(), body.len(), true),
    };
    let count = to - from;
    let is_near = end <= to.saturating_add((COUNT_TIMES_MAX - 1) * count + COUNT_SLACK_BYTES);
    let text = &body[from..end];
    if is_sure && is_near && text.len() <= FRAME_BYTES_MAX && (is_one_line(text) || is_counted_in_chars(text, count)) {
        End::At(end)
    } else {
        End::Lost { loss: Loss::FrameCount, next }
    }
}

/// Whether nothing follows the first line end but blanks: what follows might be another line.
fn is_one_line(text: &[u8]) -> bool {
    memchr(b'\n', text).is_none_or(|at| blanks(&text[at..]) == text.len() - at)
}

/// Whether a sender that counts characters, or units of UTF-16, would have counted so; with the final line end or without.
fn is_counted_in_chars(text: &[u8], count: usize) -> bool {
    let (chars, units) = lengths(text);
    [chars, units].into_iter().any(|it| it == count || it == count + 1)
}

/// How long a text is in characters and in units of UTF-16.
fn lengths(text: &[u8]) -> (usize, usize) {
    let chars = text.iter().filter(|byte| **byte & 0xC0 != 0x80).count();
    (chars, chars + text.iter().filter(|byte| **byte >= 0xF0).count())
}

/// A place where a frame plainly begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Start {
    /// The first place where its count may begin; that of `<` where it has none.
    first: usize,
    /// Where its `<` is.
    open: usize,
}

impl Start {
    /// Whether [`Self::split`] gives the same whatever follows the bytes that there are.
    #[must_use]
    pub fn is_settled(self, body: &[u8]) -> bool {
        self.is_plain(body) || next_start(body, self.open + 1).is_some()
    }

    /// Whether its count, if it has one, can begin at one place only.
    fn is_plain(self, body: &[u8]) -> bool {
        let before = self.first.checked_sub(1).map(|at| body[at]);
        matches!(before, Some(b'\n' | 0)) || self.counts(body).nth(1).is_none()
    }

    /// The places where its count may begin, and digits of a text end.
    fn counts(self, body: &[u8]) -> impl Iterator<Item = usize> {
        (self.first..self.open).filter(move |at| *at + 1 < self.open && body[*at] != b'0')
    }

    /// Where it begins, and whether that is sure; `to` is where the count of the frame before says so.
    #[must_use]
    pub fn split(self, body: &[u8], to: usize) -> (usize, bool) {
        let Self { first, open } = self;
        if self.is_plain(body) {
            return (self.counts(body).next().unwrap_or(open), true);
        }
        let length = self.length(body);
        let error_of = |at: usize| count_at(body, at).map_or(usize::MAX, |(count, _)| length.error(count));
        let Some(best) = self.counts(body).min_by_key(|at| error_of(*at)) else { return (open, true) };
        let error = error_of(best);
        let is_tie = self.counts(body).filter(|at| error_of(*at) == error).count() > 1;
        // Two counts that contradict each other, of which none is exactly right.
        let is_denied = error > 0 && to != best && (first..open - 1).contains(&to);
        (best, error <= COUNT_ERROR_MAX && !is_tie && !is_denied)
    }

    /// How long the frame is that begins here, by what follows it.
    fn length(self, body: &[u8]) -> Length {
        let next = next_start(body, self.open + 1);
        let (least, most) = next.map_or((body.len(), body.len() + 1), |it| (it.first, it.open.max(it.first + 2) - 2));
        let text = &body[self.open..least.min(body.len())];
        let (chars, units) = lengths(text);
        Length { least: least - self.open, slack: most.saturating_sub(least), chars, units }
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
}

impl Length {
    /// How far a count is from it, octets; none where it is that of characters.
    fn error(&self, count: usize) -> usize {
        let is_of = |length: usize| (length..=length + self.slack).any(|it| it == count || it == count + 1);
        if is_of(self.chars) || is_of(self.units) {
            return 0;
        }
        self.least.saturating_sub(count) + count.saturating_sub(self.least + self.slack)
    }
}

/// The first place not before `from` where a frame plainly begins: `COUNT SP <PRI>VERSION SP`, or `<PRI>VERSION SP`
/// straight after a trailer.
#[must_use]
pub fn next_start(body: &[u8], from: usize) -> Option<Start> {
    let mut at = from;
    while let Some(step) = memchr(b'<', body.get(at..)?) {
        let open = at + step;
        at = open + 1;
        if open == from || is_header(&body[open..]) != Some(true) {
            continue;
        }
        match body[open - 1] {
            b'\n' | 0 => return Some(Start { first: open, open }),
            b' ' => {
                let text = &body[from..open - 1];
                let digits = text.iter().rev().take(COUNT_DIGITS_MAX).take_while(|it| it.is_ascii_digit()).count();
                let first = open - 1 - digits;
                if body[first..open - 1].iter().any(|it| *it != b'0') {
                    return Some(Start { first, open });
                }
            }
            _ => {}
        }
    }
    None
}

/// Whether `text`, which begins with `<`, begins with a priority and with a version or the name of a month; `None` where
/// the text is too short to tell.
fn is_header(text: &[u8]) -> Option<bool> {
    let rest = &text[1..];
    let pri = rest.iter().take(4).take_while(|byte| byte.is_ascii_digit()).count();
    let value = rest[..pri].iter().fold(0, |value, digit| value * 10 + usize::from(digit - b'0'));
    if !matches!(pri, 1..=3) || value > 191 {
        return (pri == rest.len()).then_some(()).map_or(Some(false), |()| None);
    }
    match rest.get(pri) {
        None => return None,
        Some(b'>') => {}
        Some(_) => return Some(false),
    }
    let rest = &rest[pri + 1..];
    let version = rest.iter().take(3).take_while(|byte| byte.is_ascii_digit()).count();
    let letters = rest.iter().take(3).take_while(|byte| byte.is_ascii_alphabetic()).count();
    match (version, letters) {
        (1..=2, _) => rest.get(version).map(|it| *it == b' '),
        (0, 3) => rest.get(letters).map(|it| *it == b' '),
        (0, _) if letters == rest.len() => None,
        _ => Some(false),
    }
}

/// Reads `COUNT SP` at `at`: the count and where its octets begin.
pub(super) fn count_at(body: &[u8], at: usize) -> Option<(usize, usize)> {
    if *body.get(at)? == b'0' {
        return None;
    }
    let mut count = 0;
    for (place, byte) in body[at..].iter().take(COUNT_DIGITS_MAX + 1).enumerate() {
        match byte {
            b'0'..=b'9' if place < COUNT_DIGITS_MAX => count = count * 10 + usize::from(byte - b'0'),
            b' ' if place > 0 => return Some((count, at + place + 1)),
            _ => return None,
        }
    }
    None
}

/// Reads a count that somebody's editor put on a line of its own, if it is that of the octets behind it.
pub(super) fn count_on_a_line(body: &[u8], at: usize) -> Option<(usize, usize)> {
    let digits = body[at..].iter().take(COUNT_DIGITS_MAX).take_while(|it| it.is_ascii_digit()).count();
    let from = at + digits + 1;
    if digits == 0 || body[at] == b'0' || !body[at + digits..].starts_with(b"\n<") {
        return None;
    }
    let count = body[at..from - 1].iter().fold(0, |count, digit| count * 10 + usize::from(digit - b'0'));
    (landing(body, from + count) == Landing::Boundary).then_some((count, from))
}

/// How many blanks, line ends and NUL a text begins with.
pub(super) fn blanks(text: &[u8]) -> usize {
    text.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | 0)).count()
}

/// Whether a frame that ends a stream's buffer is whole: its line has ended, or its count can't have been of characters
/// and has swallowed no other frame.
pub(super) fn is_closed(frame: &[u8]) -> bool {
    let ends_line = memrchr(b'\n', frame).is_some_and(|at| blanks(&frame[at..]) == frame.len() - at);
    ends_line || (frame.is_ascii() && next_start(frame, 1).is_none())
}
