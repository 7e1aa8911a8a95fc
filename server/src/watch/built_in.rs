//! The seam between the judge and the rules that every app has: what they observe of each app, and
//! what they say of it.

use std::{collections::BTreeSet, sync::Arc};

use contract::{
    Health,
    alert::{BuiltIn, BuiltInRule, Cause, RuleId, Severity},
};
use pipeline::Cell;

use super::{
    health,
    incident::About,
    judgement::{Judgement, Outcome, Timing},
    vitals::Vitals,
};
use crate::live::Live;

/// The built-in rules with what they remember of each app.
#[derive(Debug, Default)]
pub(crate) struct BuiltInRules;

impl BuiltInRules {
    /// Judges every built-in rule for one app. `None` without such an app.
    pub(crate) fn judge(&mut self, live: &Live, app: &Arc<str>, now_ms: i64) -> Option<Vec<Judgement>> {
        let vitals = {
            let live = live.lock();
            Vitals::read(live.apps.get(app)?, now_ms.div_euclid(1_000))
        };
        vitals.last_line_ms?;
        let (_, reasons) = health::judge(&vitals, &Cell::default());
        let judged = reasons.into_iter().map(|reason| {
            let code = reason.what.split(' ').next().unwrap_or_default().to_owned();
            let (rule, cause, group) = match &*reason.what {
                _ if reason.health == Health::Silent => (BuiltIn::Silence, Cause::Silence, String::new()),
                what if what.starts_with("p99") => (BuiltIn::Latency, Cause::Requests, String::new()),
                what if what.ends_with("server errors") => (BuiltIn::Errors, Cause::Requests, String::new()),
                what if what.contains(" lost ") => (BuiltIn::Loss, Cause::Loss, String::new()),
                what if what.starts_with('H') => (BuiltIn::RouterCodes, Cause::Requests, code),
                _ => (BuiltIn::DynoCodes, Cause::Memory, code),
            };
            Judgement {
                rule: RuleId::BuiltIn(rule),
                group,
                cause,
                outcome: Outcome::Breach,
                severity: if reason.health == Health::Failing { Severity::Critical } else { Severity::Warning },
                timing: Timing { for_s: 0, clear_s: 10, remind_s: None },
                value: None,
                limit: None,
                usual: None,
                unit: String::new(),
                since_s: None,
                what: reason.what,
                detail: reason.detail,
                metric: None,
            }
        });
        Some(judged.collect())
    }

    /// Forgets apps that are gone.
    pub(crate) fn keep(&mut self, _apps: &BTreeSet<Arc<str>>) {}

    /// What messages say about a rule.
    pub(crate) fn about(rule: BuiltIn) -> About {
        About { name: rule.word().to_owned(), remedy: String::new() }
    }

    /// The rule as pages list it, with the apps for which it is switched off.
    pub(crate) fn describe(rule: BuiltIn, off: Vec<String>) -> BuiltInRule {
        let About { name, remedy } = Self::about(rule);
        BuiltInRule { rule, name, sentence: String::new(), remedy, severity: Severity::Critical, off }
    }
}
