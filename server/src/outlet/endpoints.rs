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

use super::{Outlet, api::no_app};
use crate::{
    live::{WINDOW_S, headline::quantiles},
    receiver::{logs::now_ms, refusal::problem},
};

/// Endpoints of one answer unless told otherwise, and at most.
const LIMIT: usize = 20;
/// An endpoint with fewer requests is not called slow: one cold start would lead the list.
const SLOW_REQUESTS_MIN: u64 = 5;

/// What a question's URL may say.
#[derive(Debug, Deserialize)]
pub struct Asked {
    sort: Option<String>,
    limit: Option<usize>,
}

/// The endpoints of an app.
pub async fn endpoints(
    State(outlet): State<Outlet>,
    Path(app): Path<String>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Response {
    let Ok(Query(asked)) = asked else {
        return problem(StatusCode::BAD_REQUEST, "expected at most sort=busiest|slowest and a number as limit=");
    };
    let is_slowest = match asked.sort.as_deref() {
        None | Some("busiest") => false,
        Some("slowest") => true,
        Some(other) => {
            return problem(StatusCode::BAD_REQUEST, &format!("expected sort=busiest or slowest, found {other:?}"));
        }
    };
    let now_s = now_ms().div_euclid(1_000);
    let (total, list) = {
        let live = outlet.reader.counting.live.lock();
        let Some(app) = live.apps.get(app.as_str()) else { return no_app(&app) };
        (app.endpoints.total(now_s), app.endpoints.list(now_s))
    };
    // Requests whose time was told and those without it are two series of one endpoint.
    let mut merged: BTreeMap<(String, String), (Cell, u64, u64)> = BTreeMap::new();
    for endpoint in list {
        let name = (endpoint.key.method.to_string(), endpoint.key.path.to_string());
        let (cell, requests, missed) = merged.entry(name).or_default();
        *requests += endpoint.cell.count;
        *missed += endpoint.missed;
        if endpoint.cell.sketch.is_some() {
            cell.merge(&endpoint.cell);
        }
    }
    let mut rows: Vec<_> = merged.into_iter().collect();
    let slowness = |cell: &Cell| cell.quantile(0.95).unwrap_or(0.0);
    if is_slowest {
        rows.retain(|(_, (cell, _, _))| cell.count >= SLOW_REQUESTS_MIN);
        rows.sort_by(|a, b| slowness(&b.1.0).total_cmp(&slowness(&a.1.0)));
    } else {
        rows.sort_by_key(|row| std::cmp::Reverse(row.1.1));
    }
    rows.truncate(asked.limit.unwrap_or(LIMIT).clamp(1, crate::live::endpoints::ENDPOINTS_MAX));
    let rows: Vec<Value> = rows.into_iter().map(row).collect();
    Json(json!({ "app": app, "span_s": WINDOW_S, "requests": total, "endpoints": rows })).into_response()
}

fn row(((method, path), (cell, requests, missed)): ((String, String), (Cell, u64, u64))) -> Value {
    let [p50, p95, p99, max] = quantiles(&cell).map_or([None; 4], |it| it.map(Some));
    json!({
        "method": method, "path": path, "requests": requests, "requests_missed_max": missed,
        "p50_ms": p50, "p95_ms": p95, "p99_ms": p99, "max_ms": max,
        "total_ms": cell.sum,
    })
}
