//! The steps of time that the charts of one app are drawn from, and the App page made of them.
//!
//! A column is replaced whole, never added to, so that receiving it twice changes nothing.

use serde::{Deserialize, Serialize};

use crate::{Addon, AppSummary, Endpoint, LossCount, Mark, Range, Unmatched};

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
    /// Load of each dyno that reported in this step (mean over a minute), sorted by dyno.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub load: Vec<(String, f64)>,
    /// What requests waited for before they were served, 95th percentiles, milliseconds: in a queue, and to connect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue_ms: Option<f64>,
    /// See [`Self::queue_ms`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connect_ms: Option<f64>,
    /// How many requests took how long: the first row of [`heat`] that has any, and the counts from there on. Where
    /// [`AppPage::heat_step_s`] is wider than a step, one of the columns in it may hold the counts of all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heat: Option<(u8, Vec<u32>)>,
    /// Lines taken in with a time in this step.
    #[serde(default)]
    pub lines: u64,
    /// Lines known to be lost in this step.
    #[serde(default)]
    pub lost: u64,
}

/// The rows of the latency heatmap: five to a decade of service time, at the preferred numbers 1, 1.6, 2.5, 4 and 6.3.
pub mod heat {
    const DECADE: [f64; 5] = [1.0, 1.6, 2.5, 4.0, 6.3];

    /// How many rows there are: from 1 ms to a minute.
    pub const ROWS: usize = 24;
    /// Most columns of one heatmap.
    pub const COLUMNS_MAX: i64 = 120;

    /// The row of a service time, milliseconds. The lowest row also has what is quicker, the highest what is slower.
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
    /// Figures over a range of the same length [`Range::earlier_s`] before; `None` where nothing is known of it.
    #[serde(default)]
    pub before: Option<Kpis>,
    /// What happened in the range, in order of time.
    #[serde(default)]
    pub marks: Vec<Mark>,
    /// The slowest endpoints and the busiest ones, in no order.
    #[serde(default)]
    pub endpoints: Vec<Endpoint>,
    /// Whether they are of the range; of the last ten minutes otherwise.
    #[serde(default)]
    pub are_endpoints_of_range: bool,
    /// Databases and other add-ons that report of themselves.
    #[serde(default)]
    pub addons: Vec<Addon>,
    /// What was lost in the last hour, most first.
    #[serde(default)]
    pub losses: Vec<LossCount>,
    /// Lines of the last hour that gave no metric.
    #[serde(default)]
    pub unmatched: Unmatched,
}

impl AppPage {
    /// Width of a column of the heatmap, seconds: whole steps, and few enough.
    #[must_use]
    pub const fn heat_step_s(&self) -> i64 {
        Self::heat_step_of((self.from_s, self.to_s), self.step_s)
    }

    /// The same, of a span and the width of its steps, seconds.
    #[must_use]
    pub const fn heat_step_of((from_s, to_s): (i64, i64), step_s: i64) -> i64 {
        let steps = (to_s - from_s) / step_s;
        step_s * ((steps + heat::COLUMNS_MAX - 1) / heat::COLUMNS_MAX)
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
