//! Lines without a measurement or event. They are valid and are kept, so they are no loss.
//!
//! A few are kept as samples, one for each shape. A shape is a line without the parts that differ
//! between lines of one kind.

use std::hash::Hasher;

use rustc_hash::FxHasher;

use crate::{Line, mask::masked};

/// The most samples of one batch.
pub const UNMATCHED_SAMPLES_MAX: usize = 3;
/// The longest sample, bytes.
pub const UNMATCHED_SAMPLE_BYTES_MAX: usize = 200;
/// The most lines of one batch whose shape is computed: most lines of a batch have the same few
/// shapes.
const SHAPES_MAX: usize = 16;
/// The first words of a line that make its shape.
const SHAPE_WORDS_MAX: usize = 4;

/// A sample of lines without a measurement or event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmatched {
    /// Hash that is the same for lines of one kind.
    pub shape: u64,
    /// Source and beginning of the text, masked.
    pub text: Box<str>,
}

/// Lines of one second that are in no cell yet: all of them, and those without a measurement or
/// event.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct PendingLines {
    pub(crate) second: i64,
    pub(crate) lines: LineCount,
    pub(crate) unmatched: LineCount,
}

/// A number of lines and their newest time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LineCount {
    pub(crate) count: u64,
    /// The newest of their times, unix milliseconds.
    pub(crate) newest_ms: i64,
}

impl Default for LineCount {
    fn default() -> Self {
        Self { count: 0, newest_ms: i64::MIN }
    }
}

impl LineCount {
    /// Counts a line.
    #[inline]
    pub(crate) fn add(&mut self, at_ms: i64) {
        self.count += 1;
        self.newest_ms = self.newest_ms.max(at_ms);
    }
}

/// Chooses the samples of one batch.
#[derive(Debug, Default)]
pub(crate) struct SampleCollector {
    examined: usize,
}

impl SampleCollector {
    /// Keeps a line if `samples` has none of its shape.
    pub(crate) fn add(&mut self, line: &Line<'_>, samples: &mut Vec<Unmatched>) {
        if self.examined >= SHAPES_MAX || samples.len() >= UNMATCHED_SAMPLES_MAX {
            return;
        }
        self.examined += 1;
        let shape = shape(line);
        if samples.iter().all(|it| it.shape != shape) {
            let source = line.proc_id;
            let text = [source, if source.is_empty() { b"" } else { b": " }, line.msg].concat();
            samples.push(Unmatched { shape, text: masked(&text, UNMATCHED_SAMPLE_BYTES_MAX) });
        }
    }
}

/// Hash of the process type and of the first words, without digits and values.
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
