//! The line that a place in a body belongs to. Frames are searched only when the first place is
//! looked up.

use std::ops::Range;

use crate::Frames;

/// The most bytes of a frame's count and the blank after it.
const COUNT_BYTES_MAX: usize = 8;

/// The frames of a body, or a text that is one line.
#[derive(Debug)]
pub(super) struct Bounds {
    lines: Vec<Range<usize>>,
    /// The beginnings of the lines' frames.
    starts: Vec<usize>,
    changed: Vec<Range<usize>>,
    is_known: bool,
    must_repeat: bool,
}

impl Bounds {
    pub(super) const fn of_frames() -> Self {
        Self { lines: vec![], starts: vec![], changed: vec![], is_known: false, must_repeat: false }
    }

    pub(super) fn of_text(bytes: usize) -> Self {
        Self {
            lines: vec![Range { start: 0, end: bytes }],
            starts: vec![0],
            changed: vec![],
            is_known: true,
            must_repeat: false,
        }
    }

    /// Records that a line was changed.
    pub(super) fn change(&mut self, line: &Range<usize>) {
        if self.changed.last() != Some(line) {
            self.changed.push(line.clone());
        }
    }

    /// The lines that were changed, each once.
    pub(super) fn changed(&mut self) -> &[Range<usize>] {
        self.changed.sort_unstable_by_key(|it| (it.start, it.end));
        self.changed.dedup();
        &self.changed
    }

    /// Whether a mask may change how other lines are read: there are bytes between frames that are
    /// no frame, or a secret spans several lines.
    pub(super) const fn must_repeat(&self) -> bool {
        self.must_repeat
    }

    /// The line around `at`, without the beginning of its frame. Between frames it is the bytes
    /// there, without the count of the next frame.
    pub(super) fn around(&mut self, body: &[u8], at: usize) -> Range<usize> {
        self.find_frames(body);
        let next = self.lines.partition_point(|it| it.end <= at);
        let line = self.lines.get(next);
        if let Some(line) = line.filter(|it| it.start <= at) {
            return line.clone();
        }
        // The beginning of a frame counts as a line of its own.
        if let (Some(begin), Some(line)) = (self.starts.get(next), line)
            && *begin <= at
        {
            return *begin..line.start;
        }
        let start = next.checked_sub(1).map_or(0, |it| self.lines[it].end);
        let end = self.starts.get(next).map_or(body.len(), |it| *it);
        let between = &body[start..end];
        let count = between.iter().rev().take(COUNT_BYTES_MAX).take_while(|it| it.is_ascii_digit() || **it == b' ');
        let end = if line.is_some() { end - count.count() } else { end };
        start..end.max(at + 1)
    }

    /// The lines after the one that holds `at`.
    pub(super) fn after(&mut self, body: &[u8], at: usize) -> &[Range<usize>] {
        self.find_frames(body);
        self.must_repeat = true;
        let next = self.lines.partition_point(|it| it.start <= at);
        &self.lines[next..]
    }

    fn find_frames(&mut self, body: &[u8]) {
        if self.is_known {
            return;
        }
        self.is_known = true;
        let mut frames = Frames::new(body);
        while let Some(frame) = frames.next() {
            let from = frames.item_start();
            match frame {
                Ok(frame) => {
                    self.starts.push(from);
                    self.lines.push(without_start(body, from..from + frame.len()));
                }
                Err(_) => self.must_repeat = true,
            }
        }
    }
}

/// A frame without its priority and version.
fn without_start(body: &[u8], frame: Range<usize>) -> Range<usize> {
    let start = body[frame.clone()].iter().take(COUNT_BYTES_MAX).position(|it| *it == b' ');
    frame.start + start.unwrap_or(0)..frame.end
}
