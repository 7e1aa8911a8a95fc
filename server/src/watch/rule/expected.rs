//! What the rules take for usual of one app at this hour: shares with the counts behind them, and
//! ranges. How it is worked out is decided in `usual`.

use std::collections::BTreeMap;

use contract::{
    ErrorCode,
    alert::{Band, Basis},
};

use crate::watch::usual::{AppUsual, CodeShare};

/// The ranges of quiet apps are wide, since few requests differ by chance. Rules have chances of
/// their own, so a range is no wider for them than these factors from its middle.
const WIDEST_RATE: f64 = 2.0;
const WIDEST_LATENCY: f64 = 1.6;

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
    /// Share of server errors, 0 to 1.
    pub error_rate: Option<Band>,
    /// Quantiles of service time, milliseconds.
    pub p50_ms: Option<Band>,
    pub p95_ms: Option<Band>,
    pub p99_ms: Option<Band>,
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
            requests_per_s: known.requests_per_s.map(|it| narrowed(it, WIDEST_RATE)),
            errors: usual.errors.map(|it| Part { k: whole(it.errors), n: whole(it.requests) }),
            error_rate: known.error_rate,
            p50_ms: known.p50_ms.map(|it| narrowed(it, WIDEST_LATENCY)),
            p95_ms: known.p95_ms.map(|it| narrowed(it, WIDEST_LATENCY)),
            p99_ms: known.p99_ms.map(|it| narrowed(it, WIDEST_LATENCY)),
            codes_per_h: Some(usual.codes.iter().map(code).collect()),
            lines_per_s: known.lines_per_s.map(|it| narrowed(it, WIDEST_RATE)),
            gap_s: known.gap_s,
        }
    }
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
