//! What a reader needs besides the line: its origin, and buffers that are kept from line to line.

use memchr::memchr;

use crate::{Line, Origin, date, extract::json};

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

    /// A string of a JSON object without its escapes.
    pub(super) fn unescaped<'t>(&'t mut self, text: &'t [u8]) -> &'t [u8] {
        if memchr(b'\\', text).is_none() {
            return text;
        }
        let scratch = &mut self.buffers.scratch;
        scratch.clear();
        json::unescape(text, scratch);
        scratch
    }

    /// The text that readers of conventions search, and a buffer.
    pub(super) fn text<'t>(&'t mut self, line: &Line<'t>) -> (&'t [u8], &'t mut Vec<u8>) {
        let Buffers { scratch, message, .. } = &mut *self.buffers;
        (if self.has_message { message } else { line.msg }, scratch)
    }
}
