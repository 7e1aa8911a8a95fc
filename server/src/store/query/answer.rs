//! Answers a metric query: plans which rows are needed, reads them, and merges them by group.
//!
//! Percentiles come from merged sketches, never from percentiles. A step without data has no point:
//! nothing is not zero.

use contract::{
    MetricQuery,
    series::{Points, QueryAnswer},
};
use pipeline::{Cell, Kind};

use super::{
    error::{ASK_MAX, Error},
    group::{group_by_labels, kind_of, labels_of, units},
    merge,
    plan::Plan,
    reader::Reader,
    stat,
};

/// Most rows that an answer is merged from.
pub(crate) const ROWS_MAX: i64 = 4_000_000;
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

    /// Reads what a plan says, for every group of the metric's series.
    pub(super) async fn answer(&self, query: &MetricQuery, plan: &Plan, now_s: i64) -> Result<QueryAnswer, Error> {
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
}
