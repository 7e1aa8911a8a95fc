//! Requests take longer than usual: more of them lie beyond the limit of a quantile than the
//! quantile allows, in 5 min to 6 h.
//!
//! That is the same as a lower confidence bound of the quantile beyond the limit, from the counts
//! alone. Quiet apps are judged over the longer ranges, where they have enough requests.

use contract::alert::{Band, BuiltIn, Cause, Severity};
use pipeline::Cell;

use super::{
    entry::{Entry, timing},
    expected::Expected,
    observed::Observed,
    statistics::{at_least, at_most, share_at_most},
    words::{grouped, latency},
};
use crate::watch::judgement::{Judgement, Outcome};

pub(super) const RULE: Entry = Entry {
    rule: BuiltIn::Latency,
    name: "Latency",
    sentence: "Requests take far longer than usual at this hour: p50, p95 or p99 in 5 min to 6 h.",
    remedy: "Look at the slowest endpoints, and at the database behind them.",
    severity: Severity::Warning,
    cause: Cause::Requests,
    timing: timing(120, 300),
    metric: Some("router.service"),
    judge,
};

/// A quantile, and how much more than usual it must be to matter, milliseconds.
struct Watched {
    name: &'static str,
    q: f64,
    more_ms: f64,
    band: fn(&Expected) -> Option<Band>,
    /// Whether comparable hours have enough requests beyond its limit to tell how many are usual.
    is_tail_known: bool,
}

const WATCHED: [Watched; 3] = [
    Watched { name: "p50", q: 0.5, more_ms: 100.0, band: |it| it.p50_ms, is_tail_known: true },
    Watched { name: "p95", q: 0.95, more_ms: 200.0, band: |it| it.p95_ms, is_tail_known: true },
    Watched { name: "p99", q: 0.99, more_ms: 250.0, band: |it| it.p99_ms, is_tail_known: false },
];
/// The limit is so many times the usual value, and so many times the upper end of its range.
const TIMES: f64 = 2.0;
const TIMES_HIGH: f64 = 1.4;
/// What has less than this probability is not put down to chance: in 5 min; in 15 min; and over
/// an hour and more, where a month has some hundred independent looks.
const CHANCE_MAX: f64 = 1e-7;
const CHANCE_QUARTER_MAX: f64 = 1e-6;
const CHANCE_LONG_MAX: f64 = 1e-5;
/// What is wrong over 6 h must be seen in the last hour too, with this chance.
const SEEN_CHANCE: f64 = 0.05;
/// A chance below this contradicts: the newest window says that it is over.
const CONTRADICTED: f64 = 0.01;
/// A firing rule goes on above this share of the limit.
const CLEAR: f64 = 0.75;

fn judge(rule: &Entry, observed: &Observed, expected: Option<&Expected>) -> Judgement {
    let Some(expected) = expected.filter(|_| observed.service_six.count + observed.service_five.count > 0) else {
        return rule.plain(Outcome::Unknown);
    };
    let (minute, five, hour) = (&*observed.service_minute, &*observed.service_five, &*observed.service_hour);
    let windows: [(&str, &Cell, &[&Cell], f64, i64); 4] = [
        ("5 min", five, &[minute], CHANCE_MAX, 120),
        ("15 min", &observed.service_quarter, &[five, minute], CHANCE_QUARTER_MAX, 120),
        ("1 h", hour, &[five], CHANCE_LONG_MAX, 300),
        ("6 h", &observed.service_six, &[five, hour], CHANCE_LONG_MAX, 600),
    ];
    let is_seen = |of: &Cell, q: f64, limit_ms: f64| at_least(beyond(of, limit_ms), of.count, 1.0 - q) < SEEN_CHANCE;
    let mut outcome = Outcome::Unknown;
    for watched in &WATCHED {
        let Some(band) = (watched.band)(expected) else { continue };
        let limit_ms = (band.mid * TIMES).max(band.high * TIMES_HIGH).max(band.mid + watched.more_ms);
        let usual_share = usual_share(watched, band, limit_ms, expected.service.as_deref());
        if outcome == Outcome::Unknown {
            outcome = Outcome::Clear;
        }
        for (window, cell, newest, chance_max, for_s) in windows {
            let Some(value_ms) = cell.quantile(watched.q) else { continue };
            let is_over = |limit_ms| newest.iter().any(|it| is_over(cell, it, watched.q, limit_ms));
            let is_left_over = |limit_ms| window == "6 h" && !is_seen(hour, watched.q, limit_ms);
            let clear_ms = limit_ms * CLEAR;
            if value_ms < clear_ms || is_over(clear_ms) || is_left_over(clear_ms) {
                continue;
            }
            outcome = Outcome::Between;
            let slow = beyond(cell, limit_ms);
            if value_ms >= limit_ms && !is_over(limit_ms) && at_least(slow, cell.count, usual_share) < chance_max {
                return said(rule, (watched.name, window), value_ms, limit_ms, band, (cell.count, for_s));
            }
        }
    }
    rule.plain(outcome)
}

/// The share of requests that is usually beyond the limit, at most. All that a quantile says of it
/// is that it is less than the rest; the times of comparable hours say more. Those are taken as
/// much longer as the upper end of the quantile's range is above its middle.
fn usual_share(watched: &Watched, band: Band, limit_ms: f64, service: Option<&Cell>) -> f64 {
    let rest = 1.0 - watched.q;
    let longer = (band.high / band.mid).max(1.0);
    match service.filter(|it| watched.is_tail_known && it.count > 0 && longer.is_finite()) {
        Some(cell) => share_at_most(beyond(cell, limit_ms / longer), cell.count).min(rest),
        None => rest,
    }
}

/// Whether the newest requests contradict: too few of them are slow for a range that still goes on.
fn is_over(cell: &Cell, recent: &Cell, q: f64, limit_ms: f64) -> bool {
    let share = (beyond(cell, limit_ms) as f64 / cell.count.max(1) as f64).max(1.0 - q);
    recent.count > 0 && at_most(beyond(recent, limit_ms), recent.count, share) < CONTRADICTED
}

/// How many values are beyond the limit.
fn beyond(cell: &Cell, limit_ms: f64) -> u64 {
    let Some(sketch) = &cell.sketch else { return 0 };
    sketch.bins().filter(|it| it.0 > limit_ms).map(|it| it.1).sum()
}

fn said(
    rule: &Entry,
    (name, window): (&str, &str),
    value_ms: f64,
    limit_ms: f64,
    band: Band,
    (count, for_s): (u64, i64),
) -> Judgement {
    let times = value_ms / band.mid.max(1.0);
    Judgement {
        timing: timing(for_s, rule.timing.clear_s),
        value: Some(value_ms),
        limit: Some(limit_ms),
        usual: Some(band.mid),
        unit: "ms".to_owned(),
        what: format!("{name} {}", latency(value_ms)),
        detail: format!("{times:.1}× usual ({}), {} requests in {window}", latency(band.mid), grouped(count)),
        ..rule.plain(Outcome::Breach)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use pipeline::Kind;

    use super::*;

    fn usual() -> Expected {
        let band = |mid: f64| Some(Band { low: mid * 0.8, mid, high: mid * 1.2 });
        Expected { p50_ms: band(50.0), p95_ms: band(200.0), p99_ms: band(400.0), ..Expected::default() }
    }

    /// Requests of which one in 40 is so slow.
    fn times(ms: f64, n: u64) -> Arc<Cell> {
        let mut cell = Cell::default();
        (0..n).for_each(|at| cell.record(Kind::Distribution, if at % 40 == 0 { ms } else { 40.0 }, 0));
        Arc::new(cell)
    }

    #[track_caller]
    fn check(five: &Arc<Cell>, hour: &Arc<Cell>, expected: Option<&Expected>, said: &str) {
        let observed = Observed {
            service_five: Arc::clone(five),
            service_hour: Arc::clone(hour),
            service_six: Arc::clone(hour),
            ..Observed::default()
        };
        let found = judge(&RULE, &observed, expected);
        let text = format!("{} {}", found.what, found.detail);
        let text = if found.outcome == Outcome::Breach { text } else { format!("{:?}", found.outcome).to_lowercase() };
        assert_eq!(text, said);
    }

    #[test]
    fn ok_slower_than_usual() {
        let usual = usual();
        let slow = times(2_000.0, 3_000);
        check(&slow, &slow, Some(&usual), "p99 2.00 s 5.0× usual (400 ms), 3,000 requests in 5 min");
        check(&slow, &slow, None, "unknown");
        check(&times(300.0, 3_000), &times(300.0, 3_000), Some(&usual), "clear");
    }

    #[test]
    fn ok_few_requests_say_nothing_at_once() {
        // One slow request of 50 may be chance; so many of an hour may not.
        let (few, many) = (times(2_000.0, 50), times(2_000.0, 2_000));
        check(&few, &few, Some(&usual()), "between");
        check(&few, &many, Some(&usual()), "p99 2.00 s 5.0× usual (400 ms), 2,000 requests in 1 h");
    }

    #[test]
    fn ok_a_quiet_app_in_15_min() {
        // 30 requests of which 18 are slow: more than half, which chance explains, but far more
        // than the tenth of them that is usual.
        let cell = |slow: u64, n: u64, ms: f64| {
            let mut cell = Cell::default();
            (0..n).for_each(|at| cell.record(Kind::Distribution, if at < slow { ms } else { 40.0 }, 0));
            Arc::new(cell)
        };
        let check = |slow, service, said: &str| {
            let service_quarter = cell(slow, 30, 300.0);
            let observed = Observed { service_five: cell(4, 8, 300.0), service_quarter, ..Observed::default() };
            let found = judge(&RULE, &observed, Some(&Expected { service, ..usual() }));
            assert_eq!((found.outcome == Outcome::Breach, found.detail.as_str()), (!said.is_empty(), said));
        };
        check(18, None, "");
        check(18, Some(cell(100, 1_000, 200.0)), "6.0× usual (50 ms), 30 requests in 15 min");
        // Where the usual times are spread as widely, it is chance.
        check(18, Some(cell(400, 1_000, 200.0)), "");
        check(8, Some(cell(100, 1_000, 200.0)), "");
    }

    #[test]
    fn ok_what_is_over_is_clear() {
        check(&times(40.0, 3_000), &times(2_000.0, 9_000), Some(&usual()), "clear");
    }

    #[test]
    fn ok_small_differences_do_not_matter() {
        let fast = Band { low: 1.0, mid: 2.0, high: 3.0 };
        let expected = Expected { p99_ms: Some(fast), ..Expected::default() };
        check(&times(150.0, 3_000), &times(150.0, 3_000), Some(&expected), "clear");
    }
}
