//! `GET /api/v1/apps/{app}/query`: the points of a metric as JSON or CSV.

use axum::{
    Json,
    extract::{Path, Query, State, rejection::QueryRejection},
    response::{IntoResponse, Response},
};
use contract::{MetricQuery, error::excerpt};
use serde::Deserialize;

use super::{
    answer::{invalid, unanswered},
    csv,
    params::{MetricParams, metric_query},
};
use crate::{clock::now_ms, outlet::state::Outlet};

/// The parameters of the URL.
#[derive(Debug, Deserialize)]
pub(crate) struct Params {
    metric: String,
    stat: Option<String>,
    from: Option<String>,
    to: Option<String>,
    step: Option<String>,
    by: Option<String>,
    compare: Option<String>,
    format: Option<String>,
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
    let (format, query) = match params.and_then(|Query(params)| read(&app, &params, now_ms)) {
        Ok(read) => read,
        Err(text) => return invalid(&text),
    };
    match outlet.reader.query(&query, now_ms.div_euclid(1_000)).await {
        Ok(answer) if format == Format::Csv => csv::reply(&query.by, &answer),
        Ok(answer) => Json(answer).into_response(),
        Err(error) => unanswered(error, &app, &query.metric),
    }
}

fn read(app: &str, params: &Params, now_ms: i64) -> Result<(Format, MetricQuery), String> {
    let format = match params.format.as_deref() {
        None | Some("json") => Format::Json,
        Some("csv") => Format::Csv,
        Some(other) => return Err(format!("expected format= to be json or csv, found {:?}", excerpt(other))),
    };
    let params = MetricParams {
        metric: &params.metric,
        stat: params.stat.as_deref(),
        from: params.from.as_deref(),
        to: params.to.as_deref(),
        step: params.step.as_deref(),
        by: params.by.as_deref(),
        compare: params.compare.as_deref(),
    };
    Ok((format, metric_query(app, params, now_ms)?))
}
