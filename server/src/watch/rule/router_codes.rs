//! Failed requests that the platform's router reports: H10, H12, H14 and the like, each code beside
//! its usual number. A grave one is said at once.

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
    words::percent,
};
use crate::watch::{
    code,
    judgement::{Judgement, Outcome, Timing},
};

pub(super) const RULE: Entry = Entry {
    rule: BuiltIn::RouterCodes,
    name: "Router errors",
    sentence: "The platform's router reports failed requests (H10, H12, H14 and the like) far more often than usual.",
    remedy: "Look the code up, and at the dynos' own lines of that time: crashes, timeouts, or no dynos at all.",
    severity: Severity::Critical,
    cause: Cause::Requests,
    timing: timing(0, 300),
    metric: Some("router.errors"),
    judge,
};

/// This many of a critical code in a minute, being this share of the requests, are grave.
const GRAVE_MIN: u64 = 10;
const GRAVE_SHARE: f64 = 0.02;
/// This many in 5 min, being this share, are grave where requests are few.
const GRAVE_FEW: u64 = 3;
const GRAVE_FEW_SHARE: f64 = 0.3;
/// This many in 5 min, being this share of the requests, are worth a look.
const WARNING_MIN: u64 = 3;
const WARNING_SHARE: f64 = 0.002;
/// This many of a critical code in 15 min, being this share, are so where requests are few. Three
/// that are spread over minutes have lasted long enough.
const FEW_MIN: u64 = 3;
const FEW_SHARE: f64 = 0.05;
const FEW_FOR_S: i64 = 30;
const CHANCE_MAX: f64 = 1e-5;
/// So many times the usual number is a difference that matters.
const TIMES: f64 = 3.0;
/// A firing rule goes on above this share of the limits. A busy app always has a few of some code.
const CLEAR: f64 = 0.5;
/// What counts as usual where nothing is known, an hour.
const UNKNOWN_PER_H: f64 = 0.1;

fn judge(rule: &Entry, observed: &Observed, expected: Option<&Expected>) -> Judgement {
    let is_critical = |code: &ErrorCode| code::lookup(*code).severity == code::Severity::Critical;
    let mut counts: Vec<CodeCount> = CodeCount::list(observed, ErrorCode::is_http);
    counts.retain(|it| code::lookup(it.code).severity != code::Severity::Info);
    let worst = counts
        .iter()
        .filter_map(|it| Some((it, breach(it, is_critical(&it.code), observed, expected)?)))
        .min_by_key(|(count, (severity, _))| (*severity, std::cmp::Reverse(count.five)));
    let Some((count, (severity, timing))) = worst else {
        let is_near = counts.iter().any(|it| is_near(it, observed, expected));
        return rule.plain(if is_near { Outcome::Between } else { Outcome::Clear });
    };
    let breach = count.breach(rule, expected);
    let detail = format!("{}{}", breach.detail, of_requests(count, observed));
    Judgement { severity, timing, detail, ..breach }
}

fn of_requests(count: &CodeCount, observed: &Observed) -> String {
    let (n, minutes) = count.newest();
    let total = if minutes == 1 { observed.minute.total() } else { observed.five.total() };
    if total > n { format!(", {} of requests", percent(n as f64 / total as f64)) } else { String::new() }
}

fn breach(
    count: &CodeCount,
    is_critical: bool,
    observed: &Observed,
    expected: Option<&Expected>,
) -> Option<(Severity, Timing)> {
    let usual_in = |seconds| expected_in(count.code, seconds, expected, UNKNOWN_PER_H);
    let is_more = |n: u64, seconds| {
        let usual = usual_in(seconds);
        n as f64 >= usual * TIMES && poisson_at_least(n, usual) < CHANCE_MAX
    };
    let share = |n: u64, of: u64| n as f64 / of.max(n) as f64;
    let (in_minute, in_five) = (share(count.minute, observed.minute.total()), share(count.five, observed.five.total()));
    let is_grave = count.minute >= GRAVE_MIN && in_minute >= GRAVE_SHARE && is_more(count.minute, 60)
        || count.five >= GRAVE_FEW
            && in_five >= GRAVE_FEW_SHARE
            && is_more(count.five, 300)
            && goes_on(count, observed);
    if is_critical && is_grave {
        return Some((Severity::Critical, timing(0, 300)));
    }
    let is_worth = count.five >= WARNING_MIN && in_five >= WARNING_SHARE && is_more(count.five, 300);
    let quarter = count.five.max(observed.quarter.codes.get(&count.code).copied().unwrap_or(0));
    let of_quarter = observed.quarter.total().max(observed.five.total());
    let is_worth_of_few =
        is_critical && quarter >= FEW_MIN && share(quarter, of_quarter) >= FEW_SHARE && is_more(quarter, 900);
    let for_s = if is_worth_of_few { FEW_FOR_S } else { 90 };
    let is_any = is_worth || is_worth_of_few;
    (is_any && goes_on(count, observed)).then(|| (Severity::Warning, timing(for_s, 300)))
}

/// Whether there is still so much of a code that a firing rule goes on.
fn is_near(count: &CodeCount, observed: &Observed, expected: Option<&Expected>) -> bool {
    let usual = expected_in(count.code, 300, expected, UNKNOWN_PER_H);
    let share = count.five as f64 / observed.five.total().max(count.five) as f64;
    let is_many = count.five >= WARNING_MIN && count.minute > 0;
    is_many && share >= WARNING_SHARE * CLEAR && count.five as f64 >= usual * TIMES * CLEAR
}

/// Whether the last minute still has it, or has too few requests to tell.
fn goes_on(count: &CodeCount, observed: &Observed) -> bool {
    count.minute > 0 || observed.minute.total() < 5
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]
mod tests {
    use contract::ByStatusClass;

    use super::super::observed::Counts;
    use super::*;

    const NOW_S: i64 = 1_790_000_000;

    #[track_caller]
    fn check(codes: &[(&str, u64)], requests: u64, usual_per_h: Option<f64>, said: &str) {
        let counts = Counts {
            requests: ByStatusClass::new([requests, 0, 0, 0]),
            codes: codes.iter().map(|it| (it.0.parse().unwrap(), it.1)).collect(),
            ..Counts::default()
        };
        let code_since_s = counts.codes.keys().map(|it| (*it, NOW_S - 60)).collect();
        let observed =
            Observed { now_s: NOW_S, minute: counts.clone(), five: counts, code_since_s, ..Observed::default() };
        let codes_per_h = usual_per_h.map(|it| observed.five.codes.keys().map(|code| (*code, it)).collect());
        let expected = Expected { codes_per_h, ..Expected::default() };
        let found = judge(&RULE, &observed, Some(&expected));
        let text = format!("{} {} {} after {} s", found.severity.word(), found.what, found.detail, found.timing.for_s);
        let text = if found.outcome == Outcome::Breach { text } else { format!("{:?}", found.outcome).to_lowercase() };
        assert_eq!(text, said);
    }

    #[test]
    fn ok_grave_codes_at_once() {
        let said = "critical H12 request timeouts 12/min since 14:12, 19.4 % of requests after 0 s";
        check(&[("H12", 12)], 62, None, said);
        check(&[("H12", 41)], 0, None, "critical H12 request timeouts 41/min since 14:12 after 0 s");
        check(&[("H10", 3)], 4, None, "critical H10 app crashes 3/min since 14:12, 75.0 % of requests after 0 s");
    }

    #[test]
    fn ok_some_are_worth_a_look() {
        check(
            &[("H13", 6)],
            300,
            None,
            "warning H13 connections closed without response 6/min since 14:12, 2.0 % of requests after 90 s",
        );
        check(
            &[("H15", 40)],
            300,
            None,
            "warning H15 idle connections 40/min since 14:12, 13.3 % of requests after 90 s",
        );
    }

    #[test]
    fn ok_a_few_of_few_requests() {
        let counts = |n: u64, h10: u64| Counts {
            requests: ByStatusClass::new([n, 0, 0, 0]),
            codes: [("H10".parse().unwrap(), h10)].into(),
            ..Counts::default()
        };
        let for_s = |quarter: Counts| {
            let observed = Observed { minute: counts(2, 1), five: counts(9, 1), quarter, ..Observed::default() };
            let found = judge(&RULE, &observed, None);
            (found.outcome == Outcome::Breach).then_some(found.timing.for_s)
        };
        assert_eq!(for_s(counts(30, 2)), None);
        assert_eq!(for_s(counts(30, 3)), Some(FEW_FOR_S));
        assert_eq!(for_s(counts(300, 3)), None);
    }

    #[test]
    fn ok_usual_and_harmless_ones_are_quiet() {
        check(&[], 300, None, "clear");
        check(&[("H12", 1)], 2, None, "clear");
        check(&[("H27", 40)], 300, None, "clear");
        check(&[("H12", 12)], 3_000, Some(600.0), "clear");
        // A few of very many.
        check(&[("H12", 12)], 150_000, None, "clear");
        check(&[("H12", 200)], 150_000, None, "between");
    }
}
