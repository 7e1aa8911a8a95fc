//! No lines for longer than the app's usual gaps. An app that speaks once an hour is not silent
//! after two minutes.

use contract::alert::{Basis, BuiltIn, Cause, Severity};

use super::{
    entry::{Entry, timing},
    expected::Expected,
    observed::Observed,
    words::duration,
};
use crate::watch::judgement::{Judgement, Outcome};

pub(super) const RULE: Entry = Entry {
    rule: BuiltIn::Silence,
    name: "Silence",
    sentence: "No log lines for three times as long as the longest usual gap, and for 90 s at least.",
    remedy: "Check that the app runs and that its drain still exists.",
    severity: Severity::Critical,
    cause: Cause::Silence,
    timing: timing(0, 60),
    metric: Some("drain.lines"),
    judge,
};

/// The limit, as a multiple of the longest usual gap.
const TIMES: f64 = 3.0;
/// Never sooner than this: batches may be late, seconds.
const QUIET_MIN_S: i64 = 90;
/// Gaps are measured in whole minutes. For an app that usually has this many lines a second, a gap
/// of one minute is no gap at all.
const BUSY_PER_S: f64 = 0.3;
const GAP_OF_BUSY_S: f64 = 60.0;
/// Where no gap is known yet, seconds.
const QUIET_UNKNOWN_S: i64 = 300;
/// Where only the hours before are known, seconds: nights are quieter.
const QUIET_OF_HOURS_S: i64 = 900;

fn judge(rule: &Entry, observed: &Observed, expected: Option<&Expected>) -> Judgement {
    let Some(heard_s) = observed.heard_s else {
        // The drain may not be in use yet.
        return rule.plain(Outcome::Unknown);
    };
    let (gap_s, limit_s) = (gap_s(expected), limit_s(expected));
    let quiet_s = observed.quiet_s();
    if quiet_s < limit_s {
        // Soon after a start it is not known yet whether a silence from before goes on.
        let outcome = if heard_s < observed.listening_s { Outcome::Unknown } else { Outcome::Clear };
        return Judgement { value: Some(quiet_s as f64), limit: Some(limit_s as f64), ..rule.plain(outcome) };
    }
    let usually = gap_s.map(|it| format!("usually at most {}", duration((it as i64).max(1)))).unwrap_or_default();
    Judgement {
        value: Some(quiet_s as f64),
        limit: Some(limit_s as f64),
        usual: gap_s,
        unit: "s".to_owned(),
        since_s: Some(heard_s),
        what: format!("no log lines for {}", duration(observed.now_s - heard_s)),
        detail: usually,
        ..rule.plain(Outcome::Breach)
    }
}

/// The longest usual gap, seconds.
fn gap_s(expected: Option<&Expected>) -> Option<f64> {
    expected.and_then(|it| it.gap_s).filter(|it| it.is_finite())
}

/// From how long a silence on it is said, seconds.
pub(super) fn limit_s(expected: Option<&Expected>) -> i64 {
    let is_busy = expected.and_then(|it| it.lines_per_s).is_some_and(|it| it.low >= BUSY_PER_S);
    let is_young = !is_busy && expected.is_some_and(|it| it.basis == Basis::Hours);
    match gap_s(expected) {
        None => QUIET_UNKNOWN_S,
        Some(gap_s) if is_young => ((gap_s * TIMES) as i64).max(QUIET_OF_HOURS_S),
        Some(gap_s) if is_busy && gap_s <= GAP_OF_BUSY_S => QUIET_MIN_S,
        Some(gap_s) => ((gap_s * TIMES) as i64).max(QUIET_MIN_S),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW_S: i64 = 1_790_000_000;

    #[track_caller]
    fn check(quiet_s: i64, listening_for_s: i64, gap_s: Option<f64>, said: &str) {
        let heard_s = Some(NOW_S - quiet_s);
        let observed = Observed { now_s: NOW_S, heard_s, listening_s: NOW_S - listening_for_s, ..Observed::default() };
        let found = judge(&RULE, &observed, Some(&Expected { gap_s, ..Expected::default() }));
        let text = format!("{}, {}", found.what, found.detail);
        let text = if found.outcome == Outcome::Breach { text } else { format!("{:?}", found.outcome).to_lowercase() };
        assert_eq!(text, said);
    }

    #[test]
    fn ok_gaps() {
        check(89, 99_999, Some(2.0), "clear");
        check(90, 99_999, Some(2.0), "no log lines for 1 min, usually at most 2 s");
        check(3_600, 99_999, Some(3_500.0), "clear");
        check(11_520, 99_999, Some(3_500.0), "no log lines for 3 h 12 min, usually at most 58 min");
        check(290, 99_999, None, "clear");
        check(310, 99_999, None, "no log lines for 5 min, ");
        // The server has just started: silence neither begins nor ends by that.
        check(11_520, 20, Some(2.0), "unknown");
        check(11_520, 100, Some(2.0), "no log lines for 3 h 12 min, usually at most 2 s");
        check(10, 20, Some(2.0), "clear");
    }

    #[test]
    fn ok_an_app_that_never_spoke_is_not_silent() {
        let found = judge(&RULE, &Observed { now_s: NOW_S, ..Observed::default() }, None);
        assert_eq!(found.outcome, Outcome::Unknown);
    }
}
