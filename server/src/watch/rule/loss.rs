//! Log lines are lost, so that every count is too low.

use contract::alert::{BuiltIn, Cause, Severity};

use super::{
    entry::{Entry, timing},
    expected::Expected,
    observed::Observed,
    words::{counted, percent},
};
use crate::watch::judgement::{Judgement, Outcome};

pub(super) const RULE: Entry = Entry {
    rule: BuiltIn::Loss,
    name: "Lost lines",
    sentence: "At least three log lines in 5 min, and one in a thousand, are lost.",
    remedy: "See why on the Metrics page (drain.losses): lines that are too long, a drain that overflows, or a wrong format.",
    severity: Severity::Warning,
    cause: Cause::Loss,
    timing: timing(60, 600),
    metric: Some("drain.lost"),
    judge,
};

const LOST_MIN: u64 = 3;
const SHARE_MIN: f64 = 0.001;

fn judge(rule: &Entry, observed: &Observed, _: Option<&Expected>) -> Judgement {
    let (lost, all) = (observed.five.lost, observed.five.lines + observed.five.lost);
    if lost == 0 {
        return rule.plain(Outcome::Clear);
    }
    let share = lost as f64 / all as f64;
    let is_beyond = lost >= LOST_MIN && share >= SHARE_MIN;
    Judgement {
        value: Some(lost as f64),
        limit: Some(LOST_MIN as f64),
        what: format!("{} lost in 5 min", counted(lost, "log line", "log lines")),
        detail: format!("{} of all; counts are too low", percent(share)),
        ..rule.plain(if is_beyond { Outcome::Breach } else { Outcome::Between })
    }
}

#[cfg(test)]
mod tests {
    use super::super::observed::Counts;
    use super::*;

    #[test]
    fn ok_losses() {
        let check = |lost: u64, lines: u64, outcome: Outcome| {
            let five = Counts { lines, lost, ..Counts::default() };
            let found = judge(&RULE, &Observed { five, ..Observed::default() }, None);
            assert_eq!(found.outcome, outcome, "{lost} of {lines}");
        };
        check(0, 100, Outcome::Clear);
        check(1, 100, Outcome::Between);
        check(3, 100, Outcome::Breach);
        check(3, 100_000, Outcome::Between);
        check(5, 0, Outcome::Breach);
    }
}
