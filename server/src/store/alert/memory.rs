//! What is remembered of an open incident besides what pages show: how far each rule that joined it
//! has come. It is kept as JSON in the incident's row, so that the judge goes on after a restart.
//!
//! What it means is decided by `watch::incident`.

use contract::alert::{RuleId, Severity};
use serde::{Deserialize, Serialize};

/// How far a rule has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Phase {
    /// Its value is wrong, but not for long enough to tell anybody.
    Pending,
    /// Its value has been wrong for long enough.
    Firing,
    /// Its value is right again, but not for long enough to be over.
    Clearing,
}

/// One rule and group of an incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct RuleMemory {
    /// The rule.
    pub rule: RuleId,
    /// The group, such as `path=/orders`; empty without grouping.
    pub group: String,
    /// How far it has come.
    pub phase: Phase,
    /// How long it has waited in this phase, milliseconds. Counted by a clock that no one sets.
    pub waited_ms: i64,
    /// How long it waits before it fires, before it is over, and between reminders, seconds.
    pub for_s: i64,
    pub clear_s: i64,
    pub remind_s: Option<i64>,
    /// When its value became wrong, unix milliseconds.
    pub since_ms: i64,
    /// How urgent it is, at its worst.
    pub severity: Severity,
    /// What is wrong, and how much that is, when it was last wrong.
    pub what: String,
    pub detail: String,
    /// The metric whose chart shows it.
    pub metric: Option<String>,
    /// The value, its limit and what is usual, in `unit`, when it was last wrong.
    pub value: Option<f64>,
    pub limit: Option<f64>,
    pub usual: Option<f64>,
    pub unit: String,
}

/// What is remembered of an incident.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Memory {
    /// The rules that joined it, in the order in which they did.
    pub rules: Vec<RuleMemory>,
    /// How often the same has come back within an hour before it.
    pub flaps: u32,
    /// Whether channels were told of it.
    pub is_told: bool,
    /// Whether the timeline says that it was held back.
    pub is_muted: bool,
    /// Whether channels were told that it comes and goes, here or in an incident before.
    pub is_flapping_told: bool,
    /// How long ago channels were last told anything, milliseconds.
    pub quiet_ms: i64,
    /// How far the worst value was beyond its limit, as a share of the limit.
    pub worst: Option<f64>,
    /// The worst value, its limit and what was usual then.
    pub worst_value: Option<f64>,
    pub worst_limit: Option<f64>,
    pub worst_usual: Option<f64>,
}

#[cfg(test)]
mod tests {
    use contract::alert::BuiltIn;

    use super::*;

    #[test]
    fn ok_a_memory_comes_back() {
        let rule = RuleMemory {
            rule: RuleId::BuiltIn(BuiltIn::RouterCodes),
            group: "code=H12".to_owned(),
            phase: Phase::Clearing,
            waited_ms: 12_000,
            for_s: 0,
            clear_s: 120,
            remind_s: Some(14_400),
            since_ms: 1_790_000_000_000,
            severity: Severity::Critical,
            what: "H12 request timeouts".to_owned(),
            detail: String::new(),
            metric: None,
            value: Some(41.0),
            limit: None,
            usual: Some(0.1 + 0.2),
            unit: String::new(),
        };
        let memory = Memory { rules: vec![rule], flaps: 2, is_told: true, worst: Some(1.0 / 3.0), ..Memory::default() };
        let json = serde_json::to_string(&memory).unwrap_or_default();
        assert_eq!(serde_json::from_str(&json).ok(), Some(memory));
    }
}
