//! `GET /api/v1/apps/{app}/metrics`: the metrics of an app.

use std::collections::BTreeMap;

use axum::{
    Json,
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use contract::{Kind, Label, series::MetricInfo};
use pipeline::SeriesKey;
use serde::Serialize;
use utoipa::ToSchema;

use super::answer::no_app;
use crate::{live::registry::OTHER, outlet::state::Outlet};

/// The answer.
#[derive(Serialize, ToSchema)]
pub(crate) struct Metrics {
    app: String,
    metrics: Vec<MetricInfo>,
}

/// The metrics of an app.
pub(crate) async fn metrics(State(outlet): State<Outlet>, Path(app): Path<String>) -> Response {
    match list(&outlet, &app) {
        Some(metrics) => Json(Metrics { app, metrics }).into_response(),
        None => no_app(&app),
    }
}

/// The metrics of an app, by name; `None` when there is no such app.
pub(crate) fn list(outlet: &Outlet, app: &str) -> Option<Vec<MetricInfo>> {
    let live = outlet.reader.aggregates.live.lock();
    let windows = live.apps.get(app)?;
    let mut metrics: BTreeMap<(String, &str, String), MetricInfo> = BTreeMap::new();
    for series in live.registry.of(app) {
        let key = &series.key;
        // Kinds in the order of their words, as answers have always listed them.
        let place = (key.metric.to_string(), key.kind.word(), key.unit.to_string());
        let info = metrics.entry(place).or_insert_with(|| unmeasured(&key.metric, key.kind, &key.unit));
        info.series += 1;
        info.sources.push(key.source.to_string());
        for label in Label::ALL.into_iter().filter(|it| has_label(key, *it)) {
            if !info.labels.contains(&label) {
                info.labels.push(label);
            }
        }
        if let Some(last) = windows.last(series.id).filter(|it| info.last_ms.is_none_or(|known| known < it.at_ms)) {
            (info.last, info.last_ms) = (Some(last.value), Some(last.at_ms));
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

/// Whether a series has a label that it can be grouped by. What was too much for a series of its
/// own has no label.
fn has_label(key: &SeriesKey, label: Label) -> bool {
    &*key.source != OTHER && key.label(label.word()).is_some_and(|it| !it.is_empty())
}

fn unmeasured(metric: &str, kind: Kind, unit: &str) -> MetricInfo {
    let (metric, unit) = (metric.to_owned(), unit.to_owned());
    MetricInfo { metric, kind, unit, sources: vec![], labels: vec![], series: 0, last: None, last_ms: None }
}
