//! What the rules take for usual of one app at this hour: shares with the counts behind them, and
//! ranges. How it is worked out is decided in `usual`.

use std::{collections::BTreeMap, sync::Arc};

use contract::{
    ErrorCode,
    alert::{Band, Basis},
};
use pipeline::Cell;

use crate::watch::usual::{AppUsual, CodeShare, Rate, Share};

/// The ranges of quiet apps are wide, since few requests differ by chance. Rules have chances of
/// their own, so a range is no wider for them than these factors from its middle.
const WIDEST_RATE: f64 = 2.0;
const WIDEST_LATENCY: f64 = 1.6;

/// Standard deviations from the middle of a range to its ends.
const SIGMAS: f64 = 3.0;
/// What the rate of comparable hours differs at least, as a share of it: a few weeks that were
/// alike say little.
const LEAST_SPREAD: f64 = 0.12;
const HOUR_S: f64 = 3_600.0;

/// A share as counts: `k` of `n`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Part {
    pub k: u64,
    pub n: u64,
}

/// What is usual of an app at this hour. `None` means that it isn't known.
#[derive(Clone, Debug, PartialEq)]
pub struct Expected {
    /// What it was worked out from.
    pub basis: Basis,
    /// Requests a second.
    pub requests_per_s: Option<Band>,
    /// Server errors among the requests of the same hours.
    pub errors: Option<Part>,
    /// Share of server errors, 0 to 1; as wide as hours differ beyond chance.
    pub error_rate: Option<Band>,
    /// Quantiles of service time, milliseconds.
    pub p50_ms: Option<Band>,
    pub p95_ms: Option<Band>,
    pub p99_ms: Option<Band>,
    /// Service times of comparable hours.
    pub service: Option<Arc<Cell>>,
    /// Occurrences of each error code an hour; `None` for all codes that are not known.
    pub codes_per_h: Option<BTreeMap<ErrorCode, f64>>,
    /// Log lines a second.
    pub lines_per_s: Option<Band>,
    /// Longest usual time between two lines, seconds, within a minute.
    pub gap_s: Option<f64>,
}

impl From<&AppUsual> for Expected {
    fn from(usual: &AppUsual) -> Self {
        let known = &usual.usual;
        let whole = |it: f64| it.max(0.0).round() as u64;
        let code = |it: &CodeShare| (it.code, it.count / it.hours.max(1.0));
        Self {
            basis: known.basis,
            requests_per_s: known.requests_per_s.zip(usual.requests).map(|(band, rate)| without_chance(band, &rate)),
            errors: usual.errors.map(|it| Part { k: whole(it.errors), n: whole(it.requests) }),
            error_rate: usual.errors.map(|it| beyond_chance(&it)),
            p50_ms: known.p50_ms.map(|it| narrowed(it, WIDEST_LATENCY)),
            p95_ms: known.p95_ms.map(|it| narrowed(it, WIDEST_LATENCY)),
            p99_ms: known.p99_ms.map(|it| narrowed(it, WIDEST_LATENCY)),
            service: usual.latency.as_ref().map(|it| Arc::clone(&it.cell)),
            codes_per_h: Some(usual.codes.iter().map(code).collect()),
            lines_per_s: known.lines_per_s.map(|it| narrowed(it, WIDEST_RATE)),
            gap_s: known.gap_s,
        }
    }
}

/// The range of the rate itself: the usual one without what the counts of an hour differ by chance,
/// which the rules of traffic add for the range that they look at.
fn without_chance(band: Band, rate: &Rate) -> Band {
    let count = rate.mid_per_s * HOUR_S;
    let hourly = rate.spread_per_s * HOUR_S;
    let spread = (hourly * hourly - count).max(0.0) + (LEAST_SPREAD * count).powi(2);
    let half = SIGMAS * spread.sqrt() / HOUR_S;
    let band = narrowed(band, WIDEST_RATE);
    Band { low: band.low.max(band.mid - half), mid: band.mid, high: band.high }
}

/// The range of the share itself.
fn beyond_chance(share: &Share) -> Band {
    let half = SIGMAS * share.spread;
    Band { low: (share.band.mid - half).max(0.0), mid: share.band.mid, high: (share.band.mid + half).min(1.0) }
}

fn narrowed(band: Band, widest: f64) -> Band {
    Band { low: band.low.max(band.mid / widest), mid: band.mid, high: band.high.min(band.mid * widest) }
}

impl Default for Expected {
    fn default() -> Self {
        Self {
            basis: Basis::Weeks,
            requests_per_s: None,
            errors: None,
            error_rate: None,
            p50_ms: None,
            p95_ms: None,
            p99_ms: None,
            service: None,
            codes_per_h: None,
            lines_per_s: None,
            gap_s: None,
        }
    }
}

impl Expected {
    /// Occurrences of a code an hour; `None` without history.
    #[must_use]
    pub fn code_per_h(&self, code: ErrorCode) -> Option<f64> {
        Some(self.codes_per_h.as_ref()?.get(&code).copied().unwrap_or(0.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_rates_without_chance() {
        let check = |per_s: f64, spread_per_s: f64, expected: f64| {
            let band = Band { low: 0.0, mid: per_s, high: per_s * 9.0 };
            let found = without_chance(band, &Rate { mid_per_s: per_s, spread_per_s, band });
            assert!((found.low / per_s - expected).abs() < 0.01 && found.high == per_s * WIDEST_RATE, "{found:?}");
        };
        // 100 an hour that differ by ten, as chance makes them: the rate itself hardly differs.
        check(100.0 / HOUR_S, 10.0 / HOUR_S, 1.0 - SIGMAS * LEAST_SPREAD);
        // A busy app's hours differ by what its rate does.
        check(100.0, 8.0, 1.0 - SIGMAS * 0.08_f64.hypot(LEAST_SPREAD));
        check(100.0, 60.0, 1.0 / WIDEST_RATE);
    }
}
