//! The steps of time that the charts of one app are drawn from.
//!
//! A bucket is replaced whole, never added to, so that receiving it twice changes nothing. Series
//! are short in JSON, as arrays instead of objects: the live stream repeats them every second.

use serde::{Deserialize, Serialize};

use crate::{ByStatusClass, ErrorCode, Quantiles};

/// Everything that the App page draws for one step of time.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ChartBucket {
    /// Start of the step, unix seconds, a multiple of the step.
    pub at_s: i64,
    /// Requests a second by class of status. `None` where no request was heard of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<Vec<f64>>))]
    pub requests_per_s: Option<ByStatusClass<f64>>,
    /// Service time, milliseconds: of the step, or of the seconds up to its end that
    /// [`crate::AppPage::window_s`] says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_ms: Option<Quantiles>,
    /// Whether [`Self::service_ms`] is of fewer than [`FEW_REQUESTS`] requests. It is then drawn as
    /// points.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_few: bool,
    /// How many errors of each code, sorted by code.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<CodeCount>,
    /// Memory of each dyno that reported in this step, MB, sorted by dyno.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub memory_mb: Vec<SourceValue>,
    /// Load of each dyno that reported in this step (mean over a minute), sorted by dyno.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub load: Vec<SourceValue>,
    /// How long requests waited in a queue before they were served, 95th percentile, milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue_ms: Option<f64>,
    /// How long the router took to connect to a dyno, 95th percentile, milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connect_ms: Option<f64>,
    /// How many requests took how long. Where [`crate::AppPage::heat_step_s`] is wider than a step,
    /// one of the buckets in it may hold the counts of all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heat: Option<HeatCounts>,
    /// Lines taken in with a time in this step.
    #[serde(default)]
    pub lines: u64,
    /// Lines known to be lost in this step.
    #[serde(default)]
    pub lost: u64,
}

/// Percentiles of fewer requests are noise: the 95th is nearly always the longest of them.
pub const FEW_REQUESTS: u64 = 20;

/// How many errors of one code. In JSON `[code, count]`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(into = "(ErrorCode, f64)", from = "(ErrorCode, f64)")]
pub struct CodeCount {
    /// Which error.
    pub code: ErrorCode,
    /// How many errors.
    pub count: f64,
}

crate::as_text::list_schema!(CodeCount, ErrorCode, f64);

impl From<CodeCount> for (ErrorCode, f64) {
    fn from(of: CodeCount) -> Self {
        (of.code, of.count)
    }
}

impl From<(ErrorCode, f64)> for CodeCount {
    fn from((code, count): (ErrorCode, f64)) -> Self {
        Self { code, count }
    }
}

/// What one source measured. In JSON `[source, value]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(into = "(String, f64)", from = "(String, f64)")]
pub struct SourceValue {
    /// The dyno, such as `web.1`.
    pub source: String,
    /// The value, in the unit of the list it stands in.
    pub value: f64,
}

crate::as_text::list_schema!(SourceValue, String, f64);

impl From<SourceValue> for (String, f64) {
    fn from(of: SourceValue) -> Self {
        (of.source, of.value)
    }
}

impl From<(String, f64)> for SourceValue {
    fn from((source, value): (String, f64)) -> Self {
        Self { source, value }
    }
}

/// One column of the latency heatmap: how many requests fell into each row of [`heat`]. In JSON
/// `[first_row, counts]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "(u8, Vec<u32>)", from = "(u8, Vec<u32>)")]
pub struct HeatCounts {
    /// The lowest row that has any request.
    pub first_row: u8,
    /// Requests of that row and of those above it.
    pub counts: Vec<u32>,
}

crate::as_text::list_schema!(HeatCounts, u8, Vec<u32>);

impl From<HeatCounts> for (u8, Vec<u32>) {
    fn from(of: HeatCounts) -> Self {
        (of.first_row, of.counts)
    }
}

impl From<(u8, Vec<u32>)> for HeatCounts {
    fn from((first_row, counts): (u8, Vec<u32>)) -> Self {
        Self { first_row, counts }
    }
}

/// The rows of the latency heatmap: five to a decade of service time, at the preferred numbers 1,
/// 1.6, 2.5, 4 and 6.3.
pub mod heat {
    const DECADE: [f64; 5] = [1.0, 1.6, 2.5, 4.0, 6.3];

    /// How many rows there are: from 1 ms to a minute.
    pub const ROWS: usize = 24;
    /// Most columns of one heatmap.
    pub const COLUMNS_MAX: i64 = 120;

    /// The row of a service time, milliseconds. The lowest row also has what is quicker, the
    /// highest what is slower.
    #[must_use]
    pub fn row(service_ms: f64) -> usize {
        (1..ROWS).take_while(|it| edge_ms(*it) <= service_ms).count()
    }

    /// Where a row begins, milliseconds.
    #[must_use]
    pub fn edge_ms(row: usize) -> f64 {
        let decades = (0..row / DECADE.len()).fold(1.0, |product, _| product * 10.0);
        DECADE[row % DECADE.len()] * decades
    }
}

#[cfg(test)]
mod tests {
    use super::heat::*;

    #[test]
    fn ok_rows_meet_at_their_edges() {
        for at in 0..ROWS {
            assert_eq!((row(edge_ms(at)), row(edge_ms(at + 1) * 0.999)), (at, at));
        }
        for (ms, expected) in
            [(0.0, 0), (0.3, 0), (10.0, 5), (1_599.0, 15), (30_000.0, 22), (9e9, ROWS - 1), (f64::NAN, 0)]
        {
            assert_eq!(row(ms), expected, "{ms}");
        }
    }
}
