//! Fixed thresholds beside ours, on the same data: the stock alerts that Netdata ships for web
//! servers' logs. Numbers and waits are those of `src/health/health.d/web_log.conf` in
//! netdata/netdata at commit 2f7b75c2a5b5f937a099b139c0c53ebcec193813; its alerts of redirects and
//! unparsed lines are left out.
//!
//! Each needs 120 requests in the last minute. `web_log_5m_requests_ratio` compares a rate with
//! 120, so it needs 120 requests a second.

use std::collections::VecDeque;

use contract::{
    StatusClass::{ClientError, ServerError, Success},
    alert::{BuiltIn, Cause, Severity},
};
use server::watch::{
    judgement::{Judgement, Outcome, Timing},
    rule,
};

use super::app::Step;

/// What one step counted.
struct Counted {
    total: u64,
    good: u64,
    refused: u64,
    failed: u64,
    time_sum_ms: f64,
    times: u64,
}

/// The last ten minutes.
#[derive(Default)]
pub struct Fixed {
    steps: VecDeque<Counted>,
}

/// Steps of a minute, of 5 min and of 10 min.
const MINUTE: usize = 6;
const FIVE: usize = 30;
const TEN: usize = 60;
const REQUESTS_MIN: u64 = 120;

impl Fixed {
    /// Adds a step, and judges.
    pub fn take(&mut self, step: &Step) -> Vec<Judgement> {
        let requests = step.counts.requests;
        self.steps.push_front(Counted {
            total: step.counts.total(),
            good: requests[Success],
            refused: requests[ClientError],
            failed: requests[ServerError],
            time_sum_ms: step.service.sum,
            times: step.service.count,
        });
        self.steps.truncate(TEN);
        let sum = |range: std::ops::Range<usize>, of: fn(&Counted) -> u64| -> u64 {
            self.steps.range(range.start.min(self.steps.len())..range.end.min(self.steps.len())).map(of).sum()
        };
        let minute = sum(0..MINUTE, |it| it.total);
        let percent = |of: fn(&Counted) -> u64| sum(0..MINUTE, of) as f64 * 100.0 / minute.max(1) as f64;
        let enough = minute > REQUESTS_MIN;
        let (old, new) = (sum(FIVE..TEN, |it| it.good) as f64 / 300.0, sum(0..FIVE, |it| it.good) as f64 / 300.0);
        let ratio = new * 100.0 / old.max(1e-9);
        let (now_ms, ten_ms) = (self.mean_ms(MINUTE), self.mean_ms(TEN));
        let slow = |times: f64, least_ms: f64| enough && now_ms > least_ms && now_ms > ten_ms * times;
        let busy = old > REQUESTS_MIN as f64;
        let ups = |seconds| Timing { for_s: seconds, clear_s: 900, remind_s: None };
        vec![
            found(BuiltIn::Errors, Cause::Requests, enough && percent(|it| it.failed) > 2.0, ups(120)),
            found(BuiltIn::RouterCodes, Cause::Requests, enough && percent(|it| it.good) < 85.0, ups(120)),
            found(BuiltIn::DynoCodes, Cause::Requests, enough && percent(|it| it.refused) > 30.0, ups(120)),
            found(BuiltIn::Latency, Cause::Requests, slow(2.0, 500.0), ups(0)),
            found(BuiltIn::TrafficDrop, Cause::Traffic, busy && !(50.0..=200.0).contains(&ratio), ups(0)),
        ]
    }

    fn mean_ms(&self, steps: usize) -> f64 {
        let range = || self.steps.iter().take(steps);
        range().map(|it| it.time_sum_ms).sum::<f64>() / range().map(|it| it.times).sum::<u64>().max(1) as f64
    }
}

/// A judgement of one of their alerts; the rule is only a key for the machine.
fn found(rule: BuiltIn, cause: Cause, is_wrong: bool, timing: Timing) -> Judgement {
    let outcome = if is_wrong { Outcome::Breach } else { Outcome::Clear };
    Judgement { cause, severity: Severity::Warning, timing, ..rule::entry(rule).plain(outcome) }
}
