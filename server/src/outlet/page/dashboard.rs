//! The App page, put together: from the live windows for the last minutes, from rollups for longer
//! ranges.

use contract::{Addon, AppPage, AppSummary, ChartBucket, Endpoint, Error, Event, EventKind, Kpis, Range, Span, SpanMs};

use super::{addons, changed, history::History, kpis::Sums, marks, usual};
use crate::{
    live::{AppLive, events::page_event, second::quantiles},
    outlet::{
        api::losses,
        ranking::{Row, Sort, merged, top},
        state::Outlet,
    },
    store::{
        events::{self, EventQuery},
        query,
    },
};

/// Most events of a page.
const EVENTS_MAX: usize = 60;
/// Most releases that are added to them where there are more events.
const RELEASES_MAX: usize = 20;
/// Most endpoints of a page: the busiest, and behind them the slowest of the others.
const ENDPOINTS_MAX: usize = 200;
/// Most of the slowest ones that are not among the busiest.
const SLOWEST_MAX: usize = 8;

/// Makes the App page of an app over a range.
///
/// # Errors
/// [`Error::NotFound`] without such an app, [`Error::Internal`] when the store can't be read.
pub(crate) async fn make(outlet: &Outlet, summary: AppSummary, range: Range, now_ms: i64) -> Result<AppPage, Error> {
    let now_s = now_ms.div_euclid(1_000);
    let (range, mut span) = span_of(range, now_s);
    let mut step_s = range.step_s();
    let (id, memory_quota_mb, window_s, live) = {
        let live = outlet.reader.aggregates.live.lock();
        let app = live.apps.get(summary.app.as_str()).ok_or_else(|| Error::NotFound(summary.app.clone()))?;
        let recent = (range == Range::Live).then(|| recent(app, span));
        let window_s = if range == Range::Live { app.percentiles.length_s } else { 0 };
        (live.position.saturating_sub(1), app.quota_mb, window_s, recent)
    };
    let history = History::of(outlet, &summary.app, now_s).map_err(hide)?;
    let (buckets, kpis) = match live {
        Some(recent) => recent,
        None => {
            let steps = history.steps(span, step_s).await.map_err(hide)?;
            (span, step_s) = (steps.span, steps.step_s);
            (steps.buckets, history.kpis(span, steps.first_s).await.map_err(hide)?)
        }
    };
    let previous = history.previous(span, range.earlier_s()).await.map_err(hide)?;
    let usual_from = outlet.usual.at(&summary.app, now_s).map(|it| it.usual.basis);
    let usual = usual::of_page(outlet, &summary.app, range, span, now_s).await.map_err(hide)?;
    let events = events_of(outlet, &summary.app, span.ms()).await.map_err(|error| hide(query::Error::Store(error)))?;
    let of_range = if range == Range::Live { None } else { history.endpoints(span).await.map_err(hide)? };
    let are_endpoints_of_range = of_range.is_some();
    let mut rows = of_range.unwrap_or_default();
    if !are_endpoints_of_range || span.to_s() >= now_s {
        // An endpoint with few requests has no stored series, but is known of the last minutes.
        let mut recent = recent_endpoints(outlet, &summary.app, now_s);
        recent.retain(|it| !rows.iter().any(|row| row.key == it.key));
        rows.append(&mut recent);
    }
    let addons = addons(outlet, &summary.app, now_s);
    let losses = if summary.lost_lines > 0 { losses::counted(outlet, &summary.app, now_ms).await? } else { vec![] };
    let unmatched = losses::unmatched(outlet, &summary.app, now_ms).await?;
    let incidents = marks::of(outlet, &summary.app, span, now_ms).await?;
    let changes = changed::before_worst(outlet, &summary.incidents, now_ms).await?;
    Ok(AppPage {
        at_ms: now_ms,
        id,
        summary,
        range,
        span,
        step_s,
        window_s,
        buckets,
        memory_quota_mb,
        kpis,
        previous,
        usual_from,
        usual,
        events,
        incidents,
        changes,
        endpoints: busiest_and_slowest(rows),
        are_endpoints_of_range,
        addons,
        losses,
        unmatched,
        open_incidents: outlet.health.open_incidents(),
    })
}

/// The span of a range: a chosen one within its bounds, or whole steps that end with the present
/// one.
pub(super) fn span_of(range: Range, now_s: i64) -> (Range, Span) {
    if let Range::Custom(span) = range {
        let range = Range::between(span.from_s(), span.to_s());
        return (range, range.span_s().unwrap_or(span));
    }
    let to_s = now_s + 1 + (-(now_s + 1)).rem_euclid(range.step_s());
    (range, Span::clamped(to_s - range.length_s(), to_s))
}

/// The events of a range, in order of time.
pub(super) async fn events_of(outlet: &Outlet, app: &str, span: SpanMs) -> Result<Vec<Event>, sqlx::Error> {
    let of = async |kind, limit| {
        let query = EventQuery { app: app.to_owned(), span, kind, limit };
        let found = events::find(&outlet.reader.store, &outlet.reader.aggregates, &query).await?;
        Ok::<_, sqlx::Error>(found.iter().rev().map(page_event).collect::<Vec<_>>())
    };
    let newest = of(None, EVENTS_MAX).await?;
    if newest.len() < EVENTS_MAX {
        return Ok(newest);
    }
    // Restarts of many dynos must not push out the release that caused them.
    let oldest_s = newest.first().map_or(i64::MAX, |it| it.at_s);
    let mut events = of(Some(EventKind::Release), RELEASES_MAX).await?;
    events.retain(|it| it.at_s < oldest_s);
    events.extend(newest);
    Ok(events)
}

/// The endpoints of the last ten minutes.
fn recent_endpoints(outlet: &Outlet, app: &str, now_s: i64) -> Vec<Row> {
    let live = outlet.reader.aggregates.live.lock();
    let list = live.apps.get(app).map(|it| it.endpoints.list(now_s)).unwrap_or_default();
    drop(live);
    merged(list)
}

fn busiest_and_slowest(rows: Vec<Row>) -> Vec<Endpoint> {
    let mut chosen = top(rows.clone(), Sort::Busiest, ENDPOINTS_MAX);
    for row in top(rows, Sort::Slowest, SLOWEST_MAX) {
        if !chosen.iter().any(|it| it.key == row.key) {
            chosen.push(row);
        }
    }
    let endpoint = |row: Row| Endpoint {
        method: row.key.method,
        path: row.key.path,
        requests: row.requests,
        errors: row.errors,
        service_ms: quantiles(&row.cell),
    };
    chosen.into_iter().map(endpoint).collect()
}

/// The add-ons of an app, with the newest values of their metrics.
fn addons(outlet: &Outlet, app: &str, now_s: i64) -> Vec<Addon> {
    let live = outlet.reader.aggregates.live.lock();
    let Some(windows) = live.apps.get(app) else { return vec![] };
    let newest = live.registry.of(app).filter_map(|series| {
        let last = windows.last(series.id)?;
        Some((&*series.key, (last.at_ms, last.value)))
    });
    addons::list(newest, now_s)
}

/// The error as a page may show it: details of the store go to the log alone.
pub(super) fn hide(error: query::Error) -> Error {
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

/// The seconds of the live windows, and their headline metrics.
fn recent(app: &AppLive, span: Span) -> (Vec<ChartBucket>, Kpis) {
    let mut sums = Sums::default();
    for second in app.range(span.from_s(), span.to_s()) {
        sums.requests += second.requests;
        sums.service.merge(&second.service);
        sums.lost_lines += second.lost;
    }
    let buckets = app.buckets(span.from_s(), span.to_s());
    let length_s = buckets.first().map_or(1, |it| (span.to_s() - it.at_s).max(1));
    (buckets, sums.kpis(length_s))
}
