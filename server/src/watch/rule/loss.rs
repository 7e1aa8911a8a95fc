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
/// A firing rule goes on above this share.
const CLEAR: f64 = 0.000_25;

fn judge(rule: &Entry, observed: &Observed, _: Option<&Expected>) -> Judgement {
    let (lost, all) = (observed.five.lost, observed.five.lines + observed.five.lost);
    let share = lost as f64 / all.max(1) as f64;
    let outcome = match share {
        SHARE_MIN.. if lost >= LOST_MIN => Outcome::Breach,
        CLEAR.. => Outcome::Between,
        _ => return rule.plain(Outcome::Clear),
    };
    Judgement {
        value: Some(lost as f64),
        limit: Some(LOST_MIN as f64),
        what: format!("{} lost in 5 min", counted(lost, "log line", "log lines")),
        detail: format!("{} of all; counts are too low", percent(share)),
        ..rule.plain(outcome)
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
        check(3, 100_000, Outcome::Clear);
        check(50, 100_000, Outcome::Between);
        check(5, 0, Outcome::Breach);
    }
}
