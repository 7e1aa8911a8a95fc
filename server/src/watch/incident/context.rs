//! What the machine is told of the world around it: the time, the rules, and what holds messages
//! back.

use contract::alert::{IncidentId, RuleId};

use crate::watch::mute::Held;

/// When a judging takes place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    /// The wall clock, unix milliseconds: for people to read, never for waiting.
    pub at_ms: i64,
    /// Time since the judging before, by a clock that no one sets, milliseconds.
    pub elapsed_ms: i64,
}

/// What messages say about a rule besides its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct About {
    /// The name of the rule.
    pub name: String,
    /// What to do about it, in one sentence; may be empty.
    pub remedy: String,
}

/// What the machine asks.
pub(crate) trait Context {
    /// What is said about a rule; `None` when it is not judged any more.
    fn about(&self, rule: RuleId) -> Option<About>;

    /// What holds messages about an incident of the app back. An incident that is not written yet
    /// has the number 0.
    fn held(&self, rule: RuleId, incident: IncidentId) -> Option<Held>;

    /// Whether a rule says something of an app that is silent: those that look for silence.
    fn is_heard_in_silence(&self, rule: RuleId) -> bool;
}
