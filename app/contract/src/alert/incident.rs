//! Incidents: one an app and cause, with everything that happened during it.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::{RuleId, Severity};
use crate::Span;
use crate::as_text::{text_in_json, word_in_json};
use crate::error::quoted;

/// The number of an incident. As text `#12`; read with or without the `#`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct IncidentId(pub i64);

impl fmt::Display for IncidentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}

impl FromStr for IncidentId {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = text.strip_prefix('#').unwrap_or(text).parse().ok().filter(|it| *it > 0);
        number.map(Self).ok_or_else(|| format!("expected the number of an incident, found {}", quoted(text)))
    }
}

/// What rules have in common that join one incident. As text, and in JSON, a lower-case word, or
/// `rule-` and a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// Requests fail or take longer than usual.
    Requests,
    /// More or fewer requests than usual.
    Traffic,
    /// Memory is short.
    Memory,
    /// Dynos crash or don't start.
    Processes,
    /// A database runs out of room.
    Addon,
    /// Log lines are lost.
    Loss,
    /// No log lines come.
    Silence,
    /// A rule of the user's own.
    Own(i64),
}

impl Cause {
    const WORDS: [(Self, &'static str); 7] = [
        (Self::Requests, "requests"),
        (Self::Traffic, "traffic"),
        (Self::Memory, "memory"),
        (Self::Processes, "processes"),
        (Self::Addon, "addon"),
        (Self::Loss, "loss"),
        (Self::Silence, "silence"),
    ];
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, Self::WORDS.iter().find(|it| it.0 == *self)) {
            (Self::Own(number), _) => write!(f, "rule-{number}"),
            (_, known) => f.write_str(known.map_or("", |it| it.1)),
        }
    }
}

impl FromStr for Cause {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some((cause, _)) = Self::WORDS.into_iter().find(|it| it.1 == text) {
            return Ok(cause);
        }
        let number = text.strip_prefix("rule-").and_then(|it| it.parse().ok());
        number.map(Self::Own).ok_or_else(|| format!("expected the cause of an incident, found {}", quoted(text)))
    }
}

text_in_json!(Cause);

/// How far an incident has come. In JSON one lower-case word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IncidentState {
    /// Something is wrong; nobody is told yet, since it may pass.
    Pending,
    /// Something is wrong, and people were told.
    Firing,
    /// It was firing when the app's drain fell silent: nobody knows.
    Unknown,
    /// It is over.
    Resolved,
}

impl IncidentState {
    /// Every state, in the order of an incident's life.
    pub const ALL: [Self; 4] = [Self::Pending, Self::Firing, Self::Unknown, Self::Resolved];

    /// The state as one lower-case word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Firing => "firing",
            Self::Unknown => "unknown",
            Self::Resolved => "resolved",
        }
    }
}

word_in_json!(IncidentState);

/// An incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Incident {
    /// Its number.
    pub id: IncidentId,
    /// The app.
    pub app: String,
    /// What its rules have in common.
    pub cause: Cause,
    /// How urgent it is, at its worst.
    pub severity: Severity,
    /// How far it has come.
    pub state: IncidentState,
    /// The rule that decided.
    pub rule: RuleId,
    /// The name of that rule.
    pub rule_name: String,
    /// What is wrong, with its value: `8.0 % server errors`.
    pub what: String,
    /// How much that is: `8 of 100 requests in 5 min, usually 0.2 %`.
    pub detail: String,
    /// What to do about it, in one sentence; may be empty.
    pub remedy: String,
    /// When it began, unix milliseconds.
    pub began_ms: i64,
    /// When it was first known to fire, unix milliseconds; `None` while pending.
    pub fired_ms: Option<i64>,
    /// When it was over, unix milliseconds.
    pub resolved_ms: Option<i64>,
    /// When its value was worst, unix milliseconds.
    pub worst_ms: i64,
    /// The metric whose chart shows it, where there is one.
    pub metric: Option<String>,
}

/// An incident as a mark on charts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct IncidentMark {
    /// Its number.
    pub id: IncidentId,
    /// From when until when, unix seconds; it ends now while it is not over.
    pub span: Span,
    /// Whether it is not over.
    pub is_open: bool,
    /// How urgent it is, at its worst.
    pub severity: Severity,
    /// What is wrong: `8.0 % server errors`.
    pub what: String,
}

/// What happened to an incident. In JSON one lower-case word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EntryKind {
    /// A rule began to fire.
    Opened,
    /// Another rule joined.
    Joined,
    /// It became more urgent.
    Escalated,
    /// A rule of several was over.
    Eased,
    /// The drain fell silent.
    Unknown,
    /// Lines came again.
    Known,
    /// It is still firing.
    Reminder,
    /// It comes and goes; messages wait longer.
    Flapping,
    /// It was muted, or held back by a maintenance window.
    Muted,
    /// A message was delivered.
    Sent,
    /// A message could not be delivered.
    Failed,
    /// It was over.
    Resolved,
}

impl EntryKind {
    /// Every kind.
    pub const ALL: [Self; 12] = [
        Self::Opened,
        Self::Joined,
        Self::Escalated,
        Self::Eased,
        Self::Unknown,
        Self::Known,
        Self::Reminder,
        Self::Flapping,
        Self::Muted,
        Self::Sent,
        Self::Failed,
        Self::Resolved,
    ];

    /// The kind as one lower-case word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Joined => "joined",
            Self::Escalated => "escalated",
            Self::Eased => "eased",
            Self::Unknown => "unknown",
            Self::Known => "known",
            Self::Reminder => "reminder",
            Self::Flapping => "flapping",
            Self::Muted => "muted",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Resolved => "resolved",
        }
    }
}

word_in_json!(EntryKind);

/// A line of an incident's timeline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Entry {
    /// When, unix milliseconds.
    pub at_ms: i64,
    /// What happened.
    pub kind: EntryKind,
    /// The rule that it is about, where there is one.
    pub rule: Option<RuleId>,
    /// The group of the rule, such as `path=/orders`; empty without grouping.
    pub group: String,
    /// What was said, in a sentence.
    pub text: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_causes_and_numbers_come_back() {
        for cause in Cause::WORDS.map(|it| it.0).into_iter().chain([Cause::Own(3)]) {
            assert_eq!(cause.to_string().parse(), Ok(cause));
        }
        assert_eq!(("#12".parse(), "12".parse()), (Ok(IncidentId(12)), Ok(IncidentId(12))));
        assert_eq!(IncidentId(12).to_string(), "#12");
    }

    #[test]
    fn err_causes_and_numbers() {
        for text in ["", "#", "0", "-1", "rule-"] {
            assert!(text.parse::<IncidentId>().is_err() && text.parse::<Cause>().is_err(), "{text}");
        }
    }
}
