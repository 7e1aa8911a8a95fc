//! The rules of health: pure, from an app's vitals to a state with its reasons, each a sentence with a number and a time.
//!
//! Deliberately few and fixed; rules of one's own come with alerts.

use contract::{ErrorCode, Health, Reason, StatusClass};
use pipeline::Cell;

use super::{
    code::{self, Severity},
    vitals::{CodeRun, Vitals},
};

/// No line for this long is silence, seconds.
pub const SILENT_AFTER_S: i64 = 120;
/// Share of 5xx that is a failure, and that is a worry.
const FAILING_RATE: f64 = 0.05;
const DEGRADED_RATE: f64 = 0.01;
/// 5xx in a minute below which a share says nothing.
const FAILING_ERRORS_MIN: u64 = 5;
const DEGRADED_ERRORS_MIN: u64 = 3;
/// Critical router codes in a minute that are a failure.
const FAILING_CODES: u64 = 10;
/// How many times its usual p99 is a worry, and the least time and number of requests for which that means anything.
const SLOWER_TIMES: f64 = 2.0;
const SLOWER_MS_MIN: f64 = 250.0;
const SLOWER_REQUESTS_MIN: u64 = 100;

/// Judges an app: its state, and why, worst first.
#[must_use]
pub fn judge(vitals: &Vitals, usual: &Cell) -> (Health, Vec<Reason>) {
    if let Some(reason) = silence(vitals) {
        return (Health::Silent, vec![reason]);
    }
    let mut reasons = codes(vitals);
    reasons.extend(error_rate(vitals).filter(|_| !reasons.iter().any(|it| it.health == Health::Failing)));
    reasons.extend(slower(vitals, usual));
    reasons.extend((vitals.lost > 0).then(|| Reason {
        health: Health::Degraded,
        what: format!("{} lines lost", vitals.lost),
        detail: "in the last minute; the figures are too low by them".to_owned(),
    }));
    reasons.sort_by_key(|it| it.health);
    (reasons.first().map_or(Health::Healthy, |it| it.health), reasons)
}

fn silence(vitals: &Vitals) -> Option<Reason> {
    let Some(last_ms) = vitals.last_line_ms else {
        return Some(Reason { health: Health::Silent, what: "no line".to_owned(), detail: "yet".to_owned() });
    };
    let quiet_s = vitals.now_s - last_ms.div_euclid(1_000);
    (quiet_s >= SILENT_AFTER_S).then(|| Reason {
        health: Health::Silent,
        what: "no line".to_owned(),
        detail: format!("for {}", length(quiet_s)),
    })
}

fn codes(vitals: &Vitals) -> Vec<Reason> {
    let mut codes: Vec<_> = vitals.codes.iter().collect();
    codes.sort_by_key(|(_, run)| std::cmp::Reverse(run.count));
    let reason = |(code, run): (&ErrorCode, &CodeRun)| {
        let known = code::lookup(*code);
        let failing = known.severity == Severity::Critical && code.is_http() && run.count >= FAILING_CODES;
        let health = match known.severity {
            _ if failing => Health::Failing,
            Severity::Info => return None,
            Severity::Critical | Severity::Warning => Health::Degraded,
        };
        let detail = format!("{} a minute since {}", run.count, clock(run.since_s));
        Some(Reason { health, what: format!("{code} {}", known.meaning), detail })
    };
    codes.into_iter().filter_map(reason).collect()
}

fn error_rate(vitals: &Vitals) -> Option<Reason> {
    let (rate, errors) = (vitals.error_rate()?, vitals.requests[StatusClass::ServerError]);
    let health = if rate >= FAILING_RATE && errors >= FAILING_ERRORS_MIN {
        Health::Failing
    } else if rate >= DEGRADED_RATE && errors >= DEGRADED_ERRORS_MIN {
        Health::Degraded
    } else {
        return None;
    };
    let detail = format!("of requests in the last minute, {errors} of {}", vitals.requests_total());
    Some(Reason { health, what: format!("{:.1} % server errors", rate * 100.0), detail })
}

fn slower(vitals: &Vitals, usual: &Cell) -> Option<Reason> {
    if vitals.service.count < SLOWER_REQUESTS_MIN || usual.count < SLOWER_REQUESTS_MIN {
        return None;
    }
    let (now_ms, usual_ms) = (vitals.service.quantile(0.99)?, usual.quantile(0.99)?);
    if now_ms < SLOWER_MS_MIN || now_ms < usual_ms * SLOWER_TIMES {
        return None;
    }
    let detail = format!("{:.1} times its usual {}", now_ms / usual_ms, latency(usual_ms));
    Some(Reason { health: Health::Degraded, what: format!("p99 {}", latency(now_ms)), detail })
}

/// `14:06`, UTC.
fn clock(at_s: i64) -> String {
    let minute = at_s.rem_euclid(86_400) / 60;
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// `3 h 12 min`.
fn length(seconds: i64) -> String {
    match seconds {
        ..3_600 => format!("{} min", seconds / 60),
        3_600..86_400 => format!("{} h {} min", seconds / 3_600, seconds % 3_600 / 60),
        _ => format!("{} d {} h", seconds / 86_400, seconds % 86_400 / 3_600),
    }
}

/// `420 ms`, `1.42 s`.
fn latency(ms: f64) -> String {
    match ms {
        ..1_000.0 => format!("{ms:.0} ms"),
        ..10_000.0 => format!("{:.2} s", ms / 1_000.0),
        _ => format!("{:.1} s", ms / 1_000.0),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]
mod tests {
    use contract::ByStatusClass;
    use pipeline::Kind;

    use super::*;

    const NOW_S: i64 = 1_790_000_000;

    fn alive() -> Vitals {
        Vitals {
            now_s: NOW_S,
            last_line_ms: Some(NOW_S * 1_000),
            requests: ByStatusClass::new([600, 0, 0, 0]),
            ..Vitals::default()
        }
    }

    fn run(vitals: &mut Vitals, code: &str, count: u64, since_s: i64) {
        vitals.codes.insert(code.parse().unwrap(), CodeRun { count, since_s });
    }

    fn times(ms: f64, n: u64) -> Cell {
        let mut cell = Cell::default();
        (0..n).for_each(|_| cell.record(Kind::Distribution, ms, 0));
        cell
    }

    #[track_caller]
    fn check(vitals: &Vitals, usual: &Cell, health: Health, first: &str) {
        let (found, reasons) = judge(vitals, usual);
        let said = reasons.first().map(|it| format!("{} {}", it.what, it.detail)).unwrap_or_default();
        assert_eq!((found, &*said), (health, first));
    }

    #[test]
    fn ok_healthy_says_nothing() {
        check(&alive(), &Cell::default(), Health::Healthy, "");
        let mut one_error = alive();
        one_error.requests[StatusClass::ServerError] = 2;
        check(&one_error, &Cell::default(), Health::Healthy, "");
        let mut gone_clients = alive();
        run(&mut gone_clients, "H27", 40, NOW_S);
        check(&gone_clients, &Cell::default(), Health::Healthy, "");
    }

    #[test]
    fn ok_codes_fail_and_worry() {
        let mut vitals = alive();
        run(&mut vitals, "R14", 3, NOW_S - 120);
        check(&vitals, &Cell::default(), Health::Degraded, "R14 memory quota exceeded 3 a minute since 14:11");
        run(&mut vitals, "H12", 41, NOW_S - 60);
        check(&vitals, &Cell::default(), Health::Failing, "H12 request timeout 41 a minute since 14:12");
    }

    #[test]
    fn ok_server_errors() {
        let mut vitals = alive();
        vitals.requests = ByStatusClass::new([92, 0, 0, 8]);
        check(
            &vitals,
            &Cell::default(),
            Health::Failing,
            "8.0 % server errors of requests in the last minute, 8 of 100",
        );
        vitals.requests = ByStatusClass::new([197, 0, 0, 3]);
        check(
            &vitals,
            &Cell::default(),
            Health::Degraded,
            "1.5 % server errors of requests in the last minute, 3 of 200",
        );
    }

    #[test]
    fn ok_slower_than_usual() {
        let mut vitals = alive();
        vitals.service = times(2_000.0, 200);
        check(&vitals, &times(400.0, 1_000), Health::Degraded, "p99 2.00 s 5.0 times its usual 400 ms");
        check(&vitals, &times(400.0, 10), Health::Healthy, "");
        vitals.service = times(200.0, 200);
        check(&vitals, &times(20.0, 1_000), Health::Healthy, "");
    }

    #[test]
    fn ok_silence_comes_first() {
        let mut vitals = alive();
        run(&mut vitals, "H12", 41, NOW_S);
        vitals.last_line_ms = Some((NOW_S - 11_520) * 1_000);
        check(&vitals, &Cell::default(), Health::Silent, "no line for 3 h 12 min");
        vitals.last_line_ms = None;
        check(&vitals, &Cell::default(), Health::Silent, "no line yet");
    }
}
