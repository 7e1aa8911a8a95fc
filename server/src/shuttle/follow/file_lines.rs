//! Cuts the bytes of a file into lines. The rest without a line end is held until its end comes, or
//! until nothing has come for a while.

use std::time::{Duration, Instant};

use memchr::memchr;

use super::parts::Parts;
use crate::shuttle::input::WholeLine;

/// How long the beginning of a line waits for its end.
const REST_WAIT: Duration = Duration::from_secs(5);
/// Most bytes of a line in a file; a longer one is cut.
const LINE_BYTES_MAX: usize = 256 << 10;

/// The lines of one file.
#[derive(Debug)]
pub(crate) struct FileLines {
    rest: Vec<u8>,
    /// Offset of the first byte of `rest`.
    offset: u64,
    parts: Parts,
    /// When bytes last came.
    grown: Instant,
}

impl FileLines {
    /// Begins at the beginning of a file.
    pub(crate) fn new(reads_containers: bool) -> Self {
        Self { rest: Vec::new(), offset: 0, parts: Parts::new(reads_containers), grown: Instant::now() }
    }

    /// Begins at an offset of a file; what is held is given first.
    pub(crate) fn restart(&mut self, offset: u64, read_us: i64, out: &mut Vec<WholeLine>) {
        self.flush(read_us, out);
        self.offset = offset;
    }

    /// Adds the next bytes of the file.
    pub(crate) fn feed(&mut self, bytes: &[u8], now: Instant, read_us: i64, out: &mut Vec<WholeLine>) {
        self.grown = now;
        self.rest.extend_from_slice(bytes);
        let rest = std::mem::take(&mut self.rest);
        let mut at = 0;
        while let Some(end) = memchr(b'\n', &rest[at..]) {
            self.pass(&rest[at..=at + end], read_us, out);
            at += end + 1;
        }
        if rest.len() - at > LINE_BYTES_MAX {
            self.pass(&rest[at..], read_us, out);
            at = rest.len();
        }
        self.rest = rest;
        self.rest.drain(..at);
    }

    /// Gives what has waited long enough for its end.
    pub(crate) fn give_up_waiting(&mut self, now: Instant, read_us: i64, out: &mut Vec<WholeLine>) {
        let is_waiting = !self.rest.is_empty() || self.parts.is_waiting();
        if is_waiting && now.duration_since(self.grown) >= REST_WAIT {
            self.flush(read_us, out);
        }
    }

    fn flush(&mut self, read_us: i64, out: &mut Vec<WholeLine>) {
        let rest = std::mem::take(&mut self.rest);
        if !rest.is_empty() {
            self.pass(&rest, read_us, out);
        }
        self.parts.flush(self.offset, out);
    }

    fn pass(&mut self, line: &[u8], read_us: i64, out: &mut Vec<WholeLine>) {
        self.offset += line.len() as u64;
        self.parts.push(line, read_us, self.offset, out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_a_rest_waits_for_its_end() {
        let (mut lines, mut out, start) = (FileLines::new(false), Vec::new(), Instant::now());
        lines.restart(100, 1, &mut out);
        lines.feed(b"one\ntw", start, 1, &mut out);
        lines.give_up_waiting(start + REST_WAIT - Duration::from_millis(1), 1, &mut out);
        lines.feed(b"o\nthree", start, 1, &mut out);
        lines.give_up_waiting(start + REST_WAIT, 1, &mut out);
        lines.feed(b"!\n", start, 1, &mut out);
        let told: Vec<_> = out.iter().map(|it| (String::from_utf8_lossy(&it.text), it.end)).collect();
        let expected = [("one\n", 104), ("two\n", 108), ("three", 113), ("!\n", 115)];
        assert_eq!(told, expected.map(|it| (it.0.into(), Some(it.1))));
    }

    #[test]
    fn err_a_line_without_end_is_cut() {
        let (mut lines, mut out) = (FileLines::new(true), Vec::new());
        (0..10).for_each(|_| lines.feed(&[b'x'; 64 << 10], Instant::now(), 1, &mut out));
        assert_eq!(out.iter().map(|it| it.text.len()).collect::<Vec<_>>(), [5 << 16; 2]);
    }
}
