//! Splits the bytes of stdin into frames: finds lines, detects their format, cuts long ones and
//! adds headers.
//!
//! Pure: the frames don't depend on the sizes of the chunks that are fed in. Text is cut at bytes,
//! not at characters, as log-shuttle does it; each piece repeats the header of its line, and only
//! the last piece has the LF. A frame with a wrong octet count never damages the line after it.
//!
//! # Limits
//! A piece has at most `text_bytes_max`, and a frame that is passed on [`FRAME_BYTES_MAX`]. At most
//! this much is buffered while the rest of a line is missing.

use std::sync::Arc;

use memchr::memchr;
use pipeline::frame::{self, FrameEnd};

use super::{
    formatter::{self, Identity},
    line_format::{FRAME_BYTES_MAX, HEAD_BYTES_MAX, InputFormat, LineFormat},
};

/// Splits stdin into frames.
#[derive(Debug)]
pub(crate) struct LineSplitter {
    format: InputFormat,
    identity: Arc<Identity>,
    text_bytes_max: usize,
    /// Bytes that are not part of a frame yet.
    pending: Vec<u8>,
    /// The header of the line that is being cut; empty between lines.
    header: Vec<u8>,
    /// Whether the CLI's colours are removed from the line that is being cut.
    strip_colours: bool,
    /// Whether the last thing was a frame; a line end right after it is not an empty line.
    after_frame: bool,
    frame: Vec<u8>,
    lost: u64,
}

/// The result of looking at one position of the input.
enum Step {
    /// More bytes are needed.
    Wait,
    /// This many bytes are done.
    Consumed(usize),
}

impl LineSplitter {
    /// Splits lines in `format`; pieces hold at most `text_bytes_max` bytes of text, at least one.
    #[must_use]
    pub(crate) fn new(format: InputFormat, identity: Arc<Identity>, text_bytes_max: usize) -> Self {
        Self {
            format,
            identity,
            text_bytes_max: text_bytes_max.max(1),
            pending: Vec::new(),
            header: Vec::new(),
            strip_colours: false,
            after_frame: false,
            frame: Vec::new(),
            lost: 0,
        }
    }

    /// Adds bytes that were read at `at_us` (unix microseconds), and calls `out` with each complete
    /// frame.
    pub(crate) fn feed(&mut self, bytes: &[u8], at_us: i64, out: &mut impl FnMut(&[u8])) {
        self.pending.extend_from_slice(bytes);
        self.cut(false, at_us, out);
    }

    /// Ends the input, and calls `out` with what is left.
    pub(crate) fn finish(&mut self, at_us: i64, out: &mut impl FnMut(&[u8])) {
        self.cut(true, at_us, out);
    }

    /// Cuts one whole line, whose raw form has the header fields of `identity`.
    pub(crate) fn line(&mut self, identity: &Arc<Identity>, line: &[u8], at_us: i64, out: &mut impl FnMut(&[u8])) {
        self.identity = Arc::clone(identity);
        self.feed(line, at_us, out);
        self.finish(at_us, out);
        self.after_frame = false;
    }

    fn cut(&mut self, is_end: bool, at_us: i64, out: &mut impl FnMut(&[u8])) {
        let pending = std::mem::take(&mut self.pending);
        let mut at = 0;
        while at < pending.len() || (is_end && !self.header.is_empty()) {
            let rest = &pending[at..];
            let step = if self.header.is_empty() {
                self.begin_line(rest, is_end, at_us, out)
            } else {
                self.continue_line(rest, is_end, out)
            };
            match step {
                Step::Wait => break,
                Step::Consumed(bytes) => at += bytes,
            }
        }
        self.pending = pending;
        self.pending.drain(..at);
    }

    /// Handles the beginning of a line or frame.
    fn begin_line(&mut self, rest: &[u8], is_end: bool, at_us: i64, out: &mut impl FnMut(&[u8])) -> Step {
        if std::mem::take(&mut self.after_frame) && rest[0] == b'\n' {
            return Step::Consumed(1);
        }
        let visible = &rest[..rest.len().min(HEAD_BYTES_MAX)];
        let head = memchr(b'\n', visible).map_or(visible, |end| &visible[..end]);
        let is_whole = is_end || head.len() < visible.len() || visible.len() == HEAD_BYTES_MAX;
        self.strip_colours = false;
        let text_at = match self.format.detect(head) {
            LineFormat::Framed { from, count } => return self.handle_frame(rest, from, count, is_end, out),
            _ if !is_whole => return Step::Wait,
            LineFormat::Rfc5424 { text } => {
                self.header.extend_from_slice(&head[..text]);
                text
            }
            LineFormat::Cli(line) => {
                formatter::push_cli_header(&mut self.header, &line);
                // An app's own colours stay.
                self.strip_colours = line.is_coloured && line.app == b"heroku";
                line.text
            }
            LineFormat::Raw => {
                self.identity.push_header(&mut self.header, at_us);
                0
            }
        };
        Step::Consumed(text_at)
    }

    /// Passes on a frame whose `count` octets start at `from`. A frame with a wrong count is ended
    /// at its line end, or where another frame starts in it, and gets the right count. A frame
    /// whose end is missing is passed on as it is; the server counts it as lost.
    fn handle_frame(
        &mut self,
        rest: &[u8],
        from: usize,
        count: usize,
        is_end: bool,
        out: &mut impl FnMut(&[u8]),
    ) -> Step {
        let to = from + count;
        let is_right = match frame::frame_end(rest, to) {
            _ if matches!(rest.get(to), Some(b'\n' | b'\r')) => true,
            FrameEnd::Boundary => true,
            FrameEnd::Wrong => false,
            FrameEnd::BoundaryAtEnd if is_end => true,
            FrameEnd::Undecided if is_end => false,
            FrameEnd::BoundaryAtEnd | FrameEnd::Undecided => return Step::Wait,
        };
        if is_right {
            return self.pass_frame(rest, to, out);
        }
        let line_end = memchr(b'\n', &rest[from..]).map(|at| from + at + 1);
        let line = &rest[..line_end.unwrap_or(rest.len())];
        if line_end.is_none() && !is_end && line.len() <= FRAME_BYTES_MAX {
            return Step::Wait;
        }
        let end = match frame::next_start(line, from + 1).map(|it| it.split(line, to)) {
            Some((end, true)) => end,
            Some((end, false)) => {
                self.lost += 1;
                return Step::Consumed(end);
            }
            None if line_end.is_none() && to > line.len() => return self.pass_frame(rest, rest.len(), out),
            None => line.len(),
        };
        self.after_frame = true;
        self.frame.clear();
        formatter::push_frame(&mut self.frame, &line[from..end], b"", false);
        out(&self.frame);
        Step::Consumed(end)
    }

    /// Passes on a frame unchanged, up to `end`.
    fn pass_frame(&mut self, rest: &[u8], end: usize, out: &mut impl FnMut(&[u8])) -> Step {
        self.after_frame = true;
        out(&rest[..end]);
        Step::Consumed(end)
    }

    /// Returns and resets the number of frames lost because their end could not be found.
    pub(crate) const fn take_lost(&mut self) -> u64 {
        std::mem::replace(&mut self.lost, 0)
    }

    /// Handles the text of a line whose header is known.
    fn continue_line(&mut self, rest: &[u8], is_end: bool, out: &mut impl FnMut(&[u8])) -> Step {
        let capacity = self.text_bytes_max.min(FRAME_BYTES_MAX.saturating_sub(self.header.len() + 1)).max(1);
        let visible = &rest[..rest.len().min(capacity + 1)];
        let (text, ends_line, taken) = match memchr(b'\n', visible) {
            Some(end) => (&visible[..end], true, end + 1),
            None if visible.len() > capacity => (&visible[..capacity], false, capacity),
            None if is_end => (visible, false, visible.len()),
            None => return Step::Wait,
        };
        self.frame.clear();
        if self.strip_colours {
            let mut plain = Vec::with_capacity(text.len());
            formatter::push_without_colours(&mut plain, text);
            formatter::push_frame(&mut self.frame, &self.header, &plain, ends_line);
        } else {
            formatter::push_frame(&mut self.frame, &self.header, text, ends_line);
        }
        out(&self.frame);
        if ends_line || (is_end && taken == rest.len()) {
            self.header.clear();
        }
        Step::Consumed(taken)
    }
}

#[cfg(test)]
mod tests;
