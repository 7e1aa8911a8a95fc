//! The Metrics page: one metric of an app, its events and its losses.
//!
//! An address that makes no sense still gives a page: it says what was expected, beside the list of
//! metrics to choose from.

use contract::{
    AppHeader, Error, Kind, MetricQuery, MetricsPage, MetricsPageQuery, Stat, Step, StepChoice, metrics::stats,
    series::QueryAnswer,
};

use super::marks;
use crate::{
    outlet::{
        api::{logs, losses, metrics},
        state::{Outlet, no_such_app},
    },
    store::query,
};

/// The metric that is shown first where it is measured.
const FIRST: &str = "router.service";

/// Makes the Metrics page of the app that the header names.
///
/// # Errors
/// [`Error::NotFound`] without such an app, [`Error::Internal`] when the store can't be read.
pub(crate) async fn page(outlet: &Outlet, head: AppHeader, mut query: MetricsPageQuery) -> Result<MetricsPage, Error> {
    let app = head.summary.app.clone();
    let metrics = metrics::list(outlet, &app).ok_or_else(|| no_such_app(&app))?;
    if query.metric.is_empty() {
        let first = metrics.iter().find(|it| it.metric == FIRST).or(metrics.first());
        query.metric = first.map(|it| it.metric.clone()).unwrap_or_default();
    }
    let kind = metrics.iter().find(|it| it.metric == query.metric).map_or(Kind::Distribution, |it| it.kind);
    let stat = query.stat.unwrap_or_else(|| stats(kind).first().copied().unwrap_or(Stat::Rate));
    query.stat = Some(stat);
    let now_s = head.at_ms.div_euclid(1_000);
    let span = query.range.until(now_s);
    let answer = match &query.problem {
        _ if metrics.is_empty() => Err("no metrics received from this app yet".to_owned()),
        Some(problem) => Err(problem.clone()),
        None => {
            let metric_query = MetricQuery {
                app: app.clone(),
                metric: query.metric.clone(),
                stat,
                span,
                step: StepChoice::Width(Step::clamped(query.range.step_s())),
                by: query.by.clone(),
                compare: query.compare,
            };
            points(outlet, &metric_query, now_s).await?
        }
    };
    let step_s = answer.as_ref().map_or_else(|_| query.range.step_s(), |it| it.step.seconds());
    let losses = losses::intervals(outlet, &app, span, step_s).await?;
    let events = logs::divider_events(outlet, &app, span.ms()).await?;
    let incidents = marks::of(outlet, &app, span, head.at_ms).await?;
    Ok(MetricsPage { head, metrics, query, span, events, incidents, losses, answer })
}

/// The points of a metric, or why there are none, in words.
pub(super) async fn points(
    outlet: &Outlet,
    query: &MetricQuery,
    now_s: i64,
) -> Result<Result<QueryAnswer, String>, Error> {
    match outlet.reader.query(query, now_s).await {
        Ok(answer) => Ok(Ok(answer)),
        Err(query::Error::NotFound(text) | query::Error::Invalid(text)) => Ok(Err(text)),
        Err(error @ query::Error::TooLong) => Ok(Err(error.to_string())),
        Err(query::Error::Store(error)) => {
            tracing::error!(app = query.app, metric = query.metric, %error, "a page could not be read");
            Err(Error::Internal)
        }
    }
}
