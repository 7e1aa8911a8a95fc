//! Reads a metric's points: plans which rows answer a question, reads them, and merges.
//!
//! Percentiles come from merged sketches, never from percentiles. A step without data has no point: nothing is not zero.

/// What can be asked of a cell.
pub mod stat;

/// Which rows answer a question.
pub mod plan;

/// Rows, open cells and windows of a span, merged.
pub mod merge;

/// The same range at an earlier time.
pub mod compare;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use contract::{
    Span,
    series::{Points, QueryAnswer},
};
use pipeline::{Cell, Kind, SeriesKey};

use self::{
    merge::Group,
    plan::{Plan, Reach, Step},
    stat::Stat,
};
use super::{Store, aggregates::Aggregates};
use crate::{config::Retention, live::SeriesId};

/// Most groups of one answer.
pub const GROUPS_MAX: usize = 1_000;
/// Most rows that an answer is merged from.
pub const ROWS_MAX: i64 = 4_000_000;
/// Longest time that an answer takes.
pub const ASK_MAX: Duration = Duration::from_secs(15);
/// The labels that an answer can be grouped by.
pub const LABELS: [&str; 8] = ["source", "status", "class", "method", "path", "code", "unit", "kind"];

/// Everything that a question is answered from.
#[derive(Clone)]
pub struct Reader {
    /// The file.
    pub store: Store,
    /// The memory.
    pub aggregates: Aggregates,
    /// How long each resolution stays.
    pub retention: Retention,
}

/// A question.
#[derive(Clone, Debug)]
pub struct Question {
    /// The app's name.
    pub app: String,
    /// The metric's name.
    pub metric: String,
    /// The statistic.
    pub stat: Stat,
    /// The range.
    pub span: Span,
    /// Width of a step.
    pub step: Step,
    /// The labels to group by.
    pub by: Vec<String>,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such app or metric.
    #[error("{0}")]
    NotFound(String),
    /// The question does not make sense.
    #[error("{0}")]
    Invalid(String),
    /// It took too long.
    #[error("the answer took longer than {} s: ask for a wider step= or a shorter range", ASK_MAX.as_secs())]
    TooLong,
    /// The store could not be read.
    #[error("the store could not be read: {0}")]
    Store(#[from] sqlx::Error),
}

impl Reader {
    /// Answers a question.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn ask(&self, question: &Question, now_s: i64) -> Result<QueryAnswer, Error> {
        let plan = Plan::make(question.span, question.step, now_s, &self.reach(now_s));
        self.answer(question, &plan.map_err(Error::Invalid)?, now_s).await
    }

    /// Answers a question from rows alone.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn ask_rows(&self, question: &Question, now_s: i64) -> Result<QueryAnswer, Error> {
        let plan = Plan::of_rows(question.span, question.step, &self.reach(now_s));
        self.answer(question, &plan.map_err(Error::Invalid)?, now_s).await
    }

    /// How far back the rows go.
    #[must_use]
    pub fn reach(&self, now_s: i64) -> Reach {
        Reach::of(&self.retention, &self.aggregates.usage, now_s)
    }

    pub(super) async fn answer(&self, question: &Question, plan: &Plan, now_s: i64) -> Result<QueryAnswer, Error> {
        let found = self.find(&question.app, |key| key.metric.as_ref() == question.metric)?;
        if found.is_empty() {
            return Err(Error::NotFound(format!("{} has no metric named {}", question.app, question.metric)));
        }
        let mut units: Vec<&str> = found.iter().map(|(_, key)| &*key.unit).collect();
        units.sort_unstable();
        units.dedup();
        let mut kinds: Vec<&str> = found.iter().map(|(_, key)| key.kind.word()).collect();
        kinds.sort_unstable();
        kinds.dedup();
        // What has another unit, or is measured in another way, is never added up.
        let mut by = question.by.clone();
        for (label, words) in [("unit", &units), ("kind", &kinds)] {
            if words.len() > 1 && !by.iter().any(|it| it == label) {
                by.push(label.to_owned());
            }
        }
        let groups = group(&found, &by)?;
        let rows = plan.rows() * found.len() as i64;
        if rows > ROWS_MAX {
            return Err(Error::Invalid(format!(
                "expected a question of at most {ROWS_MAX} rows, found {rows} of {} series: ask for a wider step= or a shorter range",
                found.len()
            )));
        }
        let reading = merge::read(self, &groups, plan, question.stat.columns());
        let merged = tokio::time::timeout(ASK_MAX, reading).await.map_err(|_| Error::TooLong)??;
        let point = |kind: Kind, at_s: i64, cell: &Cell| {
            let end_s = (at_s + plan.step_s).min(now_s.max(at_s + 1)).min(plan.to_s.max(at_s + 1));
            question.stat.of(cell, kind, end_s - at_s).map(|it| (at_s, it))
        };
        let series = groups.iter().zip(merged).map(|(group, (labels, cells))| {
            let kind = kind_of(&found, group);
            Points { labels, points: cells.iter().filter_map(|(at_s, cell)| point(kind, *at_s, cell)).collect() }
        });
        Ok(QueryAnswer {
            metric: question.metric.clone(),
            stat: question.stat.to_string(),
            unit: if units.len() == 1 { units[0].to_owned() } else { String::new() },
            step: plan.step_s,
            series: series.collect(),
            compared: None,
        })
    }

    /// The series of an app that pass.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such app.
    pub fn find(&self, app: &str, pass: impl Fn(&SeriesKey) -> bool) -> Result<Vec<(SeriesId, Arc<SeriesKey>)>, Error> {
        let live = self.aggregates.live.lock();
        if !live.apps.contains_key(app) {
            return Err(Error::NotFound(format!("there is no app named {app}")));
        }
        Ok(live.registry.of(app).filter(|it| pass(&it.key)).map(|it| (it.id, Arc::clone(&it.key))).collect())
    }
}

/// How the series of a group are measured: all alike.
fn kind_of(found: &[(SeriesId, Arc<SeriesKey>)], group: &Group) -> Kind {
    let first = group.series.first();
    found.iter().find(|it| Some(&it.0) == first).map_or(Kind::Gauge, |it| it.1.kind)
}

/// Sorts series into groups by their labels.
///
/// # Errors
/// [`Error::Invalid`] when a label is unknown or there would be too many groups.
pub fn group(found: &[(SeriesId, Arc<SeriesKey>)], by: &[String]) -> Result<Vec<Group>, Error> {
    let mut groups: BTreeMap<BTreeMap<String, String>, Vec<SeriesId>> = BTreeMap::new();
    for (id, key) in found {
        let mut labels = BTreeMap::new();
        for name in by {
            let value = match name.as_str() {
                "unit" => Some(key.unit.to_string()),
                "kind" => Some(key.kind.word().to_owned()),
                _ => key.label(name).map(|it| it.into_owned()),
            };
            let Some(value) = value else {
                return Err(Error::Invalid(format!("expected by= to be any of {}, found {name:?}", LABELS.join(", "))));
            };
            labels.insert(name.clone(), value);
        }
        groups.entry(labels).or_default().push(*id);
    }
    if groups.len() > GROUPS_MAX {
        return Err(Error::Invalid(format!("expected at most {GROUPS_MAX} groups, found {}", groups.len())));
    }
    Ok(groups.into_iter().map(|(labels, series)| Group { labels, series }).collect())
}
