//! What every page of an app says of it: its state, how new its lines are, and what was lost.

use serde::{Deserialize, Serialize};

use crate::{AppSummary, Mark};

/// Lines that are known to be lost, for one reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LossCount {
    /// A word such as `frame`, or a code such as `L10`.
    pub reason: String,
    /// In words.
    pub means: String,
    /// How many in the last hour.
    pub count: u64,
}

/// Lines of the last hour that gave no metric. They are kept, and no loss.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unmatched {
    /// How many.
    pub lines: u64,
    /// Of how many.
    pub of: u64,
    /// One of each kind, the newest first, masked.
    pub samples: Vec<String>,
}

/// A span in which lines are known to be missing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LossInterval {
    /// Start, unix seconds.
    pub from_s: i64,
    /// End, unix seconds.
    pub to_s: i64,
    /// How many.
    pub lines: u64,
}

impl LossInterval {
    /// Joins steps of a width, seconds, in order of time, each with how many lines it lost, to spans: those with at most a step between them are one.
    pub fn join(steps: impl Iterator<Item = (i64, u64)>, step_s: i64) -> Vec<Self> {
        let mut spans: Vec<Self> = vec![];
        for (at_s, lines) in steps.filter(|it| it.1 > 0) {
            let to_s = at_s + step_s;
            match spans.last_mut().filter(|it| at_s - it.to_s <= step_s) {
                Some(known) => (known.to_s, known.lines) = (to_s, known.lines + lines),
                None => spans.push(Self { from_s: at_s, to_s, lines }),
            }
        }
        spans
    }
}

/// The head of a page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AppHeader {
    /// The server's clock when this was made, unix milliseconds.
    pub at_ms: i64,
    /// The app.
    pub summary: AppSummary,
    /// What was lost in the last hour, most first.
    pub losses: Vec<LossCount>,
    /// What happened in the last minutes, oldest first.
    pub marks: Vec<Mark>,
}
