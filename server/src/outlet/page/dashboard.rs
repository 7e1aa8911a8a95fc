//! The App page, put together: from the live windows for the last minutes, from rollups for longer ranges.

use contract::{Addon, AppPage, AppSummary, Column, Endpoint, Error, Kpis, Mark, Range, Span};
use pipeline::Cell;

use super::{addons, history};
use crate::{
    live::{AppLive, events::page_event, second::quantiles},
    outlet::{
        api::{endpoints, losses},
        state::Outlet,
    },
    store::{events, query},
};

/// Most events and endpoints of a page.
const MARKS_MAX: usize = 60;
const ENDPOINTS_MAX: usize = 8;

/// Makes the page.
///
/// # Errors
/// [`Error::NotFound`] without such an app, [`Error::Internal`] when the store can't be read.
pub async fn make(outlet: &Outlet, summary: AppSummary, range: Range, now_ms: i64) -> Result<AppPage, Error> {
    let now_s = now_ms.div_euclid(1_000);
    let (range, mut from_s, mut to_s) = match range {
        Range::Custom(span) => {
            let range = Range::between(span.from_s(), span.to_s());
            let (from_s, to_s) = range.span_s().unwrap_or(span).ends();
            (range, from_s, to_s)
        }
        _ => {
            let to_s = now_s + 1 + (-(now_s + 1)).rem_euclid(range.step_s());
            (range, to_s - range.length_s(), to_s)
        }
    };
    let mut step_s = range.step_s();
    let (id, memory_quota_mb, live) = {
        let live = outlet.reader.aggregates.live.lock();
        let app = live.apps.get(summary.app.as_str()).ok_or_else(|| Error::NotFound(summary.app.clone()))?;
        let recent = (range == Range::Live).then(|| recent(app, from_s, to_s));
        (live.position.saturating_sub(1), app.quota_mb, recent)
    };
    let history = history::History::of(outlet, &summary.app, now_s).map_err(hide)?;
    let (columns, kpis) = match live {
        Some(recent) => recent,
        None => {
            let steps = history.steps(Span::clamped(from_s, to_s), step_s).await.map_err(hide)?;
            (from_s, to_s, step_s) = (steps.from_s, steps.to_s, steps.step_s);
            (steps.columns, history.over(Span::clamped(from_s, to_s), steps.first_s).await.map_err(hide)?)
        }
    };
    let before = history.before(Span::clamped(from_s, to_s), range.earlier_s()).await.map_err(hide)?;
    let marks = marks(outlet, &summary.app, (from_s, to_s)).await.map_err(|it| hide(query::Error::Store(it)))?;
    let of_range =
        if range == Range::Live { None } else { history.endpoints(Span::clamped(from_s, to_s)).await.map_err(hide)? };
    let are_endpoints_of_range = of_range.is_some();
    let mut rows = of_range.unwrap_or_default();
    if !are_endpoints_of_range || to_s >= now_s {
        // What was rarely asked for has no stored series, but is known of the last minutes.
        let is_new = |it: &endpoints::Row| !rows.iter().any(|row| (&row.method, &row.path) == (&it.method, &it.path));
        let mut recent = recent_endpoints(outlet, &summary.app, now_s);
        recent.retain(is_new);
        rows.append(&mut recent);
    }
    let endpoints = telling(rows);
    let addons = addons(outlet, &summary.app, now_s);
    let losses = if summary.lost_lines > 0 { losses::counted(outlet, &summary.app, now_ms).await? } else { vec![] };
    let unmatched = losses::unmatched(outlet, &summary.app, now_ms).await?;
    Ok(AppPage {
        at_ms: now_ms,
        id,
        summary,
        range,
        from_s,
        to_s,
        step_s,
        columns,
        memory_quota_mb,
        kpis,
        before,
        marks,
        endpoints,
        are_endpoints_of_range,
        addons,
        losses,
        unmatched,
    })
}

/// What happened in a range, in order of time.
async fn marks(outlet: &Outlet, app: &str, (from_s, to_s): (i64, i64)) -> Result<Vec<Mark>, sqlx::Error> {
    let (app, from_ms, to_ms) = (app.to_owned(), from_s * 1_000, to_s * 1_000);
    let question = events::Question { app, from_ms, to_ms, kind: None, limit: MARKS_MAX };
    let found = events::ask(&outlet.reader.store, &outlet.reader.aggregates, &question).await?;
    Ok(found.iter().rev().map(page_event).collect())
}

/// Endpoints of the last ten minutes, with their cells; requests whose time was told and those without it are two of one endpoint.
fn recent_endpoints(outlet: &Outlet, app: &str, now_s: i64) -> Vec<endpoints::Row> {
    let live = outlet.reader.aggregates.live.lock();
    let list = live.apps.get(app).map(|it| it.endpoints.list(now_s)).unwrap_or_default();
    drop(live);
    endpoints::merged(list)
}

/// The slowest of them and the busiest.
fn telling(rows: Vec<endpoints::Row>) -> Vec<Endpoint> {
    let mut chosen = endpoints::best(rows.clone(), true, ENDPOINTS_MAX);
    for row in endpoints::best(rows, false, ENDPOINTS_MAX) {
        if !chosen.iter().any(|it| (&it.method, &it.path) == (&row.method, &row.path)) {
            chosen.push(row);
        }
    }
    let row = |it: endpoints::Row| Endpoint {
        method: it.method,
        path: it.path,
        requests: it.requests,
        service_ms: quantiles(&it.cell).map(|[p50, p95, _, max]| [p50, p95, max]),
    };
    chosen.into_iter().map(row).collect()
}

/// What its add-ons last said.
fn addons(outlet: &Outlet, app: &str, now_s: i64) -> Vec<Addon> {
    let live = outlet.reader.aggregates.live.lock();
    let Some(windows) = live.apps.get(app) else { return vec![] };
    let newest = live.registry.of(app).filter_map(|series| {
        let last = windows.last.get(&series.id)?;
        Some((&*series.key, (last.at_ms, last.value)))
    });
    addons::list(newest, now_s)
}

fn hide(error: query::Error) -> Error {
    match error {
        query::Error::NotFound(text) => Error::NotFound(text),
        query::Error::Invalid(text) => Error::Invalid(text),
        error @ query::Error::TooLong => Error::Invalid(error.to_string()),
        query::Error::Store(error) => {
            tracing::error!(%error, "a page could not be read");
            Error::Internal
        }
    }
}

/// Of the last minutes, from the live windows.
fn recent(app: &AppLive, from_s: i64, to_s: i64) -> (Vec<Column>, Kpis) {
    let (mut requests, mut service, mut lost) = ([0_u64; 4], Cell::default(), 0);
    let mut first_s = None;
    let columns = app.range(from_s, to_s).map(|second| {
        first_s = first_s.or(Some(second.at_s));
        for (sum, n) in requests.iter_mut().zip(second.requests) {
            *sum += n;
        }
        service.merge(&second.service);
        lost += second.lost;
        second.chart_bucket()
    });
    let columns = columns.collect();
    let span_s = first_s.map_or(1, |it| (to_s - it).max(1));
    (columns, kpis(requests, &service, span_s, lost))
}

/// The figures of a span that has data from its beginning.
pub(crate) fn kpis(requests: [u64; 4], service: &Cell, span_s: i64, lost_lines: u64) -> Kpis {
    let total: u64 = requests.iter().sum();
    Kpis {
        requests: total,
        requests_per_s: (total > 0).then(|| total as f64 / span_s as f64),
        p50_ms: service.quantile(0.5),
        p95_ms: service.quantile(0.95),
        p99_ms: service.quantile(0.99),
        error_rate: (total > 0).then(|| requests[3] as f64 / total as f64),
        lost_lines,
    }
}
