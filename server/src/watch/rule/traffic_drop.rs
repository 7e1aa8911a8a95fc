//! Far fewer requests than usual, in a minute for busy apps and in up to an hour for quiet ones.

use contract::alert::{BuiltIn, Cause, Severity};

use super::{
    entry::{Entry, timing},
    expected::Expected,
    observed::Observed,
    silence,
    statistics::poisson_at_most,
    traffic::{usual, windows},
    words::{grouped, rate},
};
use crate::watch::judgement::{Judgement, Outcome};

pub(super) const RULE: Entry = Entry {
    rule: BuiltIn::TrafficDrop,
    name: "Traffic drop",
    sentence: "Far fewer requests than usual at this hour: less than 40 %, in 5 min to 1 h, or less than 25 % in 1 or 2 min.",
    remedy: "Check whether the app can be reached: its domain, certificate and router, and what calls it.",
    severity: Severity::Critical,
    cause: Cause::Traffic,
    timing: timing(30, 300),
    metric: Some("router.requests"),
    judge,
};

/// The limit as a share of the lower end of the usual range; in one or two minutes the second.
const LIMIT: f64 = 0.4;
const LIMIT_SHORT: f64 = 0.25;
/// Below this share of what is usual it is worth waking somebody.
const CRITICAL: f64 = 0.2;
/// What has less than this probability is not put down to chance, though the rate were at the lower
/// end of its range, where it is once in 700 hours: in up to 5 min, and in 15 min and more, where
/// there are fewer independent looks.
const CHANCE_MAX: f64 = 1e-6;
const CHANCE_LONG_MAX: f64 = 1e-5;
/// A firing rule goes on below this share.
const CLEAR: f64 = 0.6;
/// A drain that has been silent for longer than the limit of the rule of silence, divided by this,
/// is left to that rule.
const SILENT_PART: i64 = 2;

fn judge(rule: &Entry, observed: &Observed, expected: Option<&Expected>) -> Judgement {
    let Some(band) = usual(expected).filter(|it| it.low > 0.0) else { return rule.plain(Outcome::Unknown) };
    if observed.quiet_s() > silence::limit_s(expected) / SILENT_PART {
        return rule.plain(Outcome::Unknown);
    }
    // What has come back in the newest range is over, whatever the longer ones say.
    let floor_per_s = windows(observed).map(|it| it.per_s()).take(3).fold(0.0, f64::max);
    for window in windows(observed) {
        let limit = if window.length_s < 300 { LIMIT_SHORT } else { LIMIT };
        let chance_max = if window.length_s <= 300 { CHANCE_MAX } else { CHANCE_LONG_MAX };
        let limit_per_s = band.low * limit;
        let (requests, mean) = window.by_chance(band.low);
        if window.per_s() >= limit_per_s
            || (window.length_s > 300 && floor_per_s >= band.low * CLEAR)
            || poisson_at_most(requests.ceil() as u64, mean) >= chance_max
        {
            continue;
        }
        let is_critical = window.per_s() < band.mid * CRITICAL;
        let percent = window.per_s() / band.mid * 100.0;
        return Judgement {
            severity: if is_critical { Severity::Critical } else { Severity::Warning },
            timing: timing(wait_s(window.length_s, is_critical), rule.timing.clear_s),
            value: Some(window.per_s()),
            limit: Some(limit_per_s),
            usual: Some(band.mid),
            unit: "/s".to_owned(),
            what: format!("{percent:.0} % of the usual requests"),
            detail: format!("{} requests in {}, usually {}", grouped(window.requests), window.name, rate(band.mid)),
            ..rule.plain(Outcome::Breach)
        };
    }
    let is_low = windows(observed).find(|it| it.length_s == 300).is_some_and(|it| it.per_s() < band.low * CLEAR);
    rule.plain(if is_low { Outcome::Between } else { Outcome::Clear })
}

/// How long it must last. What two minutes have shown need not last longer.
const fn wait_s(length_s: i64, is_critical: bool) -> i64 {
    match (is_critical, length_s) {
        (false, _) => 180,
        (true, ..=60) => 30,
        (true, _) => 0,
    }
}

#[cfg(test)]
mod tests {
    use contract::{ByStatusClass, alert::Band};

    use super::super::observed::Counts;
    use super::*;

    fn requests(n: u64) -> Counts {
        Counts { requests: ByStatusClass::new([n, 0, 0, 0]), ..Counts::default() }
    }

    #[track_caller]
    fn check(per_s: f64, [minute, five, quarter, hour]: [u64; 4], said: &str) {
        let observed = Observed {
            now_s: 10_000,
            heard_s: Some(10_000),
            minute: requests(minute),
            two: requests(minute + five / 5),
            five: requests(five),
            quarter: requests(quarter),
            hour: requests(hour),
            ..Observed::default()
        };
        let band = Band { low: per_s * 0.8, mid: per_s, high: per_s * 1.2 };
        let expected = Expected { requests_per_s: Some(band), ..Expected::default() };
        let found = judge(&RULE, &observed, Some(&expected));
        let text = format!("{} {} {}", found.severity.word(), found.what, found.detail);
        let text = if found.outcome == Outcome::Breach { text } else { format!("{:?}", found.outcome).to_lowercase() };
        assert_eq!(text, said);
    }

    #[test]
    fn ok_busy_apps_within_a_minute() {
        check(5.0, [300, 1_500, 4_500, 18_000], "clear");
        check(
            5.0,
            [20, 1_200, 4_200, 17_000],
            "critical 7 % of the usual requests 20 requests in 1 min, usually 5.0/s",
        );
        check(5.0, [250, 1_000, 900, 4_000], "clear");
    }

    #[test]
    fn ok_two_minutes_of_a_night() {
        let check = |minute, two, for_s| {
            let [minute, two, other] = [minute, two, 200].map(requests);
            let observed =
                Observed { now_s: 10_000, heard_s: Some(10_000), minute, two, five: other, ..Observed::default() };
            let band = Band { low: 0.55, mid: 0.8, high: 1.1 };
            let expected = Expected { requests_per_s: Some(band), ..Expected::default() };
            let found = judge(&RULE, &observed, Some(&expected));
            assert_eq!((found.outcome == Outcome::Breach).then_some(found.timing.for_s), for_s);
        };
        // Of 48 requests a minute, three may be chance; six in two minutes may not, and are enough.
        check(3, 40, None);
        check(3, 6, Some(0));
        check(3, 20, None);
    }

    #[test]
    fn ok_quiet_apps_take_longer() {
        check(0.02, [0, 0, 0, 40], "between");
        check(0.02, [0, 0, 0, 2], "critical 3 % of the usual requests 2 requests in 1 h, usually 1.2/min");
        check(0.05, [0, 0, 0, 90], "critical 0 % of the usual requests 0 requests in 15 min, usually 3.0/min");
    }

    #[test]
    fn ok_nothing_is_said_of_what_the_server_did_not_listen_to() {
        let observed = Observed { now_s: 10_000, listening_s: 9_980, heard_s: Some(10_000), ..Observed::default() };
        let band = Band { low: 80.0, mid: 100.0, high: 120.0 };
        let expected = Expected { requests_per_s: Some(band), ..Expected::default() };
        assert_eq!(judge(&RULE, &observed, Some(&expected)).outcome, Outcome::Clear);
        assert_eq!(judge(&RULE, &observed, None).outcome, Outcome::Unknown);
    }
}
