//! A body is cut into frames: `COUNT SP octets`, or `<PRI>…` up to LF or NUL, decided anew at each frame.
//!
//! Bad frames never cost good ones. A wrong count is mended: the frame ends where the next one plainly begins, if that is
//! near and no line end lies between; what can't be mended is one loss, and never a part of a line. Where no frame
//! begins, the reader searches the next place where one does and counts one loss. Whether a frame is a syslog message is
//! not judged here.
//!
//! # Limits
//! [`FRAME_BYTES_MAX`] octets a frame. Every search goes forward only, so that the work is linear in the body.

use memchr::{memchr, memchr2};

use crate::Loss;

/// Where frames begin and end.
mod boundary;

use boundary::{COUNT_DIGITS_MAX, End, blanks, count_at, count_on_a_line, end_of, is_closed};
pub use boundary::{Landing, landing, next_start};

/// The longest frame that is read, octets. Log-shuttle cuts lines at 10,000; other senders are less exact.
/// The text of one is kept whole up to 1 MiB.
pub const FRAME_BYTES_MAX: usize = (1 << 20) + 4_096;

/// The frames of a body, in order, and a loss for each damaged stretch between them.
#[derive(Clone, Debug)]
pub struct Frames<'a> {
    body: &'a [u8],
    start: Start,
    /// Where the last item began and ended.
    last: (usize, usize),
}

/// What stands where a frame should begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Start {
    End,
    Counted {
        from: usize,
        count: usize,
    },
    Trailed {
        from: usize,
    },
    /// No frame; the next one, if there is one, begins at `next`.
    Damage {
        loss: Loss,
        at: usize,
        next: Option<usize>,
    },
}

impl<'a> Frames<'a> {
    /// The frames of `body`.
    #[must_use]
    pub fn new(body: &'a [u8]) -> Self {
        Self { body, start: start_at(body, 0), last: (0, 0) }
    }

    /// Where in the body the last item began.
    #[must_use]
    pub const fn begun(&self) -> usize {
        self.last.0
    }

    /// The last item's bytes, for showing a piece of what was lost: nothing of a frame that was read.
    #[must_use]
    pub fn text(&self) -> &'a [u8] {
        &self.body[self.last.0..self.last.1]
    }

    fn item(&mut self, from: usize, to: usize) -> &'a [u8] {
        self.last = (from, to);
        &self.body[from..to]
    }

    fn counted(&mut self, from: usize, count: usize) -> Result<&'a [u8], Loss> {
        match end_of(self.body, from, count) {
            End::At(to) => {
                self.start = start_at(self.body, to);
                Ok(self.item(from, to))
            }
            End::Lost { loss, next } => {
                self.start = start_at(self.body, next);
                self.item(from, next);
                Err(loss)
            }
        }
    }

    fn trailed(&mut self, from: usize) -> Result<&'a [u8], Loss> {
        let rest = &self.body[from..];
        let bytes = memchr2(b'\n', 0, rest).unwrap_or(rest.len());
        self.start = start_at(self.body, from + bytes);
        let frame = self.item(from, from + bytes);
        if bytes > FRAME_BYTES_MAX { Err(Loss::FrameLength) } else { Ok(frame) }
    }
}

impl<'a> Iterator for Frames<'a> {
    type Item = Result<&'a [u8], Loss>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.start {
            Start::End => None,
            Start::Counted { from, count } => Some(self.counted(from, count)),
            Start::Trailed { from } => Some(self.trailed(from)),
            Start::Damage { loss, at, next } => {
                self.start = next.map_or(Start::End, |at| start_at(self.body, at));
                self.item(at, next.unwrap_or(self.body.len()));
                Some(Err(loss))
            }
        }
    }
}

/// How many bytes at the beginning of a stream's buffer are whole frames, which may be read while more is on its way.
/// Damage is counted as whole once a frame begins behind it, or once it is longer than any frame.
#[must_use]
pub fn whole(buffer: &[u8]) -> usize {
    let (mut at, mut whole) = (0, 0);
    loop {
        let next = match start_at(buffer, at) {
            Start::End if whole == at => return buffer.len(),
            Start::End => None,
            Start::Trailed { from } => memchr2(b'\n', 0, &buffer[from..]).map(|bytes| (from + bytes + 1, true)),
            Start::Counted { from, count } => counted_in_stream(buffer, from, count),
            Start::Damage { next, .. } => next.map(|next| (next, true)),
        };
        match next {
            Some((next, is_whole)) => {
                at = next;
                whole = if is_whole { next } else { whole };
            }
            None if buffer.len() - whole > FRAME_BYTES_MAX + COUNT_DIGITS_MAX + 1 => return buffer.len(),
            None => return whole,
        }
    }
}

/// Where a counted frame of a stream ends, if that can be told by now, and whether the bytes up to there would be read
/// the same without those behind them.
fn counted_in_stream(buffer: &[u8], from: usize, count: usize) -> Option<(usize, bool)> {
    let to = from + count;
    match landing(buffer, to) {
        Landing::Boundary => Some((to, true)),
        Landing::AtEnd => {
            // The last frame is this one, or the one behind it.
            let last = memchr(b'<', &buffer[to..]).map_or(from, |at| to + at);
            is_closed(&buffer[last..]).then_some((to, true))
        }
        Landing::Open => None,
        Landing::Wrong => {
            next_start(buffer, from + 1).filter(|it| it.is_settled(buffer))?;
            match end_of(buffer, from, count) {
                End::At(end) => Some((end, end >= to)),
                End::Lost { next, .. } => Some((next, false)),
            }
        }
    }
}

/// Judges the place at `at`, blanks skipped.
fn start_at(body: &[u8], at: usize) -> Start {
    let at = at + blanks(&body[at..]);
    if at == body.len() {
        return Start::End;
    }
    if body[at] == b'<' {
        return Start::Trailed { from: at };
    }
    let damage = |loss, resume| Start::Damage { loss, at, next: behind(body, resume) };
    let Some((count, from)) = count_at(body, at) else {
        return match count_on_a_line(body, at) {
            Some((count, from)) => Start::Counted { from, count },
            None => damage(Loss::FrameCount, at),
        };
    };
    match body.get(from) {
        None => damage(Loss::FrameShort, from),
        Some(b'<') if count > FRAME_BYTES_MAX => {
            // Stepped over whole where its end is one, lest frames quoted in its text are taken for frames.
            let to = from + count;
            let ends_well = body.len() >= to && matches!(boundary::start(body, to), Landing::Boundary | Landing::AtEnd);
            let next = if ends_well { Some(to) } else { behind(body, from + 1) };
            Start::Damage { loss: Loss::FrameLength, at, next }
        }
        Some(b'<') => Start::Counted { from, count },
        Some(_) => damage(Loss::FrameCount, from),
    }
}

/// The first place not before `from` where a frame plainly begins.
fn behind(body: &[u8], from: usize) -> Option<usize> {
    next_start(body, from).map(|start| start.split(body, from).0)
}
