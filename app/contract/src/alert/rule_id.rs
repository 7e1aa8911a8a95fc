//! Which rule: a built-in one by its word, or one of the user's by its number.

use std::{fmt, str::FromStr};

use crate::as_text::{text_in_json, word_in_json};
use crate::error::quoted;

/// A rule that every app has, unless it is switched off. In JSON one lower-case word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BuiltIn {
    /// More server errors than usual.
    Errors,
    /// Requests take longer than usual.
    Latency,
    /// Far fewer requests than usual.
    TrafficDrop,
    /// Far more requests than usual.
    TrafficSurge,
    /// The platform reports failed requests: H10, H12 and the like.
    RouterCodes,
    /// The platform reports a dyno's trouble: R14, R15 and the like.
    DynoCodes,
    /// A dyno crashes again and again.
    CrashLoop,
    /// Memory comes near its quota.
    Memory,
    /// The disk of a database fills up.
    AddonDisk,
    /// A database runs out of connections.
    AddonConnections,
    /// Log lines are lost.
    Loss,
    /// No lines for longer than the app's usual gaps.
    Silence,
}

impl BuiltIn {
    /// Every built-in rule, in the order in which pages list them.
    pub const ALL: [Self; 12] = [
        Self::Errors,
        Self::Latency,
        Self::TrafficDrop,
        Self::TrafficSurge,
        Self::RouterCodes,
        Self::DynoCodes,
        Self::CrashLoop,
        Self::Memory,
        Self::AddonDisk,
        Self::AddonConnections,
        Self::Loss,
        Self::Silence,
    ];

    /// The rule as one lower-case word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Errors => "errors",
            Self::Latency => "latency",
            Self::TrafficDrop => "traffic-drop",
            Self::TrafficSurge => "traffic-surge",
            Self::RouterCodes => "router-codes",
            Self::DynoCodes => "dyno-codes",
            Self::CrashLoop => "crash-loop",
            Self::Memory => "memory",
            Self::AddonDisk => "addon-disk",
            Self::AddonConnections => "addon-connections",
            Self::Loss => "loss",
            Self::Silence => "silence",
        }
    }
}

word_in_json!(BuiltIn);

/// Which rule. As text, and in JSON, the word of a built-in rule, or `rule-` and a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RuleId {
    /// A rule that every app has.
    BuiltIn(BuiltIn),
    /// A rule of the user's own, by its number.
    Own(i64),
}

impl FromStr for RuleId {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some(rule) = BuiltIn::ALL.into_iter().find(|it| it.word() == text) {
            return Ok(Self::BuiltIn(rule));
        }
        let number = text.strip_prefix("rule-").unwrap_or(text).parse().ok().filter(|it| *it > 0);
        number
            .map(Self::Own)
            .ok_or_else(|| format!("expected a rule such as rule-12, or one of {}, found {}", words(), quoted(text)))
    }
}

/// The words of all built-in rules.
fn words() -> String {
    BuiltIn::ALL.map(BuiltIn::word).join(", ")
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BuiltIn(rule) => f.write_str(rule.word()),
            Self::Own(number) => write!(f, "rule-{number}"),
        }
    }
}

text_in_json!(RuleId);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_rules_come_back() {
        for rule in BuiltIn::ALL.map(RuleId::BuiltIn).into_iter().chain([RuleId::Own(12)]) {
            assert_eq!(rule.to_string().parse(), Ok(rule));
        }
        assert_eq!("12".parse(), Ok(RuleId::Own(12)));
    }

    #[test]
    fn err_rules() {
        for text in ["", "rule-", "rule-0", "-3", "error", "rule-99999999999999999999"] {
            assert!(text.parse::<RuleId>().is_err_and(|it| it.contains("errors, latency")), "{text}");
        }
    }
}
