//! The steps of time that the charts of one app are drawn from, and the App page made of them.
//!
//! A column is replaced whole, never added to, so that receiving it twice changes nothing.

use serde::{Deserialize, Serialize};

use crate::{AppSummary, Endpoint, Mark, Range};

/// Everything that the App page draws for one step of time.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Column {
    /// Start of the step, unix seconds, a multiple of the step.
    pub at_s: i64,
    /// Requests a second by class: 2xx (with 1xx), 3xx, 4xx, 5xx (with requests that got no status). `None` where
    /// nothing at all was heard.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requests_per_s: Option<[f64; 4]>,
    /// Service time p50, p95, p99 and maximum, milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_ms: Option<[f64; 4]>,
    /// How many of each error code (`H12`, `R14`), sorted by code.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<(String, f64)>,
    /// Memory of each dyno that reported in this step, MB, sorted by dyno.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub memory_mb: Vec<(String, f64)>,
    /// Lines taken in with a time in this step.
    #[serde(default)]
    pub lines: u64,
    /// Lines known to be lost in this step.
    #[serde(default)]
    pub lost: u64,
}

/// The figures over the whole range, above the charts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Kpis {
    /// Requests in the range.
    pub requests: u64,
    /// Requests a second, mean over the part of the range that has data.
    pub requests_per_s: Option<f64>,
    /// Service time over the range, milliseconds: exact rank over every request, not a mean of percentiles.
    pub p50_ms: Option<f64>,
    /// 95th percentile, milliseconds.
    pub p95_ms: Option<f64>,
    /// 99th percentile, milliseconds.
    pub p99_ms: Option<f64>,
    /// Share of requests answered with 5xx, 0 to 1.
    pub error_rate: Option<f64>,
    /// Lines known to be lost.
    pub lost_lines: u64,
}

/// The App page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AppPage {
    /// The server's clock when this was made, unix milliseconds.
    pub at_ms: i64,
    /// Position in the live stream that this state stands for; a stream resumed from it misses nothing.
    pub id: u64,
    /// The app's present state.
    pub summary: AppSummary,
    /// The span shown.
    pub range: Range,
    /// Start of the first step, unix seconds.
    pub from_s: i64,
    /// End of the last step, unix seconds.
    pub to_s: i64,
    /// Width of a step, seconds.
    pub step_s: i64,
    /// The steps that have data, in order of time; a step without data has no column.
    pub columns: Vec<Column>,
    /// Memory quota of the dynos, MB, where they report one (the largest).
    pub memory_quota_mb: Option<f64>,
    /// Figures over the range.
    pub kpis: Kpis,
    /// What happened in the range, in order of time.
    #[serde(default)]
    pub marks: Vec<Mark>,
    /// The slowest endpoints of the last ten minutes, slowest first.
    #[serde(default)]
    pub endpoints: Vec<Endpoint>,
}
