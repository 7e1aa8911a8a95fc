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

/// The limit, as a multiple of the usual rate, and of the upper end of its range. Where weeks are
/// not alike, or the hour is a steep one, the range is wide: four times its end would be eight
/// times what is usual.
const TIMES: f64 = 4.0;
const TIMES_HIGH: f64 = 2.0;
const CHANCE_MAX: f64 = 1e-7;
/// A firing rule goes on above this share of the limit.
const CLEAR: f64 = 0.5;

fn judge(rule: &Entry, observed: &Observed, expected: Option<&Expected>) -> Judgement {
    let Some(band) = usual(expected) else { return rule.plain(Outcome::Unknown) };
    let newest = |length_s: i64| windows(observed).find(|it| it.length_s == length_s).map_or(0.0, |it| it.per_s());
    let (two_per_s, five_per_s) = (newest(120), newest(300));
    let limit_per_s = (band.mid * TIMES).max(band.high * TIMES_HIGH);
    let clear_per_s = limit_per_s * CLEAR;
    for window in windows(observed).filter(|it| it.length_s >= 300) {
        let (requests, mean) = window.by_chance(band.high);
        if window.per_s() <= limit_per_s
            || two_per_s.min(five_per_s) < clear_per_s
            || poisson_at_least(requests.floor() as u64, mean) >= CHANCE_MAX
        {
            continue;
        }
        return Judgement {
            value: Some(window.per_s()),
            limit: Some(limit_per_s),
            usual: Some(band.mid),
            unit: "/s".to_owned(),
            what: format!("{:.1}× the usual requests", window.per_s() / band.mid),
            detail: format!("{} requests in {}, usually {}", grouped(window.requests), window.name, rate(band.mid)),
            ..rule.plain(Outcome::Breach)
        };
    }
    rule.plain(if five_per_s > clear_per_s { Outcome::Between } else { Outcome::Clear })
}

#[cfg(test)]
mod tests {
    use contract::{ByStatusClass, alert::Band};

    use super::super::observed::Counts;
    use super::*;

    #[track_caller]
    fn check(per_s: f64, five: u64, hour: u64, outcome: Outcome, what: &str) {
        let band = Band { low: per_s * 0.8, mid: per_s, high: per_s * 1.2 };
        let found = judged(band, [five * 2 / 5, five, hour]);
        assert_eq!((found.outcome, found.what.as_str()), (outcome, what));
    }

    fn judged(band: Band, requests: [u64; 3]) -> Judgement {
        let [two, five, hour] =
            requests.map(|n| Counts { requests: ByStatusClass::new([n, 0, 0, 0]), ..Counts::default() });
        let observed = Observed { now_s: 10_000, two, five, hour, ..Observed::default() };
        let expected = Expected { requests_per_s: Some(band), ..Expected::default() };
        judge(&RULE, &observed, Some(&expected))
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

    #[test]
    fn ok_weeks_that_are_not_alike() {
        // Five times the usual rate is a surge, though the best week had twice as much.
        let band = Band { low: 2.0, mid: 5.0, high: 10.0 };
        assert_eq!(judged(band, [3_000, 7_500, 20_000]).outcome, Outcome::Breach);
        assert_eq!(judged(Band { high: 14.0, ..band }, [3_000, 7_500, 20_000]).outcome, Outcome::Between);
    }

    #[test]
    fn ok_what_is_over_is_no_surge() {
        let band = Band { low: 4.0, mid: 5.0, high: 6.0 };
        assert_eq!(judged(band, [700, 7_500, 20_000]).outcome, Outcome::Between);
        assert_eq!(judged(band, [700, 2_000, 80_000]).outcome, Outcome::Clear);
    }
}
