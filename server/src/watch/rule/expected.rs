//! What the rules take for usual of one app at this hour: shares with the counts behind them, and
//! ranges. How it is worked out is decided elsewhere.

use std::collections::BTreeMap;

use contract::{
    ErrorCode,
    alert::{Band, Basis},
};

/// So many of so many.
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
    /// Longest usual time between two lines, seconds.
    pub gap_s: Option<f64>,
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
