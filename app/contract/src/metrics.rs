//! The Metrics page: one metric of an app, any statistic, grouped, beside an earlier time.

use serde::{Deserialize, Serialize};

use crate::{
    AppHeader, LossInterval, Mark, Range,
    series::{MetricInfo, QueryAnswer},
};

/// What is looked at. Words that make no sense are answered with what was expected.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MetricsPageQuery {
    /// The metric; empty for the first one.
    pub metric: String,
    /// The statistic, such as `p95`; empty for the one that suits the metric.
    pub stat: String,
    /// The label to group by; empty for none.
    pub by: String,
    /// How much earlier it is wanted too: `1d`, `7d`; empty for not at all.
    pub compare: String,
    /// The span.
    pub range: Range,
}

/// What there is to see.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MetricsPage {
    /// The app.
    pub head: AppHeader,
    /// Its metrics, by name.
    pub metrics: Vec<MetricInfo>,
    /// What is shown: empty words of the question are filled in.
    pub asked: MetricsPageQuery,
    /// The span, unix seconds.
    pub span_s: (i64, i64),
    /// What happened in it, in order of time.
    #[serde(default)]
    pub marks: Vec<Mark>,
    /// Where lines are missing in it.
    #[serde(default)]
    pub lost: Vec<LossInterval>,
    /// Its points; or else why there are none, in words.
    pub answer: Result<QueryAnswer, String>,
}

/// The statistics that make sense for a kind of metric, the most telling first.
#[must_use]
pub fn stats(kind: &str) -> &'static [&'static str] {
    match kind {
        "counter" => &["rate", "sum", "count"],
        "gauge" => &["mean", "max", "min", "last"],
        _ => &["p95", "p50", "p99", "max", "mean", "min", "rate"],
    }
}
