//! Answers of the query API: a metric's points, and the list of an app's series.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Points of one metric, one list for each group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct QueryAnswer {
    /// The metric asked for.
    pub metric: String,
    /// The statistic asked for.
    pub stat: String,
    /// Unit of the values; empty where the lines gave none.
    pub unit: String,
    /// Width of a step, seconds; for `step=all` the width of the whole range.
    pub step: i64,
    /// One entry for each group, sorted by labels.
    pub series: Vec<Points>,
    /// The same at an earlier time, when that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compared: Option<Comparison>,
}

impl QueryAnswer {
    /// The labels asked for, and behind them those that its series have beside: a unit or a kind where there are several.
    #[must_use]
    pub fn labels(&self, by: &[String]) -> Vec<String> {
        let mut labels = by.to_vec();
        for name in self.series.iter().flat_map(|it| it.labels.keys()) {
            if !labels.contains(name) {
                labels.push(name.clone());
            }
        }
        labels
    }
}

/// The same groups at an earlier time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// How much earlier, seconds.
    pub offset_s: i64,
    /// One entry for each group; times are those of the present range.
    pub series: Vec<Points>,
}

/// Points of one group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Points {
    /// The group's labels, such as `{"status":"503"}`; empty without `by`.
    pub labels: BTreeMap<String, String>,
    /// `[unix seconds, value]`; a step without data has no point.
    pub points: Vec<(i64, f64)>,
}

/// One metric of an app.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MetricInfo {
    /// Its name.
    pub metric: String,
    /// `counter`, `gauge` or `distribution`.
    pub kind: String,
    /// Its unit; empty where the lines gave none.
    pub unit: String,
    /// The sources that it was seen with, sorted; an empty one stands for lines without a source.
    pub sources: Vec<String>,
    /// How many series it has, of all its labels.
    pub series: u64,
    /// The newest value: a gauge's last, a counter's or distribution's last measurement.
    pub last: Option<f64>,
    /// When that was, unix milliseconds.
    pub last_ms: Option<i64>,
}
