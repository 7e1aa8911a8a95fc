//! Cuts a body into frames: `COUNT SP octets`, or `<PRI>…` up to LF or NUL, decided anew for each
//! frame.
//!
//! A bad frame never costs a good one. A wrong count is repaired: the frame ends where the next one
//! clearly begins, if that place is near and no line end is before it. A count that cannot be
//! repaired is one loss, and no part of the frame is read. Where no frame begins, the next
//! beginning is searched, and the bytes before it are one loss. A stream is cut by the same rules
//! as a body. Whether a frame is a syslog message is not decided here.
//!
//! # Limits
//! [`FRAME_BYTES_MAX`] octets for each frame. Searches only go forward, so the work is linear in
//! the body.

use std::ops::Range;

use memchr::memchr2;

use crate::Loss;

/// The end of a counted frame.
mod boundary;

/// Places where a frame clearly begins.
mod start;

/// How much of a stream can be read already.
mod stream;

/// Bytes that more may follow.
mod view;

use boundary::{End, begins, end_of};
pub use boundary::{FrameEnd, frame_end};
pub use start::{Start, next_start};
pub use stream::{complete_bytes, settled};
use view::{More, View};

/// The longest frame that is read, octets: a text of 1 MiB and its header. Log-shuttle cuts lines
/// at 10,000 octets; other senders have higher limits or none.
pub const FRAME_BYTES_MAX: usize = (1 << 20) + 4_096;

/// The frames of a body, in order, and a loss for each damaged part between them.
#[derive(Clone, Debug)]
pub struct Frames<'a> {
    body: &'a [u8],
    at: usize,
    /// The bytes of the last item.
    last: Range<usize>,
}

impl<'a> Frames<'a> {
    /// The frames of `body`.
    #[must_use]
    pub const fn new(body: &'a [u8]) -> Self {
        Self { body, at: 0, last: 0..0 }
    }

    /// The place in the body where the last item begins.
    #[must_use]
    pub const fn item_start(&self) -> usize {
        self.last.start
    }

    /// The bytes of the last item. For a loss they are the bytes that were lost, and no part of a
    /// frame that was read.
    #[must_use]
    pub fn text(&self) -> &'a [u8] {
        &self.body[self.last.clone()]
    }
}

impl<'a> Iterator for Frames<'a> {
    type Item = Result<&'a [u8], Loss>;

    fn next(&mut self) -> Option<Self::Item> {
        let Found { from, to, next, loss, .. } = found(View::all(self.body), self.at).ok().flatten()?;
        self.at = next;
        self.last = from..to;
        Some(loss.map_or_else(|| Ok(&self.body[from..to]), Err))
    }
}

/// A frame, or a loss in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Found {
    from: usize,
    to: usize,
    /// The place from which the next frame is searched.
    next: usize,
    loss: Option<Loss>,
    /// Whether its end is the one of its count.
    is_by_count: bool,
}

/// The frame or loss at `at`, after blanks; `None` at the end of the body. Bytes before `at` do not
/// matter.
fn found(view: View<'_>, at: usize) -> Result<Option<Found>, More> {
    let at = view.after_blanks(at)?;
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
        End::Lost { loss, next } => found(next, next, Some(loss), false),
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

/// Reads a count on a line of its own, as editors produce it, if it is right for the octets after
/// it.
fn on_a_line(view: View<'_>, at: usize) -> Result<Option<(usize, usize)>, More> {
    let Some((count, from)) = view.count_on_a_line(at)? else { return Ok(None) };
    Ok(matches!(end_of(view, from, count)?, End::ByCount(_)).then_some((count, from)))
}

/// Skips a counted frame that is too long. If its count leads to an end of a frame, it is skipped
/// whole, so that frames quoted in its text are not read.
fn too_long(view: View<'_>, at: usize, from: usize, count: usize) -> Result<Found, More> {
    let to = from + count;
    let ends_well = view.get(to - 1)?.is_some() && begins(view, view.after_blanks(to)?)?;
    let next = if ends_well { to } else { next_place(view, from + 1)? };
    Ok(Found { from: at, to: next, next, loss: Some(Loss::FrameLength), is_by_count: false })
}

/// A loss at `at`, where no frame begins. The next frame is searched from `resume` on.
fn lost(view: View<'_>, loss: Loss, at: usize, resume: usize) -> Result<Option<Found>, More> {
    let next = next_place(view, resume)?;
    Ok(Some(Found { from: at, to: next, next, loss: Some(loss), is_by_count: false }))
}

/// The first place from `from` on where a frame clearly begins, or the end of the body.
fn next_place(view: View<'_>, from: usize) -> Result<usize, More> {
    start::next_in(view, from)?.map_or(Ok(view.bytes.len()), |start| Ok(start.cut(view, from)?.at))
}
