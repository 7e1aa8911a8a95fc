//! `GET /api/v1/apps/{app}/metrics`: what an app measures; and the Metrics page, which shows one of them.

use std::collections::BTreeMap;

use axum::{
    Json,
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use contract::{
    AppHeader, Error, MetricsPage, MetricsPageQuery, Range, Span,
    metrics::stats,
    series::{MetricInfo, QueryAnswer},
};

use super::{answer::no_app, logs, losses, query as metric_query};
use crate::{
    outlet::{Outlet, no_such_app},
    store::query,
};

/// What is shown first where it is measured: what a person asks first.
const FIRST: &str = "router.service";

/// The metrics of an app.
pub async fn metrics(State(outlet): State<Outlet>, Path(app): Path<String>) -> Response {
    match list(&outlet, &app) {
        Some(metrics) => Json(serde_json::json!({ "app": app, "metrics": metrics })).into_response(),
        None => no_app(&app),
    }
}

/// The metrics of an app, by name; `None` when there is no such app.
fn list(outlet: &Outlet, app: &str) -> Option<Vec<MetricInfo>> {
    let live = outlet.reader.aggregates.live.lock();
    let windows = live.apps.get(app)?;
    let mut metrics: BTreeMap<(String, &str, String), MetricInfo> = BTreeMap::new();
    for series in live.registry.of(app) {
        let key = &series.key;
        let name = (key.metric.to_string(), key.kind.word(), key.unit.to_string());
        let info = metrics.entry(name.clone()).or_insert_with(|| MetricInfo {
            metric: name.0,
            kind: name.1.to_owned(),
            unit: name.2,
            sources: vec![],
            series: 0,
            last: None,
            last_ms: None,
        });
        info.series += 1;
        info.sources.push(key.source.to_string());
        if let Some((at_ms, value)) =
            windows.last.get(&series.id).filter(|it| info.last_ms.is_none_or(|known| known < it.0))
        {
            (info.last, info.last_ms) = (Some(*value), Some(*at_ms));
        }
    }
    drop(live);
    let mut metrics: Vec<MetricInfo> = metrics.into_values().collect();
    for info in &mut metrics {
        info.sources.sort_unstable();
        info.sources.dedup();
    }
    Some(metrics)
}

/// The Metrics page.
///
/// # Errors
/// [`Error::NotFound`] without such an app, [`Error::Internal`] when the store can't be read. What makes no sense in the question is
/// told in the page.
pub async fn page(outlet: &Outlet, head: AppHeader, mut asked: MetricsPageQuery) -> Result<MetricsPage, Error> {
    let app = head.summary.app.clone();
    let metrics = list(outlet, &app).ok_or_else(|| no_such_app(&app))?;
    if asked.metric.is_empty() {
        let first = metrics.iter().find(|it| it.metric == FIRST).or(metrics.first());
        asked.metric = first.map(|it| it.metric.clone()).unwrap_or_default();
    }
    let kind = metrics.iter().find(|it| it.metric == asked.metric).map(|it| it.kind.clone()).unwrap_or_default();
    if asked.stat.is_empty() {
        asked.stat = stats(&kind).first().copied().unwrap_or("rate").to_owned();
    }
    let now_s = head.at_ms.div_euclid(1_000);
    let span = match asked.range {
        Range::Custom(span) => span,
        range => Span::clamped(now_s + 1 - range.length_s(), now_s + 1),
    };
    let answer = if metrics.is_empty() {
        Err("This app has measured nothing yet".to_owned())
    } else {
        ask(outlet, &app, &asked, span, head.at_ms).await?
    };
    let step_s = answer.as_ref().map_or_else(|_| asked.range.step_s(), |it| it.step);
    let lost = losses::spans(outlet, &app, span, step_s).await?;
    let (from_ms, to_ms) = span.ends_ms();
    let marks = logs::divider_events(outlet, &app, from_ms..to_ms).await?;
    Ok(MetricsPage { head, metrics, asked, span_s: span.ends(), marks, lost, answer })
}

async fn ask(
    outlet: &Outlet,
    app: &str,
    asked: &MetricsPageQuery,
    span: Span,
    now_ms: i64,
) -> Result<Result<QueryAnswer, String>, Error> {
    let given = |text: &str| Some(text.to_owned()).filter(|it| !it.is_empty());
    let words = metric_query::Params {
        metric: asked.metric.clone(),
        stat: given(&asked.stat),
        from: Some(span.from_s().to_string()),
        to: Some(span.to_s().to_string()),
        step: Some(asked.range.step_s().to_string()),
        by: given(&asked.by),
        compare: given(&asked.compare),
        format: None,
    };
    let parts = super::params::earlier_s(words.compare.as_deref())
        .and_then(|it| Ok((it, metric_query::question(app.to_owned(), words, now_ms)?)));
    let (offset_s, question) = match parts {
        Ok(parts) => parts,
        Err(text) => return Ok(Err(text)),
    };
    let now_s = now_ms.div_euclid(1_000);
    match outlet.reader.ask_beside(&question, offset_s, now_s).await {
        Ok(answer) => Ok(Ok(answer)),
        Err(query::Error::NotFound(text) | query::Error::Invalid(text)) => Ok(Err(text)),
        Err(error @ query::Error::TooLong) => Ok(Err(error.to_string())),
        Err(query::Error::Store(error)) => {
            tracing::error!(app, metric = asked.metric, %error, "a page could not be read");
            Err(Error::Internal)
        }
    }
}
