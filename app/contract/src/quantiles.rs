//! Quantiles of a distribution, as charts and tables show them.
//!
//! Says nothing of how they are worked out; that is the sketches' business.

use serde::{Deserialize, Serialize};

/// Four values of one distribution, in its unit. In JSON `[p50, p95, p99, max]`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(into = "[f64; 4]", from = "[f64; 4]")]
pub struct Quantiles {
    /// The median.
    pub p50: f64,
    /// The 95th percentile.
    pub p95: f64,
    /// The 99th percentile.
    pub p99: f64,
    /// The greatest value.
    pub max: f64,
}

crate::as_text::list_schema!(Quantiles, f64);

impl From<Quantiles> for [f64; 4] {
    fn from(of: Quantiles) -> Self {
        [of.p50, of.p95, of.p99, of.max]
    }
}

impl From<[f64; 4]> for Quantiles {
    fn from([p50, p95, p99, max]: [f64; 4]) -> Self {
        Self { p50, p95, p99, max }
    }
}
