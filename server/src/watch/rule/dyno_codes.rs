//! A dyno's trouble as the platform reports it: R14, R15, R10 and the like, and drains that
//! overflow at the platform, each code beside its usual number.

use contract::{
    ErrorCode,
    alert::{BuiltIn, Cause, Severity},
};

use super::{
    code_count::{CodeCount, expected_in},
    entry::{Entry, timing},
    expected::Expected,
    observed::Observed,
    statistics::poisson_at_least,
};
use crate::watch::{
    code,
    judgement::{Judgement, Outcome},
};

pub(super) const RULE: Entry = Entry {
    rule: BuiltIn::DynoCodes,
    name: "Dyno errors",
    sentence: "The platform reports a dyno's trouble (R14, R15, R10 and the like) that is not usual for the app.",
    remedy: "Look at the dyno's memory and its last lines; restart it, or give it more memory.",
    severity: Severity::Critical,
    cause: Cause::Memory,
    timing: timing(0, 600),
    metric: Some("dyno.errors"),
    judge,
};

/// One occurrence of these is enough if it isn't usual.
const CHANCE_MAX: f64 = 0.005;
/// Of warnings, this many in 5 min, with this chance. They must last: each dyno that stops may give
/// one.
const WARNING_MIN: u64 = 3;
const WARNING_CHANCE_MAX: f64 = 1e-4;
const WARNING_FOR_S: i64 = 420;
/// What counts as usual where nothing is known, an hour.
const UNKNOWN_PER_H: f64 = 0.01;
/// Codes that take a dyno out of service.
const GRAVE: [&str; 3] = ["R10", "R11", "R15"];

fn judge(rule: &Entry, observed: &Observed, expected: Option<&Expected>) -> Judgement {
    let mut counts = CodeCount::list(observed, |it| !it.is_http());
    counts.retain(|it| code::lookup(it.code).severity != code::Severity::Info);
    let breaches = |count: &CodeCount| {
        let chance = poisson_at_least(count.five, expected_in(count.code, 300, expected, UNKNOWN_PER_H));
        match code::lookup(count.code).severity {
            code::Severity::Critical => chance < CHANCE_MAX,
            _ => count.five >= WARNING_MIN && chance < WARNING_CHANCE_MAX,
        }
    };
    let is_grave = |code: ErrorCode| GRAVE.contains(&code.as_str());
    let worst = counts.iter().filter(|it| breaches(it)).max_by_key(|it| (is_grave(it.code), it.five));
    let Some(count) = worst else {
        let is_near = |it: &CodeCount| it.five as f64 > expected_in(it.code, 300, expected, UNKNOWN_PER_H);
        return rule.plain(if counts.iter().any(is_near) { Outcome::Between } else { Outcome::Clear });
    };
    let for_s = if code::lookup(count.code).severity == code::Severity::Critical { 0 } else { WARNING_FOR_S };
    Judgement {
        severity: if is_grave(count.code) { Severity::Critical } else { Severity::Warning },
        cause: cause(count.code),
        timing: timing(for_s, rule.timing.clear_s),
        ..count.breach(rule, expected)
    }
}

/// The incident that a code belongs to.
fn cause(code: ErrorCode) -> Cause {
    match code.as_str() {
        "R14" | "R15" => Cause::Memory,
        it if it.starts_with('L') => Cause::Loss,
        _ => Cause::Processes,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]
mod tests {
    use super::super::observed::Counts;
    use super::*;

    const NOW_S: i64 = 1_790_000_000;

    #[track_caller]
    fn check(codes: &[(&str, u64)], usual_per_h: Option<f64>, said: &str) {
        let codes = codes.iter().map(|it| (it.0.parse().unwrap(), it.1)).collect();
        let counts = Counts { codes, ..Counts::default() };
        let code_since_s = counts.codes.keys().map(|it| (*it, NOW_S - 120)).collect();
        let observed =
            Observed { now_s: NOW_S, minute: counts.clone(), five: counts, code_since_s, ..Observed::default() };
        let codes_per_h = usual_per_h.map(|it| observed.five.codes.keys().map(|code| (*code, it)).collect());
        let expected = Expected { codes_per_h, ..Expected::default() };
        let found = judge(&RULE, &observed, Some(&expected));
        let text = format!("{} {} {} {}", found.severity.word(), found.cause, found.what, found.detail);
        let text = if found.outcome == Outcome::Breach { text } else { format!("{:?}", found.outcome).to_lowercase() };
        assert_eq!(text, said);
    }

    #[test]
    fn ok_memory_and_boots() {
        check(&[("R14", 3)], None, "warning memory R14 memory quota exceeded 3/min since 14:11");
        check(&[("R14", 1)], Some(0.0), "warning memory R14 memory quota exceeded 1/min since 14:11");
        check(&[("R14", 9), ("R15", 1)], None, "critical memory R15 memory quota vastly exceeded 1/min since 14:11");
        check(&[("R10", 1)], None, "critical processes R10 boot timeouts 1/min since 14:11");
    }

    #[test]
    fn ok_usual_ones_are_quiet() {
        check(&[], None, "clear");
        check(&[("R14", 15)], Some(180.0), "clear");
        check(&[("R12", 1)], None, "between");
        check(&[("L15", 9)], None, "clear");
    }
}
