//! The rules of health: from an app's vitals to a state with its reasons, each a sentence with a
//! number and a time. Pure.
//!
//! The rules are few and fixed on purpose; rules of one's own come with alerts.

use contract::{ErrorCode, Health, Reason, StatusClass};
use pipeline::Cell;

use super::{
    code::{self, Severity},
    vitals::{CodeRun, Vitals},
};

/// An app without a line for this long is silent, seconds.
pub(crate) const SILENT_AFTER_S: i64 = 120;
/// The share of 5xx that makes an app failing, and the share that makes it degraded.
const FAILING_RATE: f64 = 0.05;
const DEGRADED_RATE: f64 = 0.01;
/// With fewer 5xx in a minute than this, the share means nothing.
const FAILING_ERRORS_MIN: u64 = 5;
const DEGRADED_ERRORS_MIN: u64 = 3;
/// This many critical router codes in a minute make an app failing.
const FAILING_CODES: u64 = 10;
/// An app is degraded when its p99 is this many times the baseline, provided the p99 is at least so
/// many milliseconds and there are enough requests.
const SLOWER_TIMES: f64 = 2.0;
const SLOWER_MS_MIN: f64 = 250.0;
const SLOWER_REQUESTS_MIN: u64 = 100;

/// Judges an app: its state and the reasons for it, worst first.
#[must_use]
pub(crate) fn judge(vitals: &Vitals, baseline: &Cell) -> (Health, Vec<Reason>) {
    if let Some(reason) = silence(vitals) {
        return (Health::Silent, vec![reason]);
    }
    let mut reasons = codes(vitals);
    reasons.extend(error_rate(vitals).filter(|_| !reasons.iter().any(|it| it.health == Health::Failing)));
    reasons.extend(slower_than_baseline(vitals, baseline));
    reasons.extend((vitals.lost > 0).then(|| Reason {
        health: Health::Degraded,
        what: format!("{} log line{} lost in the last minute", vitals.lost, if vitals.lost == 1 { "" } else { "s" }),
        detail: "counts are too low".to_owned(),
    }));
    reasons.sort_by_key(|it| it.health);
    (reasons.first().map_or(Health::Healthy, |it| it.health), reasons)
}

fn silence(vitals: &Vitals) -> Option<Reason> {
    let Some(last_ms) = vitals.last_line_ms else {
        return Some(Reason { health: Health::Silent, what: "no log lines yet".to_owned(), detail: String::new() });
    };
    let quiet_s = vitals.now_s - last_ms.div_euclid(1_000);
    (quiet_s >= SILENT_AFTER_S).then(|| Reason {
        health: Health::Silent,
        what: format!("no log lines for {}", duration(quiet_s)),
        detail: String::new(),
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
        let detail = format!("{}/min since {}", run.count, time_of_day(run.since_s));
        Some(Reason { health, what: format!("{code} {}", code::plural(*code)), detail })
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
    let detail = format!("{errors} of {} requests in the last minute", vitals.requests_total());
    Some(Reason { health, what: format!("{:.1} % server errors", rate * 100.0), detail })
}

fn slower_than_baseline(vitals: &Vitals, baseline: &Cell) -> Option<Reason> {
    if vitals.service.count < SLOWER_REQUESTS_MIN || baseline.count < SLOWER_REQUESTS_MIN {
        return None;
    }
    let (now_ms, baseline_ms) = (vitals.service.quantile(0.99)?, baseline.quantile(0.99)?);
    if now_ms < SLOWER_MS_MIN || now_ms < baseline_ms * SLOWER_TIMES {
        return None;
    }
    let detail = format!("{:.1}× usual ({})", now_ms / baseline_ms, latency(baseline_ms));
    Some(Reason { health: Health::Degraded, what: format!("p99 {}", latency(now_ms)), detail })
}

/// A time of day in UTC: `14:06`.
fn time_of_day(at_s: i64) -> String {
    let minute = at_s.rem_euclid(86_400) / 60;
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// A duration in words: `3 h 12 min`.
fn duration(seconds: i64) -> String {
    match seconds {
        ..3_600 => format!("{} min", seconds / 60),
        3_600..86_400 => format!("{} h {} min", seconds / 3_600, seconds % 3_600 / 60),
        _ => format!("{} d {} h", seconds / 86_400, seconds % 86_400 / 3_600),
    }
}

/// A latency with its unit: `420 ms`, `1.42 s`.
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
    fn check(vitals: &Vitals, baseline: &Cell, health: Health, first: &str) {
        let (found, reasons) = judge(vitals, baseline);
        let said = reasons.first().map(|it| format!("{} {}", it.what, it.detail)).unwrap_or_default();
        assert_eq!((found, said.trim_end()), (health, first));
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
        check(&vitals, &Cell::default(), Health::Degraded, "R14 memory quota exceeded 3/min since 14:11");
        run(&mut vitals, "H12", 41, NOW_S - 60);
        check(&vitals, &Cell::default(), Health::Failing, "H12 request timeouts 41/min since 14:12");
    }

    #[test]
    fn ok_server_errors() {
        let mut vitals = alive();
        vitals.requests = ByStatusClass::new([92, 0, 0, 8]);
        check(&vitals, &Cell::default(), Health::Failing, "8.0 % server errors 8 of 100 requests in the last minute");
        vitals.requests = ByStatusClass::new([197, 0, 0, 3]);
        check(&vitals, &Cell::default(), Health::Degraded, "1.5 % server errors 3 of 200 requests in the last minute");
    }

    #[test]
    fn ok_slower_than_usual() {
        let mut vitals = alive();
        vitals.service = times(2_000.0, 200);
        check(&vitals, &times(400.0, 1_000), Health::Degraded, "p99 2.00 s 5.0× usual (400 ms)");
        check(&vitals, &times(400.0, 10), Health::Healthy, "");
        vitals.service = times(200.0, 200);
        check(&vitals, &times(20.0, 1_000), Health::Healthy, "");
    }

    #[test]
    fn ok_silence_comes_first() {
        let mut vitals = alive();
        run(&mut vitals, "H12", 41, NOW_S);
        vitals.last_line_ms = Some((NOW_S - 11_520) * 1_000);
        check(&vitals, &Cell::default(), Health::Silent, "no log lines for 3 h 12 min");
        vitals.last_line_ms = None;
        check(&vitals, &Cell::default(), Health::Silent, "no log lines yet");
    }
}
