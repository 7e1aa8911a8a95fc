//! A body is cut into frames: `COUNT SP octets`, or `<PRI>…` up to LF or NUL, decided anew at each frame.
//!
//! Bad frames never cost good ones. A wrong count is mended: the frame ends where the next one plainly begins, if that is
//! near and no line end lies between; what can't be mended is one loss, and never a part of a line. Where no frame
//! begins, the reader searches the next place where one does and counts one loss. A stream is cut by the same rules as a
//! body. Whether a frame is a syslog message is not judged here.
//!
//! # Limits
//! [`FRAME_BYTES_MAX`] octets a frame. Every search goes forward only, so that the work is linear in the body.

use memchr::memchr2;

use crate::Loss;

/// Where a counted frame ends.
mod boundary;

/// Places where a frame plainly begins.
mod start;

/// How much of a stream may be read.
mod stream;

/// Bytes that may go on.
mod view;

use boundary::{End, begins, end_of};
pub use boundary::{Landing, landing};
pub use start::{Start, next_start};
pub use stream::{settled, whole};
use view::{More, View};

/// The longest frame that is read, octets. Log-shuttle cuts lines at 10,000; other senders are less exact.
/// The text of one is kept whole up to 1 MiB.
pub const FRAME_BYTES_MAX: usize = (1 << 20) + 4_096;

/// The frames of a body, in order, and a loss for each damaged stretch between them.
#[derive(Clone, Debug)]
pub struct Frames<'a> {
    body: &'a [u8],
    at: usize,
    /// Where the last item began and ended.
    last: (usize, usize),
}

impl<'a> Frames<'a> {
    /// The frames of `body`.
    #[must_use]
    pub const fn new(body: &'a [u8]) -> Self {
        Self { body, at: 0, last: (0, 0) }
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
}

impl<'a> Iterator for Frames<'a> {
    type Item = Result<&'a [u8], Loss>;

    fn next(&mut self) -> Option<Self::Item> {
        let Found { from, to, next, loss, .. } = found(View::all(self.body), self.at).ok().flatten()?;
        self.at = next;
        self.last = (from, to);
        Some(loss.map_or_else(|| Ok(&self.body[from..to]), Err))
    }
}

/// A frame, or a loss in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Found {
    from: usize,
    to: usize,
    /// Where the next one is looked for.
    next: usize,
    loss: Option<Loss>,
    /// Whether its count said where it ends.
    is_by_count: bool,
}

/// What stands at `at`, blanks skipped; `None` where the body ends. Nothing before `at` matters.
fn found(view: View<'_>, at: usize) -> Result<Option<Found>, More> {
    let at = view.behind_blanks(at)?;
    let (count, from) = match view.get(at)? {
        None => return Ok(None),
        Some(b'<') => return trailed(view, at).map(Some),
        Some(_) => match view.count(at)? {
            Some(counted) => counted,
            None => match on_a_line(view, at)? {
                Some(counted) => counted,
                None => return lost(view, Loss::FrameCount, at, at),
            },
        },
    };
    match view.get(from)? {
        Some(b'<') if count <= FRAME_BYTES_MAX => {}
        Some(b'<') => return too_long(view, at, from, count).map(Some),
        Some(_) => return lost(view, Loss::FrameCount, at, from),
        None => return lost(view, Loss::FrameShort, at, from),
    }
    let found = |to, next, loss, is_by_count| Ok(Some(Found { from, to, next, loss, is_by_count }));
    match end_of(view, from, count)? {
        End::ByCount(to) => found(to, to, None, true),
        End::At(to) => found(to, to, None, false),
        End::LossInterval { loss, next } => found(next, next, Some(loss), false),
    }
}

/// A frame without a count, up to its trailer.
fn trailed(view: View<'_>, from: usize) -> Result<Found, More> {
    let (to, next) = match memchr2(b'\n', 0, view.rest(from)) {
        Some(bytes) => (from + bytes, from + bytes + 1),
        None => view.none::<()>().map(|_| (view.bytes.len(), view.bytes.len()))?,
    };
    let loss = (to - from > FRAME_BYTES_MAX).then_some(Loss::FrameLength);
    Ok(Found { from, to, next, loss, is_by_count: false })
}

/// Reads a count that somebody's editor put on a line of its own, if it is that of the octets behind it.
fn on_a_line(view: View<'_>, at: usize) -> Result<Option<(usize, usize)>, More> {
    let Some((count, from)) = view.count_on_a_line(at)? else { return Ok(None) };
    Ok(matches!(end_of(view, from, count)?, End::ByCount(_)).then_some((count, from)))
}

/// A counted frame that is too long. It is stepped over whole where its end is one, lest frames quoted in its text are
/// taken for frames.
fn too_long(view: View<'_>, at: usize, from: usize, count: usize) -> Result<Found, More> {
    let to = from + count;
    let ends_well = view.get(to - 1)?.is_some() && begins(view, view.behind_blanks(to)?)?;
    let next = if ends_well { to } else { behind(view, from + 1)? };
    Ok(Found { from: at, to: next, next, loss: Some(Loss::FrameLength), is_by_count: false })
}

/// No frame begins at `at`; the next one is searched from `resume` on.
fn lost(view: View<'_>, loss: Loss, at: usize, resume: usize) -> Result<Option<Found>, More> {
    let next = behind(view, resume)?;
    Ok(Some(Found { from: at, to: next, next, loss: Some(loss), is_by_count: false }))
}

/// The first place not before `from` where a frame plainly begins, or the end of the body.
fn behind(view: View<'_>, from: usize) -> Result<usize, More> {
    start::next_in(view, from)?.map_or(Ok(view.bytes.len()), |start| Ok(start.cut(view, from)?.at))
}
