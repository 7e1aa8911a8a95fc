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

/// The head of a page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AppHead {
    /// The server's clock when this was made, unix milliseconds.
    pub at_ms: i64,
    /// The app.
    pub summary: AppSummary,
    /// What was lost in the last hour, most first.
    pub losses: Vec<LossCount>,
    /// What happened in the last minutes, oldest first.
    pub marks: Vec<Mark>,
}
