//! How one rule of an incident goes on, from one judging to the next.

use contract::alert::{BuiltIn, RuleId, Severity};

use crate::{
    store::alert::memory::{Phase, RuleMemory},
    watch::judgement::{Judgement, Outcome},
};

/// The most that one judging adds to a wait, milliseconds: a server that was stopped for an hour
/// has not judged for an hour.
pub(crate) const ELAPSED_MAX_MS: i64 = 30_000;
/// Each return within an hour lengthens the clear time this many times. Twice would take five
/// returns from two minutes to an hour; four times takes two.
const FLAP_TIMES: i64 = 4;
/// The longest clear time of something that comes and goes, seconds. A rule's own may be longer.
pub(crate) const FLAP_CLEAR_MAX_S: i64 = 3_600;
/// The clear time that is lengthened when a rule has less, seconds.
const FLAP_CLEAR_MIN_S: i64 = 30;
/// Time between reminders of a critical built-in rule, seconds: Alertmanager repeats as often.
/// Warnings are not repeated.
const REMIND_CRITICAL_S: i64 = 4 * 3_600;
/// How far back a breach may have begun, milliseconds: a week.
const SINCE_MAX_MS: i64 = 7 * 86_400_000;

/// What became of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    /// Nothing that anybody is told.
    Same,
    /// It fires.
    Fires,
    /// It was wrong again when, without the longer wait, it would have been over.
    ComesAndGoes,
    /// It is over after it has fired.
    Over,
    /// It is over before it has fired.
    Passed,
}

/// A rule whose value has just become wrong, and whether it fires at once.
pub(crate) fn begin(judgement: &Judgement, at_ms: i64) -> (RuleMemory, Turn) {
    let fires = judgement.timing.for_s <= 0;
    let since_ms = judgement.since_s.map_or(at_ms, |it| it.saturating_mul(1_000));
    let mut memory = RuleMemory {
        rule: judgement.rule,
        group: judgement.group.clone(),
        phase: if fires { Phase::Firing } else { Phase::Pending },
        waited_ms: 0,
        for_s: 0,
        clear_s: 0,
        remind_s: None,
        since_ms: since_ms.clamp(at_ms.saturating_sub(SINCE_MAX_MS), at_ms),
        severity: judgement.severity,
        what: String::new(),
        detail: String::new(),
        metric: None,
        value: None,
        limit: None,
        usual: None,
        unit: String::new(),
    };
    remember(&mut memory, judgement);
    (memory, if fires { Turn::Fires } else { Turn::Same })
}

/// Goes on with a rule. Without a judgement it has nothing to complain about.
pub(crate) fn advance(memory: &mut RuleMemory, judged: Option<&Judgement>, elapsed_ms: i64, flaps: u32) -> Turn {
    let outcome = judged.map_or(Outcome::Clear, |it| it.outcome);
    if let Some(judgement) = judged {
        memory.for_s = judgement.timing.for_s;
        memory.clear_s = judgement.timing.clear_s;
        if outcome == Outcome::Breach {
            remember(memory, judgement);
        }
    }
    let waited_ms = memory.waited_ms.saturating_add(elapsed_ms.clamp(0, ELAPSED_MAX_MS));
    match (memory.phase, outcome) {
        (_, Outcome::Unknown) | (Phase::Firing, Outcome::Breach | Outcome::Between) => Turn::Same,
        (Phase::Pending, Outcome::Breach) if waited_ms >= memory.for_s.saturating_mul(1_000) => {
            enter(memory, Phase::Firing);
            Turn::Fires
        }
        (Phase::Pending, Outcome::Breach) => {
            memory.waited_ms = waited_ms;
            Turn::Same
        }
        (Phase::Pending, Outcome::Between) => {
            memory.waited_ms = 0;
            Turn::Same
        }
        (Phase::Pending, Outcome::Clear) => Turn::Passed,
        (Phase::Clearing, Outcome::Breach | Outcome::Between) => {
            let was_due = flaps > 0 && memory.waited_ms >= memory.clear_s.saturating_mul(1_000);
            enter(memory, Phase::Firing);
            if was_due { Turn::ComesAndGoes } else { Turn::Same }
        }
        (Phase::Firing, Outcome::Clear) => {
            enter(memory, Phase::Clearing);
            if clear_ms(memory.clear_s, flaps) == 0 { Turn::Over } else { Turn::Same }
        }
        (Phase::Clearing, Outcome::Clear) if waited_ms >= clear_ms(memory.clear_s, flaps) => Turn::Over,
        (Phase::Clearing, Outcome::Clear) => {
            memory.waited_ms = waited_ms;
            Turn::Same
        }
    }
}

fn enter(memory: &mut RuleMemory, phase: Phase) {
    (memory.phase, memory.waited_ms) = (phase, 0);
}

/// Takes over what a breach says.
fn remember(memory: &mut RuleMemory, judgement: &Judgement) {
    let is_repeated = matches!(judgement.rule, RuleId::BuiltIn(it) if it != BuiltIn::Silence);
    let by_default = (is_repeated && judgement.severity == Severity::Critical).then_some(REMIND_CRITICAL_S);
    memory.for_s = judgement.timing.for_s;
    memory.clear_s = judgement.timing.clear_s;
    memory.remind_s = judgement.timing.remind_s.or(by_default);
    memory.severity = memory.severity.min(judgement.severity);
    memory.what.clone_from(&judgement.what);
    memory.detail.clone_from(&judgement.detail);
    memory.metric.clone_from(&judgement.metric);
    (memory.value, memory.limit, memory.usual) = (judgement.value, judgement.limit, judgement.usual);
    memory.unit.clone_from(&judgement.unit);
}

/// How long a rule must be right before it is over, milliseconds.
pub(crate) fn clear_ms(clear_s: i64, flaps: u32) -> i64 {
    let lengthened = || {
        let times = FLAP_TIMES.saturating_pow(flaps);
        clear_s.max(FLAP_CLEAR_MIN_S).saturating_mul(times).min(FLAP_CLEAR_MAX_S).max(clear_s)
    };
    (if flaps == 0 { clear_s } else { lengthened() }).saturating_mul(1_000)
}

#[cfg(test)]
mod lengths {
    use super::*;

    #[test]
    fn ok_returns_lengthen_the_clear_time() {
        let lengths = |clear_s: i64| [0, 1, 2, 3, 30].map(|flaps| clear_ms(clear_s, flaps) / 1_000);
        assert_eq!(lengths(120), [120, 480, 1_920, 3_600, 3_600]);
        assert_eq!(lengths(0), [0, 120, 480, 1_920, 3_600]);
        assert_eq!(lengths(86_400), [86_400; 5]);
    }
}
