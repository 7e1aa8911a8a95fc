//! `GET /api/v1/apps/{app}/endpoints`: the busiest and the slowest endpoints of the last ten
//! minutes.
//!
//! Longer ranges are points of the metrics `router.endpoints` and `router.endpoint_errors`, grouped
//! by `method,path`.

use axum::{
    Json,
    extract::{Path, Query, State, rejection::QueryRejection},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use contract::error::excerpt;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    answer::{invalid, no_app},
    params,
};
use crate::{
    clock::now_ms,
    live::{WINDOW_S, endpoints::ENDPOINTS_MAX, second::quantiles},
    outlet::{
        ranking::{Row, Sort, merged, top},
        state::Outlet,
    },
    problem::problem,
};

/// Endpoints of one answer unless `limit=` says otherwise.
const LIMIT: usize = 20;

/// The parameters of the URL.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Params {
    sort: Option<String>,
    limit: Option<String>,
}

/// The endpoints of an app.
pub(crate) async fn endpoints(
    State(outlet): State<Outlet>,
    Path(app): Path<String>,
    params: Result<Query<Params>, QueryRejection>,
) -> Response {
    let Ok(Query(params)) = params else {
        return problem(StatusCode::BAD_REQUEST, "expected only sort=busiest or slowest, and limit= with a number");
    };
    let sort = match params.sort.as_deref() {
        None | Some("busiest") => Sort::Busiest,
        Some("slowest") => Sort::Slowest,
        Some(other) => {
            return invalid(&format!("expected sort=busiest or slowest, found {:?}", excerpt(other)));
        }
    };
    let limit = match params::count("limit", params.limit.as_deref(), LIMIT, ENDPOINTS_MAX) {
        Ok(limit) => limit,
        Err(text) => return invalid(&text),
    };
    let now_s = now_ms().div_euclid(1_000);
    let (total, list) = {
        let live = outlet.reader.aggregates.live.lock();
        let Some(app) = live.apps.get(app.as_str()) else { return no_app(&app) };
        (app.endpoints.total(now_s), app.endpoints.list(now_s))
    };
    let endpoints = top(merged(list), sort, limit).iter().map(row).collect();
    Json(Endpoints { app, span_s: WINDOW_S, requests: total, endpoints }).into_response()
}

fn row(row: &Row) -> EndpointRow {
    let service_ms = quantiles(&row.cell);
    EndpointRow {
        method: row.key.method.to_string(),
        path: row.key.path.to_string(),
        requests: row.requests,
        errors: row.errors,
        requests_missed_max: row.missed,
        p50_ms: service_ms.map(|it| it.p50),
        p95_ms: service_ms.map(|it| it.p95),
        p99_ms: service_ms.map(|it| it.p99),
        max_ms: service_ms.map(|it| it.max),
        total_ms: row.cell.sum,
    }
}

/// The answer.
#[derive(Serialize, ToSchema)]
pub(crate) struct Endpoints {
    app: String,
    /// The span that requests are counted over, seconds.
    span_s: i64,
    /// Requests of all endpoints.
    requests: u64,
    endpoints: Vec<EndpointRow>,
}

/// An endpoint. Times are of its service, milliseconds.
#[derive(Serialize, ToSchema)]
pub(crate) struct EndpointRow {
    method: String,
    path: String,
    requests: u64,
    errors: u64,
    /// How many requests at most were not counted, before the endpoint was.
    requests_missed_max: u64,
    p50_ms: Option<f64>,
    p95_ms: Option<f64>,
    p99_ms: Option<f64>,
    max_ms: Option<f64>,
    /// All of them together.
    total_ms: f64,
}
