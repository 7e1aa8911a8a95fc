//! `GET /api/v1/apps/{app}/endpoints`: the busiest and the slowest endpoints of the last ten minutes.
//!
//! Longer ranges are asked of the metric `router.endpoints`, grouped by `method,path`.

use std::collections::BTreeMap;

use axum::{
    Json,
    extract::{Path, Query, State, rejection::QueryRejection},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use pipeline::Cell;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    answer::{invalid, no_app},
    params,
};
use crate::{
    clock::now_ms,
    live::{
        WINDOW_S,
        endpoints::{ENDPOINTS_MAX, Endpoint},
        second::quantiles,
    },
    outlet::state::Outlet,
    problem::problem,
};

/// Endpoints of one answer unless told otherwise, and at most.
const LIMIT: usize = 20;
/// An endpoint with fewer requests is not called slow: one cold start would lead the list.
const SLOW_REQUESTS_MIN: u64 = 5;

/// What a question's URL may say.
#[derive(Debug, Deserialize)]
pub struct Params {
    sort: Option<String>,
    limit: Option<String>,
}

/// The endpoints of an app.
pub async fn endpoints(
    State(outlet): State<Outlet>,
    Path(app): Path<String>,
    asked: Result<Query<Params>, QueryRejection>,
) -> Response {
    let Ok(Query(asked)) = asked else {
        return problem(StatusCode::BAD_REQUEST, "expected only sort=busiest or slowest, and limit= with a number");
    };
    let is_slowest = match asked.sort.as_deref() {
        None | Some("busiest") => false,
        Some("slowest") => true,
        Some(other) => {
            return problem(
                StatusCode::BAD_REQUEST,
                &format!("expected sort=busiest or slowest, found {:?}", params::cut(other)),
            );
        }
    };
    let limit = match params::count("limit", asked.limit.as_deref(), LIMIT, ENDPOINTS_MAX) {
        Ok(limit) => limit,
        Err(text) => return invalid(&text),
    };
    let now_s = now_ms().div_euclid(1_000);
    let (total, list) = {
        let live = outlet.reader.aggregates.live.lock();
        let Some(app) = live.apps.get(app.as_str()) else { return no_app(&app) };
        (app.endpoints.total(now_s), app.endpoints.list(now_s))
    };
    let rows: Vec<Value> = best(merged(list), is_slowest, limit).iter().map(row).collect();
    Json(json!({ "app": app, "span_s": WINDOW_S, "requests": total, "endpoints": rows })).into_response()
}

/// The figures of one endpoint.
#[derive(Clone, Debug)]
pub struct Row {
    /// HTTP method.
    pub method: String,
    /// Folded path.
    pub path: String,
    /// Service time of those whose time was told.
    pub cell: Cell,
    /// All its requests.
    pub requests: u64,
    /// The most that may be missing from them.
    pub missed: u64,
}

/// Endpoints whose requests are told with their time and without it, as one each.
#[must_use]
pub fn merged(list: Vec<Endpoint>) -> Vec<Row> {
    let mut merged: BTreeMap<(String, String), Row> = BTreeMap::new();
    for endpoint in list {
        let (method, path) = (endpoint.key.method.to_string(), endpoint.key.path.to_string());
        let fresh =
            || Row { method: method.clone(), path: path.clone(), cell: Cell::default(), requests: 0, missed: 0 };
        let row = merged.entry((path.clone(), method.clone())).or_insert_with(fresh);
        row.requests += endpoint.cell.count;
        row.missed += endpoint.missed_max;
        if endpoint.cell.sketch.is_some() {
            row.cell.merge(&endpoint.cell);
        }
    }
    merged.into_values().collect()
}

/// The busiest or the slowest, at most `limit`.
#[must_use]
pub fn best(mut rows: Vec<Row>, is_slowest: bool, limit: usize) -> Vec<Row> {
    let slowness = |row: &Row| row.cell.quantile(0.95).unwrap_or(0.0);
    if is_slowest {
        rows.retain(|it| it.cell.count >= SLOW_REQUESTS_MIN);
        rows.sort_by(|a, b| slowness(b).total_cmp(&slowness(a)));
    } else {
        rows.sort_by_key(|it| std::cmp::Reverse(it.requests));
    }
    rows.truncate(limit);
    rows
}

fn row(row: &Row) -> Value {
    let [p50, p95, p99, max] = quantiles(&row.cell).map_or([None; 4], |it| it.map(Some));
    json!({
        "method": row.method, "path": row.path, "requests": row.requests, "requests_missed_max": row.missed,
        "p50_ms": p50, "p95_ms": p95, "p99_ms": p99, "max_ms": max, "total_ms": row.cell.sum,
    })
}
