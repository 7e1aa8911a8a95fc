//! What a rule of one's own measures: a statistic of a metric, or of the log lines that a search
//! finds.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Label, Stat};

/// What is measured, once per window of the rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Signal {
    /// A statistic of a metric.
    Metric {
        /// The metric's name.
        metric: String,
        /// The statistic over the window.
        stat: Stat,
        /// Only series with these labels.
        #[serde(rename = "where", default, skip_serializing_if = "BTreeMap::is_empty")]
        only: BTreeMap<Label, String>,
        /// One value for each group of these labels; each group is judged alone.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        by: Vec<Label>,
    },
    /// Log lines that match a filter.
    Search {
        /// The filter, as the Logs page reads it.
        q: String,
        /// Only lines of this source; of every source where it is empty.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        source: String,
        /// The field that is measured; lines are counted without one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        field: Option<SearchField>,
    },
}

/// A statistic of a field of matching lines, such as `p95` of `duration`. A time with a unit counts
/// in milliseconds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SearchField {
    /// The field's name, as `duration` in `duration=12ms`.
    pub name: String,
    /// Its statistic over the window.
    pub stat: Stat,
}

impl Signal {
    /// The signal in a few words: `p95 of router.service by path`, `log lines with "timeout"`.
    #[must_use]
    pub fn describe(&self) -> String {
        match self {
            Self::Metric { metric, stat, only, by } => {
                let mut text = format!("{stat} of {metric}");
                for (label, value) in only {
                    text += &format!(", {label} {value}");
                }
                if !by.is_empty() {
                    text += &format!(", by {}", by.iter().map(|it| it.word()).collect::<Vec<_>>().join(" and "));
                }
                text
            }
            Self::Search { q, source, field } => {
                let of = match field {
                    Some(field) => format!("{} of {} in log lines", field.stat, field.name),
                    None => "log lines".to_owned(),
                };
                let from = if source.is_empty() { String::new() } else { format!(" from {source}") };
                if q.is_empty() { format!("{of}{from}") } else { format!("{of}{from} matching {q}") }
            }
        }
    }
}
