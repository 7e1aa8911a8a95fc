//! Far more requests than usual.

use contract::alert::{BuiltIn, Cause, Severity};

use super::{
    entry::{Entry, timing},
    expected::Expected,
    observed::Observed,
    statistics::poisson_at_least,
    traffic::{usual, windows},
    words::{grouped, rate},
};
use crate::watch::judgement::{Judgement, Outcome};

pub(super) const RULE: Entry = Entry {
    rule: BuiltIn::TrafficSurge,
    name: "Traffic surge",
    sentence: "More than four times the usual requests at this hour, in 5 min to 1 h.",
    remedy: "See who calls, and scale up while it lasts.",
    severity: Severity::Warning,
    cause: Cause::Traffic,
    timing: timing(180, 600),
    metric: Some("router.requests"),
    judge,
};

/// The limit, as a multiple of the upper end of the usual range.
const TIMES: f64 = 4.0;
const CHANCE_MAX: f64 = 1e-7;
/// A firing rule goes on above this multiple.
const CLEAR_TIMES: f64 = 2.0;

fn judge(rule: &Entry, observed: &Observed, expected: Option<&Expected>) -> Judgement {
    let Some(band) = usual(expected) else { return rule.plain(Outcome::Unknown) };
    let five_per_s = windows(observed).filter(|it| it.length_s <= 300).last().map_or(0.0, |it| it.per_s());
    for window in windows(observed).filter(|it| it.length_s >= 300) {
        let (requests, mean) = window.by_chance(band.high);
        if window.per_s() <= band.high * TIMES
            || five_per_s < band.high * CLEAR_TIMES
            || poisson_at_least(requests.floor() as u64, mean) >= CHANCE_MAX
        {
            continue;
        }
        return Judgement {
            value: Some(window.per_s()),
            limit: Some(band.high * TIMES),
            usual: Some(band.mid),
            unit: "/s".to_owned(),
            what: format!("{:.1}× the usual requests", window.per_s() / band.mid),
            detail: format!("{} requests in {}, usually {}", grouped(window.requests), window.name, rate(band.mid)),
            ..rule.plain(Outcome::Breach)
        };
    }
    rule.plain(if five_per_s > band.high * CLEAR_TIMES { Outcome::Between } else { Outcome::Clear })
}

#[cfg(test)]
mod tests {
    use contract::{ByStatusClass, alert::Band};

    use super::super::observed::Counts;
    use super::*;

    #[track_caller]
    fn check(per_s: f64, five: u64, hour: u64, outcome: Outcome, what: &str) {
        let requests = |n| Counts { requests: ByStatusClass::new([n, 0, 0, 0]), ..Counts::default() };
        let observed = Observed { now_s: 10_000, five: requests(five), hour: requests(hour), ..Observed::default() };
        let band = Band { low: per_s * 0.8, mid: per_s, high: per_s * 1.2 };
        let expected = Expected { requests_per_s: Some(band), ..Expected::default() };
        let found = judge(&RULE, &observed, Some(&expected));
        assert_eq!((found.outcome, found.what.as_str()), (outcome, what));
    }

    #[test]
    fn ok_surges() {
        check(5.0, 1_600, 18_000, Outcome::Clear, "");
        check(5.0, 4_000, 20_000, Outcome::Between, "");
        check(5.0, 7_500, 20_000, Outcome::Breach, "5.0× the usual requests");
        // Of a quiet app a few more requests may be chance.
        check(0.01, 12, 40, Outcome::Between, "");
        check(0.01, 60, 400, Outcome::Breach, "20.0× the usual requests");
    }
}
