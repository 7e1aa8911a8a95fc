//! Bytes of stdin become frames: lines are found, recognised, cut where they are too long, and given a header.
//!
//! Pure: it is fed chunks of any size and gives the same frames whatever the sizes are. Text is cut at bytes, not at
//! characters, as log-shuttle does it; each piece repeats the header of its line, and only the last has the LF. A frame of
//! the input whose count is wrong never costs the line behind it.
//!
//! # Limits
//! `text_bytes_max` a piece, and [`FRAME_BYTES_MAX`] a frame that is passed on. So much is kept at most while
//! the rest of a line is on its way.

use memchr::memchr;
use pipeline::frame::{self, FrameEnd};

use super::{
    form::{FRAME_BYTES_MAX, Form, HEAD_BYTES_MAX, InputFormat},
    formatter::{self, Identity},
};

/// Cuts stdin into frames.
#[derive(Debug)]
pub struct Cutter {
    format: InputFormat,
    identity: Identity,
    text_bytes_max: usize,
    /// What has been read and is not yet a frame.
    pending: Vec<u8>,
    /// The header of the line that is being cut; empty between lines.
    header: Vec<u8>,
    /// Whether colours of the CLI are taken out of the line that is being cut.
    uncolour: bool,
    /// Whether a frame was passed on last: a line end behind it is no line.
    after_frame: bool,
    frame: Vec<u8>,
    lost: u64,
}

/// What stands at a place of the input.
enum Step {
    /// It takes more bytes to tell.
    Wait,
    /// So many bytes are dealt with.
    Taken(usize),
}

impl Cutter {
    /// A cutter of lines in `format`; pieces hold at most `text_bytes_max` bytes of text, at least one.
    #[must_use]
    pub fn new(format: InputFormat, identity: Identity, text_bytes_max: usize) -> Self {
        Self {
            format,
            identity,
            text_bytes_max: text_bytes_max.max(1),
            pending: Vec::new(),
            header: Vec::new(),
            uncolour: false,
            after_frame: false,
            frame: Vec::new(),
            lost: 0,
        }
    }

    /// Takes bytes in that were read at `at_us` (unix microseconds) and gives each whole frame to `out`.
    pub fn feed(&mut self, bytes: &[u8], at_us: i64, out: &mut impl FnMut(&[u8])) {
        self.pending.extend_from_slice(bytes);
        self.cut(false, at_us, out);
    }

    /// The input is over: gives what is left.
    pub fn finish(&mut self, at_us: i64, out: &mut impl FnMut(&[u8])) {
        self.cut(true, at_us, out);
    }

    fn cut(&mut self, is_end: bool, at_us: i64, out: &mut impl FnMut(&[u8])) {
        let pending = std::mem::take(&mut self.pending);
        let mut at = 0;
        while at < pending.len() || (is_end && !self.header.is_empty()) {
            let rest = &pending[at..];
            let step = if self.header.is_empty() {
                self.begin(rest, is_end, at_us, out)
            } else {
                self.text(rest, is_end, out)
            };
            match step {
                Step::Wait => break,
                Step::Taken(bytes) => at += bytes,
            }
        }
        self.pending = pending;
        self.pending.drain(..at);
    }

    /// At the beginning of a line or frame.
    fn begin(&mut self, rest: &[u8], is_end: bool, at_us: i64, out: &mut impl FnMut(&[u8])) -> Step {
        if std::mem::take(&mut self.after_frame) && rest[0] == b'\n' {
            return Step::Taken(1);
        }
        let visible = &rest[..rest.len().min(HEAD_BYTES_MAX)];
        let head = memchr(b'\n', visible).map_or(visible, |end| &visible[..end]);
        let is_whole = is_end || head.len() < visible.len() || visible.len() == HEAD_BYTES_MAX;
        self.uncolour = false;
        let text_at = match self.format.recognise(head) {
            Form::Framed { from, count } => return self.frame(rest, from, count, is_end, out),
            _ if !is_whole => return Step::Wait,
            Form::Rfc5424 { text } => {
                self.header.extend_from_slice(&head[..text]);
                text
            }
            Form::Cli(line) => {
                formatter::push_cli_header(&mut self.header, &line);
                // An app's own colours stay.
                self.uncolour = line.is_coloured && line.app == b"heroku";
                line.text
            }
            Form::Raw => {
                self.identity.push_header(&mut self.header, at_us);
                0
            }
        };
        Step::Taken(text_at)
    }

    /// Passes a frame on whose `count` octets begin at `from`. One with a wrong count ends with its line, or where another
    /// frame begins in it, and gets the right one; one whose end is missing is left for the server to count as lost.
    fn frame(&mut self, rest: &[u8], from: usize, count: usize, is_end: bool, out: &mut impl FnMut(&[u8])) -> Step {
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
            return self.pass(rest, to, out);
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
                return Step::Taken(end);
            }
            None if line_end.is_none() && to > line.len() => return self.pass(rest, rest.len(), out),
            None => line.len(),
        };
        self.after_frame = true;
        self.frame.clear();
        formatter::push_frame(&mut self.frame, &line[from..end], b"", false);
        out(&self.frame);
        Step::Taken(end)
    }

    /// Passes a frame on as it is, up to `end`.
    fn pass(&mut self, rest: &[u8], end: usize, out: &mut impl FnMut(&[u8])) -> Step {
        self.after_frame = true;
        out(&rest[..end]);
        Step::Taken(end)
    }

    /// How many frames were lost since this was asked last, because it can't be told where they end.
    pub const fn take_lost(&mut self) -> u64 {
        std::mem::replace(&mut self.lost, 0)
    }

    /// Inside a line whose header is known.
    fn text(&mut self, rest: &[u8], is_end: bool, out: &mut impl FnMut(&[u8])) -> Step {
        let room = self.text_bytes_max.min(FRAME_BYTES_MAX.saturating_sub(self.header.len() + 1)).max(1);
        let visible = &rest[..rest.len().min(room + 1)];
        let (text, ends_line, taken) = match memchr(b'\n', visible) {
            Some(end) => (&visible[..end], true, end + 1),
            None if visible.len() > room => (&visible[..room], false, room),
            None if is_end => (visible, false, visible.len()),
            None => return Step::Wait,
        };
        self.frame.clear();
        if self.uncolour {
            let mut plain = Vec::with_capacity(text.len());
            formatter::push_uncoloured(&mut plain, text);
            formatter::push_frame(&mut self.frame, &self.header, &plain, ends_line);
        } else {
            formatter::push_frame(&mut self.frame, &self.header, text, ends_line);
        }
        out(&self.frame);
        if ends_line || (is_end && taken == rest.len()) {
            self.header.clear();
        }
        Step::Taken(taken)
    }
}

#[cfg(test)]
mod tests;
