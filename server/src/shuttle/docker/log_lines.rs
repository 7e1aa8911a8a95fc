//! The bytes of a container's log as lines.
//!
//! ```text
//! STREAM 0 0 0 LENGTH(4, big endian) TIME SP TEXT     without a terminal: one write, or a part of it
//! TIME SP TEXT CR LF                                  with a terminal
//! ```
//! Source: Docker's API reference, `ContainerAttach`, stream format. TIME is RFC 3339 in UTC with
//! nine digits of fraction, so that texts of two times compare as the times do. A part of a line
//! has no LF; its time stands before each part.

use pipeline::time;

use crate::shuttle::input::WholeLine;

/// Length of a frame's header.
const HEADER_BYTES: usize = 8;
/// Longest time.
const TIME_BYTES_MAX: usize = 35;
/// Most bytes of a line; a longer one is cut.
const LINE_BYTES_MAX: usize = 256 << 10;
/// Standard output and error, which are told apart; the daemon's own messages are a third.
const STREAMS: usize = 3;

/// A log that is read.
#[derive(Debug)]
pub(super) struct LogLines {
    has_terminal: bool,
    header: Vec<u8>,
    /// The stream of the frame, and how many of its bytes are missing.
    stream: usize,
    left: u64,
    open: [Open; STREAMS],
    /// Lines up to this time were read before; empty for none.
    after: Vec<u8>,
    /// The time of the newest line.
    last: Vec<u8>,
}

/// A line of which the end is missing.
#[derive(Debug, Default)]
struct Open {
    /// The time before the part that is being read.
    time: Vec<u8>,
    has_time: bool,
    /// The time before the first part.
    first: Vec<u8>,
    text: Vec<u8>,
}

/// The time of a line, unix seconds; 0 for none.
pub(super) fn seconds(time: &[u8]) -> i64 {
    time::parse(time).map_or(0, |it| it.div_euclid(1_000))
}

impl LogLines {
    /// Begins after the line with this time.
    pub(super) fn new(has_terminal: bool, after: Vec<u8>) -> Self {
        let open = Default::default();
        Self { has_terminal, header: Vec::new(), stream: 0, left: 0, open, last: after.clone(), after }
    }

    /// The time of the newest line.
    pub(super) fn into_last(self) -> Vec<u8> {
        self.last
    }

    /// Adds the next bytes, which were read at `read_us`.
    pub(super) fn feed(&mut self, mut bytes: &[u8], read_us: i64, out: &mut Vec<WholeLine>) {
        if self.has_terminal {
            return self.text(bytes, read_us, out);
        }
        while !bytes.is_empty() {
            if self.left == 0 {
                let taken = (HEADER_BYTES - self.header.len()).min(bytes.len());
                self.header.extend_from_slice(&bytes[..taken]);
                bytes = &bytes[taken..];
                if let [stream, _, _, _, a, b, c, d] = self.header[..] {
                    let length = u32::from_be_bytes([a, b, c, d]);
                    (self.stream, self.left) = (usize::from(stream) % STREAMS, u64::from(length));
                    self.header.clear();
                    self.open[self.stream].begin();
                }
                continue;
            }
            let taken = bytes.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
            self.text(&bytes[..taken], read_us, out);
            self.left -= taken as u64;
            bytes = &bytes[taken..];
        }
    }

    /// Ends the log, with lines whose end is missing.
    pub(super) fn end(&mut self, read_us: i64, out: &mut Vec<WholeLine>) {
        for stream in 0..STREAMS {
            self.stream = stream;
            if !self.open[stream].text.is_empty() {
                self.close(read_us, out);
            }
        }
    }

    fn text(&mut self, mut bytes: &[u8], read_us: i64, out: &mut Vec<WholeLine>) {
        while !bytes.is_empty() {
            let open = &mut self.open[self.stream];
            bytes = open.take_time(bytes);
            let end = memchr::memchr(b'\n', bytes);
            let room = LINE_BYTES_MAX.saturating_sub(open.text.len());
            let taken = end.map_or(bytes.len(), |it| it + 1).min(room.max(1));
            open.text.extend_from_slice(&bytes[..taken]);
            bytes = &bytes[taken..];
            if open.text.ends_with(b"\n") || open.text.len() >= LINE_BYTES_MAX {
                self.close(read_us, out);
                if self.has_terminal {
                    self.open[self.stream].begin();
                }
            }
        }
    }

    fn close(&mut self, read_us: i64, out: &mut Vec<WholeLine>) {
        let open = &mut self.open[self.stream];
        let mut text = std::mem::take(&mut open.text);
        let first = std::mem::take(&mut open.first);
        if text.ends_with(b"\r\n") {
            text.truncate(text.len() - 2);
            text.push(b'\n');
        }
        let at_ms = time::parse(&first);
        if at_ms.is_some() {
            if first <= self.after {
                return;
            }
            if first > self.last {
                self.last = first;
            }
        }
        let at_us = at_ms.map_or(read_us, |it| it.saturating_mul(1_000));
        out.push(WholeLine { text, at_us, end: Some(0) });
    }
}

impl Open {
    /// A part begins with its time.
    fn begin(&mut self) {
        self.time.clear();
        self.has_time = false;
    }

    /// Takes what belongs to the time, and gives the rest. What is no time is text.
    fn take_time<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        if self.has_time {
            return bytes;
        }
        let end = memchr::memchr2(b' ', b'\n', bytes);
        let taken = end.unwrap_or(bytes.len()).min(TIME_BYTES_MAX + 1);
        self.time.extend_from_slice(&bytes[..taken]);
        if end.is_none() && self.time.len() <= TIME_BYTES_MAX {
            return &[];
        }
        self.has_time = true;
        let rest = &bytes[taken..];
        if time::parse(&self.time).is_none() {
            self.text.append(&mut self.time);
            return rest;
        }
        if self.text.is_empty() {
            self.first.clone_from(&self.time);
        }
        rest.strip_prefix(b" ").unwrap_or(rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIMES: [&str; 3] =
        ["2026-11-28T10:00:00.000000001Z", "2026-11-28T10:00:00.500000000Z", "2026-11-28T10:00:01.000000000Z"];

    fn frame(stream: u8, text: &str) -> Vec<u8> {
        let length = u32::try_from(text.len()).expect("a short text").to_be_bytes();
        [&[stream, 0, 0, 0][..], &length, text.as_bytes()].concat()
    }

    /// The texts and times of lines, whatever pieces the bytes come in.
    #[track_caller]
    fn check(has_terminal: bool, after: &str, bytes: &[u8], expected: &[(&str, i64)]) {
        for piece in [1, 2, 7, bytes.len()] {
            let mut lines = LogLines::new(has_terminal, after.as_bytes().to_vec());
            let mut out = Vec::new();
            bytes.chunks(piece).for_each(|it| lines.feed(it, 9, &mut out));
            lines.end(9, &mut out);
            let found: Vec<_> = out.iter().map(|it| (String::from_utf8_lossy(&it.text), it.at_us)).collect();
            let expected: Vec<_> = expected.iter().map(|it| (it.0.into(), it.1)).collect();
            assert_eq!(found, expected, "in pieces of {piece}");
        }
    }

    #[test]
    fn ok_parts_of_two_streams_are_joined() {
        let at_us = 1_795_860_000_000_000;
        let [first, second, third] = TIMES;
        let bytes = [
            frame(1, &format!("{first} one ")),
            frame(2, &format!("{second} oh\n")),
            frame(1, &format!("{third} line\n")),
            frame(1, &format!("{third} \n")),
            frame(1, &format!("{third} rest")),
        ]
        .concat();
        let after_first = [("oh\n", at_us + 500_000), ("one line\n", at_us), ("\n", at_us + 1_000_000)];
        check(false, "", &bytes, &[&after_first[..], &[("rest", at_us + 1_000_000)]].concat());
        // Goes on after what was read before.
        check(false, second, &bytes, &[("\n", at_us + 1_000_000), ("rest", at_us + 1_000_000)]);
    }

    #[test]
    fn ok_a_terminal() {
        let [first, second, _] = TIMES;
        let text = format!("{first} \x1b[1mhi\x1b[0m\r\n{second} a b\r\n");
        let at_us = 1_795_860_000_000_000;
        check(true, "", text.as_bytes(), &[("\x1b[1mhi\x1b[0m\n", at_us), ("a b\n", at_us + 500_000)]);
    }

    #[test]
    fn err_what_is_no_time_is_text() {
        check(false, "", &frame(1, "no time here\n"), &[("no time here\n", 9)]);
        check(false, "", &frame(1, &format!("{}\n", "x".repeat(99))), &[(&format!("{}\n", "x".repeat(99)), 9)]);
        check(false, "", &frame(1, ""), &[]);
        // A length that never comes, and an unknown stream.
        check(false, "", &[7, 0, 0, 0, 255, 255, 255, 255, b'a', b'\n', b'b'], &[("a\n", 9), ("b", 9)]);
    }

    #[test]
    fn err_a_line_without_end_is_cut() {
        let (mut lines, mut out) = (LogLines::new(false, Vec::new()), Vec::new());
        lines.feed(&[1, 0, 0, 0, 0, 16, 0, 0], 9, &mut out);
        (0..10).for_each(|_| lines.feed(&[b'x'; 64 << 10], 9, &mut out));
        assert_eq!(out.iter().map(|it| it.text.len()).collect::<Vec<_>>(), [LINE_BYTES_MAX; 2]);
    }
}
