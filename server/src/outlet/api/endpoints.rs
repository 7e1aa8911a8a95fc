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
use serde::Deserialize;
use serde_json::{Value, json};

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
#[derive(Debug, Deserialize)]
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
    let rows: Vec<Value> = top(merged(list), sort, limit).iter().map(row).collect();
    Json(json!({ "app": app, "span_s": WINDOW_S, "requests": total, "endpoints": rows })).into_response()
}

fn row(row: &Row) -> Value {
    let service_ms = quantiles(&row.cell);
    json!({
        "method": row.key.method, "path": row.key.path, "requests": row.requests, "errors": row.errors,
        "requests_missed_max": row.missed,
        "p50_ms": service_ms.map(|it| it.p50), "p95_ms": service_ms.map(|it| it.p95),
        "p99_ms": service_ms.map(|it| it.p99), "max_ms": service_ms.map(|it| it.max), "total_ms": row.cell.sum,
    })
}
