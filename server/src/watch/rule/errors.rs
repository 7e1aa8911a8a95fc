//! More server errors than usual, in 5 min, 15 min, an hour or 6 h: the exact chance of that many
//! among that many requests, and a difference that matters.

use contract::alert::{BuiltIn, Cause, Severity};

use super::{
    entry::{Entry, timing},
    expected::Expected,
    observed::{Counts, Observed},
    statistics::{at_least, at_most, share_at_most},
    words::{grouped, percent},
};
use crate::watch::judgement::{Judgement, Outcome, Timing};

pub(super) const RULE: Entry = Entry {
    rule: BuiltIn::Errors,
    name: "Server errors",
    sentence: "More requests fail with 5xx than usual at this hour, in 5 min to 6 h, beyond what chance explains.",
    remedy: "Look at the failing requests in the logs, and at the release before them.",
    severity: Severity::Critical,
    cause: Cause::Requests,
    timing: timing(60, 300),
    metric: Some("router.requests"),
    judge,
};

/// What is usual where nothing is known yet, and the least that is ever taken for usual.
const USUAL_UNKNOWN: f64 = 0.01;
const USUAL_MIN: f64 = 0.001;
/// So many times the usual share, and so much more than it in 5 min and in 6 h, is a difference
/// that matters. The share of 5 min wanders on any day.
const TIMES: f64 = 2.5;
const MORE_FIVE: f64 = 0.01;
const MORE_SIX: f64 = 0.005;
/// A number of errors with less than this probability is not put down to chance. Windows overlap
/// and are judged every few seconds: that is some 10,000 independent looks a month.
const CHANCE_MAX: f64 = 1e-7;
/// The same in 15 min, and over an hour and more, where there are some thousand and some hundred
/// independent looks a month.
const CHANCE_QUARTER_MAX: f64 = 1e-6;
const CHANCE_LONG_MAX: f64 = 1e-5;
/// A firing rule goes on above this share of the limit.
const CLEAR: f64 = 0.6;
/// The newest requests say that it is over when so few errors among them have less than this
/// chance, at so much of the longer range's share.
const OVER_CHANCE: f64 = 0.05;
const OVER_SHARE: f64 = 0.8;
/// What is wrong over 6 h must be seen in the last hour too, with this chance. It is looked at six
/// times while an incident that is over is still part of the 6 h.
const SEEN_CHANCE: f64 = 0.01;
/// From this share on, or from twice the limit where that is more, it is worth waking somebody.
const CRITICAL: f64 = 0.05;
/// From this share in 5 min on it is no blip, and fires at once.
const OUTAGE: f64 = 0.5;

fn judge(rule: &Entry, observed: &Observed, expected: Option<&Expected>) -> Judgement {
    if observed.six.total() == 0 {
        return rule.plain(Outcome::Unknown);
    }
    let usual = usual(expected);
    let (limit, limit_six) = (limit(usual, MORE_FIVE), limit(usual, MORE_SIX));
    let (minute, five, hour, six) = (&observed.minute, &observed.five, &observed.hour, &observed.six);
    if is_beyond(five, usual, limit, CHANCE_MAX) && !is_over(five, minute) {
        return said(rule, (five, "5 min"), (usual, limit), expected, of_five(five, limit));
    }
    // Quiet apps have too few requests in 5 min.
    let goes_on = |of: &Counts, newest: &[&Counts]| newest.iter().all(|it| !is_over(of, it));
    let quarter = &observed.quarter;
    if is_beyond(quarter, usual, limit, CHANCE_QUARTER_MAX) && goes_on(quarter, &[five, minute]) {
        return said(rule, (quarter, "15 min"), (usual, limit), expected, of_five(quarter, limit));
    }
    if is_beyond(hour, usual, limit, CHANCE_LONG_MAX) && goes_on(hour, &[five, minute]) {
        return said(rule, (hour, "1 h"), (usual, limit), expected, of_hour(hour, limit));
    }
    let is_seen = |of: &Counts| at_least(of.errors(), of.total(), usual) < SEEN_CHANCE;
    if is_beyond(six, usual, limit_six, CHANCE_LONG_MAX) && is_seen(hour) && goes_on(six, &[hour, five, minute]) {
        let how = (Severity::Warning, timing(300, 600));
        return said(rule, (six, "6 h"), (usual, limit_six), expected, how);
    }
    let share = share(five).unwrap_or(0.0);
    let is_near = share >= limit * CLEAR && !is_over(five, minute) && five.errors() >= 3;
    let outcome = if is_near { Outcome::Between } else { Outcome::Clear };
    Judgement { value: Some(share * 100.0), limit: Some(limit * 100.0), unit: "%".to_owned(), ..rule.plain(outcome) }
}

/// The usual share of errors, with what its own counts leave uncertain.
fn usual(expected: Option<&Expected>) -> f64 {
    let Some(expected) = expected else { return USUAL_UNKNOWN };
    let counted = expected.errors.filter(|it| it.n > 0).map(|it| share_at_most(it.k, it.n));
    let band = expected.error_rate.map(|it| it.high);
    match (counted, band) {
        (None, None) => USUAL_UNKNOWN,
        // A few requests say little: nothing is taken for more usual than where nothing is known,
        // unless it happened.
        (Some(counted), band) => {
            let seen = expected.errors.map_or(0.0, |it| it.k as f64 / it.n.max(1) as f64);
            counted.min(USUAL_UNKNOWN.max(seen)).max(band.unwrap_or(0.0).min(counted * 2.0)).max(USUAL_MIN)
        }
        (None, Some(band)) => band.max(USUAL_MIN),
    }
}

fn share(counts: &Counts) -> Option<f64> {
    (counts.total() > 0).then(|| counts.errors() as f64 / counts.total() as f64)
}

fn is_beyond(counts: &Counts, usual: f64, limit: f64, chance_max: f64) -> bool {
    share(counts).is_some_and(|it| it >= limit) && at_least(counts.errors(), counts.total(), usual) < chance_max
}

/// Whether the newest requests of a range fail so much less than all of it that it is over.
fn is_over(counts: &Counts, newest: &Counts) -> bool {
    at_most(newest.errors(), newest.total(), share(counts).unwrap_or(0.0) * OVER_SHARE) < OVER_CHANCE
}

fn limit(usual: f64, more: f64) -> f64 {
    (usual * TIMES).max(usual + more)
}

fn of_five(five: &Counts, limit: f64) -> (Severity, Timing) {
    let share = share(five).unwrap_or(0.0);
    match share {
        it if it >= OUTAGE.max(limit) => (Severity::Critical, timing(0, 300)),
        it if it >= CRITICAL.max(limit * 2.0) => (Severity::Critical, timing(60, 300)),
        _ => (Severity::Warning, timing(120, 300)),
    }
}

fn of_hour(hour: &Counts, limit: f64) -> (Severity, Timing) {
    let is_critical = share(hour).unwrap_or(0.0) >= CRITICAL.max(limit * 2.0);
    (if is_critical { Severity::Critical } else { Severity::Warning }, timing(180, 600))
}

fn said(
    rule: &Entry,
    (counts, window): (&Counts, &str),
    (usual, limit): (f64, f64),
    expected: Option<&Expected>,
    (severity, timing): (Severity, Timing),
) -> Judgement {
    let share = share(counts).unwrap_or(0.0);
    let mid = expected.and_then(|it| Some(it.error_rate?.mid)).or_else(|| {
        let part = expected?.errors.filter(|it| it.n > 0)?;
        Some(part.k as f64 / part.n as f64)
    });
    let usually = mid.map(|it| format!(", usually {}", percent(it))).unwrap_or_default();
    Judgement {
        severity,
        timing,
        value: Some(share * 100.0),
        limit: Some(limit * 100.0),
        usual: Some(mid.unwrap_or(usual) * 100.0),
        unit: "%".to_owned(),
        what: format!("{} server errors", percent(share)),
        detail: format!("{} of {} requests in {window}{usually}", grouped(counts.errors()), grouped(counts.total())),
        ..rule.plain(Outcome::Breach)
    }
}

#[cfg(test)]
mod tests {
    use contract::ByStatusClass;

    use super::super::expected::Part;
    use super::*;

    fn counts(errors: u64, total: u64) -> Counts {
        Counts { requests: ByStatusClass::new([total - errors, 0, 0, errors]), ..Counts::default() }
    }

    fn usual_share(k: u64, n: u64) -> Expected {
        Expected { errors: Some(Part { k, n }), ..Expected::default() }
    }

    /// Judges so many errors in 5 min, and so many in 6 h.
    fn judged(five: (u64, u64), six: (u64, u64), expected: Option<&Expected>) -> Judgement {
        let five = counts(five.0, five.1);
        // An hour of a quiet app is no more than its last five minutes.
        let observed = Observed {
            minute: counts(0, 0),
            hour: five.clone(),
            six: counts(six.0, six.1),
            five,
            ..Observed::default()
        };
        judge(&RULE, &observed, expected)
    }

    #[track_caller]
    fn check(five: (u64, u64), six: (u64, u64), expected: Option<&Expected>, said: &str) {
        let found = judged(five, six, expected);
        let text = format!("{} {} {}", found.severity.word(), found.what, found.detail);
        let text = if found.outcome == Outcome::Breach { text } else { format!("{:?}", found.outcome).to_lowercase() };
        assert_eq!(text, said);
    }

    #[test]
    fn ok_few_requests() {
        check((1, 3), (1, 40), None, "clear");
        check((0, 0), (0, 0), None, "unknown");
        check((40, 60), (40, 60), None, "critical 66.7 % server errors 40 of 60 requests in 5 min");
        check((2, 8), (20, 200), None, "warning 10.0 % server errors 20 of 200 requests in 6 h");
        check((0, 80), (20, 200), None, "clear");
    }

    #[test]
    fn ok_against_usual() {
        let good = usual_share(200, 100_000);
        let known = "critical 8.0 % server errors 8 of 100 requests in 5 min, usually 0.20 %";
        check((8, 100), (8, 100), Some(&good), known);
        check((2, 600), (20, 40_000), Some(&good), "clear");
        // Huge traffic: 0.3 % instead of 0.2 % is certain, and matters to nobody.
        check((450, 150_000), (450, 150_000), Some(&good), "clear");
        let bad = usual_share(8_000, 100_000);
        check((8, 100), (8, 100), Some(&bad), "clear");
        check(
            (400, 1_000),
            (400, 1_000),
            Some(&bad),
            "critical 40.0 % server errors 400 of 1,000 requests in 5 min, usually 8.0 %",
        );
    }

    #[test]
    fn ok_few_requests_in_15_min() {
        // A quarter of an app's requests fail, at two requests a minute.
        let check = |errors: u64, outcome: Outcome| {
            let (hour, six) = (counts(errors, 120), counts(errors + 1, 700));
            let observed =
                Observed { five: counts(2, 10), quarter: counts(errors, 30), hour, six, ..Observed::default() };
            assert_eq!(judge(&RULE, &observed, Some(&usual_share(12, 6_000))).outcome, outcome);
        };
        check(2, Outcome::Clear);
        check(7, Outcome::Breach);
    }

    #[test]
    fn ok_what_is_over_is_clear() {
        let five = counts(300, 3_000);
        let observed =
            Observed { minute: counts(0, 600), hour: five.clone(), six: five.clone(), five, ..Observed::default() };
        assert_eq!(judge(&RULE, &observed, None).outcome, Outcome::Clear);
    }

    #[test]
    fn ok_near_the_limit_goes_on() {
        assert_eq!(judged((20, 1_000), (20, 1_000), None).outcome, Outcome::Between);
    }
}
