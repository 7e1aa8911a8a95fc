//! Lines in no known format: their number and an example of each shape, for the summary at the end.
//!
//! # Limits
//! Examples of [`EXAMPLES_MAX`] shapes are kept; lines of other shapes are only counted.

use std::fmt::Write;

use pipeline::{Delta, Unmatched};

/// Shapes of which an example is kept.
pub(crate) const EXAMPLES_MAX: usize = 5;

/// Lines that no rule matched.
#[derive(Clone, Debug, Default)]
pub(crate) struct UnmatchedLines {
    /// Lines of any kind.
    pub lines: u64,
    /// Lines that gave no measurement, event or note.
    pub unmatched_lines: u64,
    /// One masked line of each of the first shapes.
    examples: Vec<Unmatched>,
}

impl UnmatchedLines {
    /// Counts the lines of a delta.
    pub(crate) fn add(&mut self, delta: &Delta) {
        self.lines += delta.lines;
        self.unmatched_lines += delta.unmatched_lines;
        delta.unmatched.iter().for_each(|it| self.keep(it));
    }

    /// Adds the lines of another period.
    pub(crate) fn merge(&mut self, other: &Self) {
        self.lines += other.lines;
        self.unmatched_lines += other.unmatched_lines;
        other.examples.iter().for_each(|it| self.keep(it));
    }

    fn keep(&mut self, line: &Unmatched) {
        if self.examples.len() < EXAMPLES_MAX && self.examples.iter().all(|it| it.shape != line.shape) {
            self.examples.push(line.clone());
        }
    }

    /// One masked line of each shape.
    pub(crate) fn examples(&self) -> impl Iterator<Item = &str> {
        self.examples.iter().map(|it| &*it.text)
    }

    /// A summary: a line with the numbers, then one line for each example. `None` when every line
    /// matched.
    #[must_use]
    pub(crate) fn summary(&self) -> Option<String> {
        let (lines, unmatched) = (self.lines, self.unmatched_lines);
        let mut text = match (unmatched, lines) {
            (0, _) => return None,
            (_, 1) => "1 of 1 line had no form known here:".to_owned(),
            _ => format!("{unmatched} of {lines} lines had no form known here, such as:"),
        };
        for example in self.examples() {
            let _ = write!(text, "\n  {example}");
        }
        Some(text)
    }
}
