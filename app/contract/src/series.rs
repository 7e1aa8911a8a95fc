//! Answers of the query API: a metric's points, and the list of an app's metrics.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::as_text::word_in_json;
use crate::{Label, Stat, Step};

/// How the values of a series go together. In JSON and in the store one lower-case word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Values add up.
    Counter,
    /// The last value stands.
    Gauge,
    /// Every value matters.
    Distribution,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Counter, Self::Gauge, Self::Distribution];

    /// The kind as it is stored and shown.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Distribution => "distribution",
        }
    }

    /// The kind of that word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }
}

word_in_json!(Kind);

/// The values of labels that the series of one group have in common, such as `{"status":"503"}`;
/// empty without `by`.
pub type Labels = BTreeMap<Label, String>;

/// Points of one metric, one list for each group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct QueryAnswer {
    /// The metric of the query.
    pub metric: String,
    /// The statistic of the query.
    pub stat: Stat,
    /// Unit of the values; empty where the lines gave none.
    pub unit: String,
    /// Width of a step, seconds; for `step=all` the width of the whole range.
    pub step: Step,
    /// One entry for each group, sorted by labels.
    pub series: Vec<Points>,
    /// The same at an earlier time, where the query compares.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compared: Option<Comparison>,
}

impl QueryAnswer {
    /// The labels of the query, and behind them those that the answer added: a unit or a kind where
    /// the metric has several.
    #[must_use]
    pub fn labels(&self, by: &[Label]) -> Vec<Label> {
        let mut labels = by.to_vec();
        for label in self.series.iter().flat_map(|it| it.labels.keys()) {
            if !labels.contains(label) {
                labels.push(*label);
            }
        }
        labels
    }
}

/// The same groups at an earlier time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Comparison {
    /// How much earlier, seconds.
    pub offset_s: i64,
    /// One entry for each group; times are those of the present range.
    pub series: Vec<Points>,
}

/// Points of one group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Points {
    /// The group's labels.
    #[cfg_attr(feature = "schema", schema(value_type = BTreeMap<String, String>))]
    pub labels: Labels,
    /// `[unix seconds, value]`; a step without data has no point.
    pub points: Vec<(i64, f64)>,
}

/// One metric of an app.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct MetricInfo {
    /// Its name.
    pub metric: String,
    /// How its values go together.
    pub kind: Kind,
    /// Its unit; empty where the lines gave none.
    pub unit: String,
    /// The sources that it was seen with, sorted; an empty one stands for lines without a source.
    pub sources: Vec<String>,
    /// The labels that its series are told apart by.
    #[serde(default)]
    pub labels: Vec<Label>,
    /// How many series it has, of all its labels.
    pub series: u64,
    /// The newest value: a gauge's last, a counter's or distribution's last measurement.
    pub last: Option<f64>,
    /// When that was, unix milliseconds.
    pub last_ms: Option<i64>,
}
