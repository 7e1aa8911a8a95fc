//! From judgements to incidents: a rule must be wrong for a time before anybody is told, and right
//! for a time before it is over. Rules of one cause are one incident, told once.

use std::collections::BTreeMap;

use contract::alert::{Cause, RuleId, Severity};
use server::watch::judgement::{Judgement, Outcome};

/// How far a rule has come.
#[derive(Clone, Copy, Default)]
struct State {
    wrong_since_s: Option<i64>,
    right_since_s: Option<i64>,
    is_firing: bool,
}

/// A first message.
#[derive(Clone, Debug)]
pub struct Message {
    pub at_s: i64,
    pub rule: String,
    pub cause: Cause,
    pub severity: Severity,
    pub text: String,
}

/// The state of every rule of one app.
#[derive(Default)]
pub struct Machine {
    states: BTreeMap<RuleId, (Cause, State)>,
}

impl Machine {
    /// Takes the judgements of a moment; returns the first messages of incidents that begin.
    pub fn take(&mut self, at_s: i64, judgements: &[Judgement]) -> Vec<Message> {
        let mut messages = vec![];
        for judgement in judgements {
            let was_open = self.states.values().any(|it| it.1.is_firing && it.0 == judgement.cause);
            let (cause, state) = self.states.entry(judgement.rule).or_insert((judgement.cause, State::default()));
            if !state.is_firing {
                *cause = judgement.cause;
            }
            if state.take(at_s, judgement) && !was_open {
                messages.push(Message {
                    at_s,
                    rule: judgement.rule.to_string(),
                    cause: judgement.cause,
                    severity: judgement.severity,
                    text: format!("{} {}", judgement.what, judgement.detail),
                });
            }
        }
        messages
    }
}

impl State {
    /// Whether the rule begins to fire.
    fn take(&mut self, at_s: i64, judgement: &Judgement) -> bool {
        match judgement.outcome {
            Outcome::Unknown => {}
            Outcome::Between => {
                self.right_since_s = None;
                if !self.is_firing {
                    self.wrong_since_s = self.wrong_since_s.map(|_| at_s);
                }
            }
            Outcome::Breach => {
                self.right_since_s = None;
                let since_s = *self.wrong_since_s.get_or_insert(at_s);
                if !self.is_firing && at_s - since_s >= judgement.timing.for_s {
                    self.is_firing = true;
                    return true;
                }
            }
            Outcome::Clear => {
                let since_s = *self.right_since_s.get_or_insert(at_s);
                if !self.is_firing {
                    self.wrong_since_s = None;
                } else if at_s - since_s >= judgement.timing.clear_s {
                    *self = Self::default();
                }
            }
        }
        false
    }
}
