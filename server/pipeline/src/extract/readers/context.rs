//! What a reader needs besides the line: its origin, and buffers that are kept from line to line.

use crate::{Line, Origin, date};

/// The context of a line: its origin and the buffers of the readers.
pub(in crate::extract) struct Context<'a> {
    pub(super) origin: &'a Origin<'a>,
    pub(super) buffers: &'a mut Buffers,
    /// Whether `buffers.message` takes the place of the line's text.
    pub(super) has_message: bool,
}

/// Room that is kept from line to line.
#[derive(Clone, Debug, Default)]
pub(in crate::extract) struct Buffers {
    /// Whatever one reader needs.
    scratch: Vec<u8>,
    /// The message of a line that is a JSON object, without its escapes.
    pub(super) message: Vec<u8>,
    pub(super) dates: date::Parser,
}

impl<'a> Context<'a> {
    pub(in crate::extract) const fn new(origin: &'a Origin<'a>, buffers: &'a mut Buffers) -> Self {
        Self { origin, buffers, has_message: false }
    }

    /// The text that readers of conventions search, and a buffer.
    pub(super) fn text<'t>(&'t mut self, line: &Line<'t>) -> (&'t [u8], &'t mut Vec<u8>) {
        let Buffers { scratch, message, .. } = &mut *self.buffers;
        (if self.has_message { message } else { line.msg }, scratch)
    }
}
