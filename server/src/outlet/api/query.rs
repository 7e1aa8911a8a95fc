//! `GET /api/v1/apps/{app}/query`: the points of a metric as JSON or CSV.

use axum::{
    Json,
    extract::{Path, Query, State, rejection::QueryRejection},
    response::{IntoResponse, Response},
};
use contract::{MetricQuery, error::excerpt};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    answer::{invalid, unanswered},
    csv,
    params::{MetricParams, metric_query, zone},
};
use crate::{clock::now_ms, outlet::state::Outlet, watch::zone::Zone};

/// The parameters of the URL.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Params {
    metric: String,
    stat: Option<String>,
    from: Option<String>,
    to: Option<String>,
    step: Option<String>,
    by: Option<String>,
    compare: Option<String>,
    format: Option<String>,
    tz: Option<String>,
}

/// How an answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Json,
    Csv,
}

/// Answers with the points of a metric.
pub(crate) async fn query(
    State(outlet): State<Outlet>,
    Path(app): Path<String>,
    params: Result<Query<Params>, QueryRejection>,
) -> Response {
    let now_ms = now_ms();
    let params = params.map_err(|it| it.body_text());
    let (format, query, zone) = match params.and_then(|Query(params)| read(&app, &params, now_ms)) {
        Ok(read) => read,
        Err(text) => return invalid(&text),
    };
    match outlet.reader.query(&query, now_ms.div_euclid(1_000)).await {
        Ok(answer) if format == Format::Csv => csv::reply(&query.by, &answer, &zone),
        Ok(answer) => Json(answer).into_response(),
        Err(error) => unanswered(error, &app, &query.metric),
    }
}

fn read(app: &str, asked: &Params, now_ms: i64) -> Result<(Format, MetricQuery, Zone), String> {
    let format = match asked.format.as_deref() {
        None | Some("json") => Format::Json,
        Some("csv") => Format::Csv,
        Some(other) => return Err(format!("expected format= to be json or csv, found {:?}", excerpt(other))),
    };
    let zone = zone(asked.tz.as_deref())?;
    let params = MetricParams {
        metric: &asked.metric,
        stat: asked.stat.as_deref(),
        from: asked.from.as_deref(),
        to: asked.to.as_deref(),
        step: asked.step.as_deref(),
        by: asked.by.as_deref(),
        compare: asked.compare.as_deref(),
    };
    Ok((format, metric_query(app, params, now_ms)?, zone))
}
