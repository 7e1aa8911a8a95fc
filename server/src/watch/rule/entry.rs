//! The form of a built-in rule: what people read about it, and the function that judges it.

use contract::alert::{BuiltIn, BuiltInRule, Cause, RuleId, Severity};

use super::{expected::Expected, observed::Observed};
use crate::watch::judgement::{Judgement, Outcome, Timing};

/// A rule that every app has.
#[derive(Debug)]
pub struct Entry {
    /// Which rule.
    pub rule: BuiltIn,
    /// Its name.
    pub name: &'static str,
    /// When it fires, in a sentence.
    pub sentence: &'static str,
    /// What to do about it, in a sentence.
    pub remedy: &'static str,
    /// How urgent it is at most.
    pub severity: Severity,
    /// The incident that it belongs to.
    pub cause: Cause,
    /// How long it waits, where a judgement doesn't say otherwise.
    pub timing: Timing,
    /// The metric whose chart shows it.
    pub metric: Option<&'static str>,
    /// Judges one app.
    pub judge: fn(&Entry, &Observed, Option<&Expected>) -> Judgement,
}

impl Entry {
    /// A judgement without a sentence: the value is right, or there is too little to say.
    #[must_use]
    pub fn plain(&self, outcome: Outcome) -> Judgement {
        Judgement {
            rule: RuleId::BuiltIn(self.rule),
            group: String::new(),
            cause: self.cause,
            outcome,
            severity: self.severity,
            timing: self.timing,
            value: None,
            limit: None,
            usual: None,
            unit: String::new(),
            since_s: None,
            what: String::new(),
            detail: String::new(),
            metric: self.metric.map(str::to_owned),
        }
    }

    /// The rule as pages and commands list it.
    #[must_use]
    pub fn describe(&self, off: Vec<String>) -> BuiltInRule {
        BuiltInRule {
            rule: self.rule,
            name: self.name.to_owned(),
            sentence: self.sentence.to_owned(),
            remedy: self.remedy.to_owned(),
            severity: self.severity,
            off,
        }
    }
}

/// Waits `for_s` seconds to begin and `clear_s` to end.
pub(super) const fn timing(for_s: i64, clear_s: i64) -> Timing {
    Timing { for_s, clear_s, remind_s: None }
}
