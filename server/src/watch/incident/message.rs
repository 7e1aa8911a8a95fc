//! Lines of timelines and messages, put together from what is remembered.

use contract::alert::{Entry, EntryKind, Incident, RuleId};

use super::context::Moment;
use crate::store::alert::{
    memory::{Memory, Phase, RuleMemory},
    notice::{Notice, NoticeKind},
};

/// Most further rules that a message names.
const OTHERS_MAX: usize = 5;

/// A message about an incident as it is now. `of` is the rule whose value it has; otherwise it is
/// the one that decided.
pub(super) fn notice(
    incident: &Incident,
    memory: &Memory,
    kind: NoticeKind,
    now: Moment,
    of: Option<&RuleMemory>,
) -> Notice {
    let rules = &memory.rules;
    let decided = |it: &&RuleMemory| it.rule == incident.rule;
    let of = of.or_else(|| rules.iter().find(decided)).or(rules.first());
    let others = rules.iter().filter(|it| it.phase != Phase::Pending && it.what != incident.what);
    let is_over = kind == NoticeKind::Resolved && memory.worst_value.is_some();
    let now_is = |rule: &RuleMemory| (rule.value, rule.limit, rule.usual);
    let worst = (memory.worst_value, memory.worst_limit, memory.worst_usual);
    let (value, limit, usual) = if is_over { worst } else { of.map(now_is).unwrap_or_default() };
    Notice {
        kind,
        incident: Some(incident.clone()),
        at_ms: now.at_ms,
        value,
        limit,
        usual,
        unit: of.map(|it| it.unit.clone()).unwrap_or_default(),
        others: others.take(OTHERS_MAX).map(|it| it.what.clone()).collect(),
    }
}

/// A line about the incident as a whole, or about the rule that decided.
pub(super) fn line(now: Moment, kind: EntryKind, rule: Option<RuleId>, text: impl Into<String>) -> Entry {
    Entry { at_ms: now.at_ms, kind, rule, group: String::new(), text: text.into() }
}

/// A line about a rule.
pub(super) fn entry(now: Moment, kind: EntryKind, rule: &RuleMemory) -> Entry {
    let text = if rule.detail.is_empty() { rule.what.clone() } else { format!("{}: {}", rule.what, rule.detail) };
    Entry { at_ms: now.at_ms, kind, rule: Some(rule.rule), group: rule.group.clone(), text }
}

/// How far a value is from its limit, as a share of the limit. Without a limit it is the value:
/// rules without one count something bad.
pub(super) fn beyond(rule: &RuleMemory) -> Option<f64> {
    let value = rule.value?;
    let share = rule.limit.map_or(value, |limit| (value - limit).abs() / limit.abs().max(f64::MIN_POSITIVE));
    share.is_finite().then_some(share)
}
