//! Reads a metric's points: plans which rows answer a query, reads them, and merges.
//!
//! Percentiles come from merged sketches, never from percentiles. A step without data has no point:
//! nothing is not zero.

/// The value of a statistic.
pub mod stat;

/// Which rows answer a query.
pub mod plan;

/// Series sorted into groups by their labels.
pub mod group;

/// Rows, open cells and windows of a span, merged.
pub mod merge;

/// The same range at an earlier time.
pub mod compare;

use std::{sync::Arc, time::Duration};

use contract::{
    MetricQuery,
    series::{Points, QueryAnswer},
};
use pipeline::{Cell, Kind, SeriesKey};

use self::{
    group::{Found, group_by_labels, kind_of, labels_of, units},
    plan::{Plan, Reach},
};
use super::{Store, aggregates::Aggregates};
use crate::config::Retention;

/// Most rows that an answer is merged from.
pub const ROWS_MAX: i64 = 4_000_000;
/// Longest time that an answer takes.
pub const ASK_MAX: Duration = Duration::from_secs(15);

/// Everything that a query is answered from.
#[derive(Clone)]
pub struct Reader {
    /// The database file, for rollup rows.
    pub store: Store,
    /// What is counted in memory.
    pub aggregates: Aggregates,
    /// How long each resolution stays.
    pub retention: Retention,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such app or metric.
    #[error("{0}")]
    NotFound(String),
    /// The query does not make sense.
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
    /// Answers a query, with the same of an earlier time beside it where it asks for that.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn query(&self, query: &MetricQuery, now_s: i64) -> Result<QueryAnswer, Error> {
        if let Some(offset) = query.compare {
            return self.compare(query, offset.seconds(), now_s).await;
        }
        let plan = Plan::make(query.span, query.step, now_s, &self.reach(now_s));
        self.answer(query, &plan.map_err(Error::Invalid)?, now_s).await
    }

    /// Answers a query from rows alone; [`MetricQuery::compare`] is not looked at.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn query_rows(&self, query: &MetricQuery, now_s: i64) -> Result<QueryAnswer, Error> {
        let plan = Plan::of_rows(query.span, query.step, &self.reach(now_s));
        self.answer(query, &plan.map_err(Error::Invalid)?, now_s).await
    }

    /// How far back the rows go.
    #[must_use]
    pub fn reach(&self, now_s: i64) -> Reach {
        Reach::of(&self.retention, &self.aggregates.usage, now_s)
    }

    /// Reads what a plan says, for every group of the metric's series.
    async fn answer(&self, query: &MetricQuery, plan: &Plan, now_s: i64) -> Result<QueryAnswer, Error> {
        let found = self.find(&query.app, |key| key.metric.as_ref() == query.metric)?;
        if found.is_empty() {
            return Err(Error::NotFound(format!("{} has no metric named {}", query.app, query.metric)));
        }
        let groups = group_by_labels(&found, &labels_of(&found, &query.by))?;
        let rows = plan.rows() * found.len() as i64;
        if rows > ROWS_MAX {
            return Err(Error::Invalid(format!(
                "expected a question of at most {ROWS_MAX} rows, found {rows} of {} series: ask for a wider step= or a shorter range",
                found.len()
            )));
        }
        let reading = merge::read(self, &groups, plan, stat::columns(query.stat));
        let merged = tokio::time::timeout(ASK_MAX, reading).await.map_err(|_| Error::TooLong)??;
        let point = |kind: Kind, at_s: i64, cell: &Cell| {
            stat::value(query.stat, cell, kind, plan.elapsed_s(at_s, now_s)).map(|it| (at_s, it))
        };
        let series = groups.iter().zip(merged).map(|(group, steps)| {
            let kind = kind_of(&found, group);
            let points = steps.iter().filter_map(|(at_s, cell)| point(kind, *at_s, cell)).collect();
            Points { labels: group.key.clone(), points }
        });
        let units = units(&found);
        Ok(QueryAnswer {
            metric: query.metric.clone(),
            stat: query.stat,
            unit: if units.len() == 1 { units[0].to_owned() } else { String::new() },
            step: plan.step,
            series: series.collect(),
            compared: None,
        })
    }

    /// The series of an app that pass.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such app.
    pub fn find(&self, app: &str, pass: impl Fn(&SeriesKey) -> bool) -> Result<Vec<Found>, Error> {
        let live = self.aggregates.live.lock();
        if !live.apps.contains_key(app) {
            return Err(Error::NotFound(format!("there is no app named {app}")));
        }
        Ok(live.registry.of(app).filter(|it| pass(&it.key)).map(|it| (it.id, Arc::clone(&it.key))).collect())
    }
}
