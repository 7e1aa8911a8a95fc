//! Lines that gave nothing: no measurement, no event, no note. They are read and kept, so that they are no loss.
//!
//! A few are kept as samples, one a shape: a line without what differs between two lines of one kind.

use std::hash::Hasher;

use rustc_hash::FxHasher;

use crate::{Line, mask::masked};

/// Samples that one batch keeps.
pub const UNMATCHED_SAMPLES_MAX: usize = 3;
/// The longest sample, bytes.
pub const UNMATCHED_SAMPLE_BYTES_MAX: usize = 200;
/// Lines of one batch that are asked for their shape: most lines of a batch have the same few.
const SHAPES_MAX: usize = 16;
/// Words of a line that make its shape.
const SHAPE_WORDS_MAX: usize = 4;

/// A line that gave nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmatched {
    /// The same for lines of one kind.
    pub shape: u64,
    /// Its source and the beginning of its text, masked.
    pub text: Box<str>,
}

/// Lines of one second that are in no cell yet: all, and those that gave nothing.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Unwritten {
    pub(crate) second: i64,
    pub(crate) lines: Lines,
    pub(crate) unmatched: Lines,
}

/// A number of lines.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lines {
    pub(crate) count: u64,
    /// The greatest of their times, unix milliseconds.
    pub(crate) newest_ms: i64,
}

impl Default for Lines {
    fn default() -> Self {
        Self { count: 0, newest_ms: i64::MIN }
    }
}

impl Lines {
    /// Counts one more.
    #[inline]
    pub(crate) fn add(&mut self, at_ms: i64) {
        self.count += 1;
        self.newest_ms = self.newest_ms.max(at_ms);
    }
}

/// Samples of one batch.
#[derive(Debug, Default)]
pub(crate) struct Samples {
    asked: usize,
}

impl Samples {
    /// Keeps a line, if it is of a kind that is not there yet.
    pub(crate) fn add(&mut self, line: &Line<'_>, samples: &mut Vec<Unmatched>) {
        if self.asked >= SHAPES_MAX || samples.len() >= UNMATCHED_SAMPLES_MAX {
            return;
        }
        self.asked += 1;
        let shape = shape(line);
        if samples.iter().all(|it| it.shape != shape) {
            let source = line.proc_id;
            let text = [source, if source.is_empty() { b"" } else { b": " }, line.msg].concat();
            samples.push(Unmatched { shape, text: masked(&text, UNMATCHED_SAMPLE_BYTES_MAX) });
        }
    }
}

/// A number for the kind of a line: who wrote it, and its first words without digits and quoted values.
fn shape(line: &Line<'_>) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(line.proc_id.split(|it| *it == b'.').next().unwrap_or_default());
    let words = line.msg.split(|it| it.is_ascii_whitespace()).filter(|it| !it.is_empty());
    for word in words.take(SHAPE_WORDS_MAX) {
        hasher.write_u8(b' ');
        let name = word.split(|it| matches!(it, b'=' | b':' | b'"' | b'/')).next().unwrap_or_default();
        if !name.iter().any(u8::is_ascii_digit) {
            hasher.write(name);
        }
    }
    hasher.finish()
}
