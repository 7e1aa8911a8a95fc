//! Lines that had no form known here: how many, and one of each kind, for saying so at the end.
//!
//! # Limits
//! [`EXAMPLES_MAX`] kinds are kept; more are counted among all lines only.

use std::fmt::Write;

use pipeline::{Delta, Unmatched};

/// UnmatchedLines of which an example is kept.
pub const EXAMPLES_MAX: usize = 5;

/// What was not understood.
#[derive(Clone, Debug, Default)]
pub struct UnmatchedLines {
    /// Lines of any kind.
    pub lines: u64,
    /// Lines that gave no measurement, event or note.
    pub unmatched_lines: u64,
    /// One line of each of the first kinds, masked.
    examples: Vec<Unmatched>,
}

impl UnmatchedLines {
    /// Counts a delta.
    pub fn add(&mut self, delta: &Delta) {
        self.lines += delta.lines;
        self.unmatched_lines += delta.unmatched_lines;
        delta.unmatched.iter().for_each(|it| self.keep(it));
    }

    /// Takes in another stretch.
    pub fn merge(&mut self, other: &Self) {
        self.lines += other.lines;
        self.unmatched_lines += other.unmatched_lines;
        other.examples.iter().for_each(|it| self.keep(it));
    }

    fn keep(&mut self, line: &Unmatched) {
        if self.examples.len() < EXAMPLES_MAX && self.examples.iter().all(|it| it.shape != line.shape) {
            self.examples.push(line.clone());
        }
    }

    /// One line of each kind, masked.
    pub fn examples(&self) -> impl Iterator<Item = &str> {
        self.examples.iter().map(|it| &*it.text)
    }

    /// In words, a line for the numbers and one an example; `None` where all was understood.
    #[must_use]
    pub fn summary(&self) -> Option<String> {
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
