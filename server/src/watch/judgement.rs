//! What judging a rule gives: whether the value is wrong, and everything that a sentence about it
//! needs. How far an incident has come is decided from judgements over time, elsewhere.

use contract::alert::{Cause, RuleId, Severity};

/// Whether a value is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is beyond the limit.
    Breach,
    /// It is not beyond the limit, and not beyond the clear level either: a firing rule goes on.
    Between,
    /// It is right.
    Clear,
    /// There is too little data to say; the state stays as it is.
    Unknown,
}

/// How long a rule waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// How long the value must be wrong before anybody is told, seconds.
    pub for_s: i64,
    /// How long it must be right before the rule is over, seconds.
    pub clear_s: i64,
    /// How often a firing rule is said again, seconds.
    pub remind_s: Option<i64>,
}

/// The result of judging one rule for one app and group at one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// The rule.
    pub rule: RuleId,
    /// The group, such as `path=/orders`; empty without grouping.
    pub group: String,
    /// The incident that it belongs to.
    pub cause: Cause,
    /// Whether the value is wrong.
    pub outcome: Outcome,
    /// How urgent a breach is.
    pub severity: Severity,
    /// How long the rule waits.
    pub timing: Timing,
    /// The value, and the limit that it was compared with.
    pub value: Option<f64>,
    pub limit: Option<f64>,
    /// What is usual, where that was looked at.
    pub usual: Option<f64>,
    /// The unit of the three: `%`, `ms`, `MB`, `/s`; empty for a count.
    pub unit: String,
    /// When the breach began, unix seconds, where the data tell.
    pub since_s: Option<i64>,
    /// What is wrong, with its value: `8.0 % server errors`.
    pub what: String,
    /// How much that is: `8 of 100 requests in 5 min, usually 0.2 %`.
    pub detail: String,
    /// The metric whose chart shows it, where there is one.
    pub metric: Option<String>,
}
