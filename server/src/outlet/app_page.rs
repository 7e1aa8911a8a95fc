//! The App page, put together: from the live windows for the last minutes, from rollups for longer ranges.

use std::{collections::BTreeMap, sync::Arc};

use contract::{AppPage, AppSummary, Column, Endpoint, Error, Kpis, Mark, Range};
use pipeline::{Cell, Event, SeriesKey};

use super::{Outlet, endpoints};
use crate::{
    live::{
        AppLive, SeriesId,
        headline::quantiles,
        role::{Role, megabytes},
    },
    store::{
        events,
        query::{
            self,
            merge::{self, Group, Steps},
            plan::{Plan, Step},
        },
        rows::Columns,
    },
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
    let step_s = range.step_s();
    let to_s = if range == Range::Live { now_s + 1 } else { now_s + 1 + (-(now_s + 1)).rem_euclid(step_s) };
    let from_s = to_s - range.length_s();
    let (id, memory_quota_mb, live) = {
        let live = outlet.reader.counting.live.lock();
        let app = live.apps.get(summary.app.as_str()).ok_or_else(|| Error::NotFound(summary.app.clone()))?;
        let recent = (range == Range::Live).then(|| recent(app, from_s, to_s));
        (live.position.saturating_sub(1), app.quota_mb, recent)
    };
    let (columns, kpis) = match live {
        Some(recent) => recent,
        None => stored(outlet, &summary.app, (from_s, to_s), range, now_s).await.map_err(hide)?,
    };
    let marks = marks(outlet, &summary.app, (from_s, to_s)).await.map_err(|it| hide(query::Error::Store(it)))?;
    let endpoints = slowest(outlet, &summary.app, now_s);
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
        marks,
        endpoints,
    })
}

/// What happened in a range, in order of time.
async fn marks(outlet: &Outlet, app: &str, (from_s, to_s): (i64, i64)) -> Result<Vec<Mark>, sqlx::Error> {
    let (app, from_ms, to_ms) = (app.to_owned(), from_s * 1_000, to_s * 1_000);
    let question = events::Question { app, from_ms, to_ms, kind: None, limit: MARKS_MAX };
    let found = events::ask(&outlet.reader.store, &outlet.reader.counting, &question).await?;
    let mark = |it: &Event| Mark {
        at_s: it.at_ms.div_euclid(1_000),
        kind: it.kind.word().to_owned(),
        source: it.source.to_string(),
        text: it.text.to_string(),
    };
    Ok(found.iter().rev().map(mark).collect())
}

/// The slowest endpoints of the last ten minutes.
fn slowest(outlet: &Outlet, app: &str, now_s: i64) -> Vec<Endpoint> {
    let list = {
        let live = outlet.reader.counting.live.lock();
        live.apps.get(app).map(|it| it.endpoints.list(now_s)).unwrap_or_default()
    };
    let row = |it: endpoints::Row| Endpoint {
        method: it.method,
        path: it.path,
        requests: it.requests,
        service_ms: quantiles(&it.cell).map(|[p50, p95, _, max]| [p50, p95, max]),
    };
    endpoints::rows(list, true, ENDPOINTS_MAX).into_iter().map(row).collect()
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
        second.column()
    });
    let columns = columns.collect();
    let span_s = first_s.map_or(1, |it| (to_s - it).max(1));
    (columns, kpis(requests, &service, span_s, lost))
}

fn kpis(requests: [u64; 4], service: &Cell, span_s: i64, lost_lines: u64) -> Kpis {
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

/// What a group of series is drawn as.
fn part(key: &SeriesKey) -> Option<BTreeMap<String, String>> {
    let (part, name) = match Role::of(key) {
        Role::Requests(class) => ("requests", class.to_string()),
        Role::Service => ("service", String::new()),
        Role::Errors => ("errors", key.code.to_string()),
        Role::Memory => ("memory", key.source.to_string()),
        Role::Lines => ("lines", String::new()),
        Role::Lost => ("lost", String::new()),
        Role::Quota | Role::Endpoint | Role::Other => return None,
    };
    Some(BTreeMap::from([
        ("part".to_owned(), part.to_owned()),
        ("name".to_owned(), name),
        ("unit".to_owned(), key.unit.to_string()),
    ]))
}

async fn stored(
    outlet: &Outlet,
    app: &str,
    (from_s, to_s): (i64, i64),
    range: Range,
    now_s: i64,
) -> Result<(Vec<Column>, Kpis), query::Error> {
    let reader = &outlet.reader;
    let found = reader.find(app, |key| part(key).is_some())?;
    let groups = groups(&found);
    let steps = Plan::make(from_s, to_s, Step::Seconds(range.step_s()), now_s, &reader.reach(now_s))
        .map_err(query::Error::Invalid)?;
    let merged = merge::read(reader, &groups, &steps, Columns::All).await?;
    let whole = Plan::make(from_s, to_s, Step::All, now_s, &reader.reach(now_s)).map_err(query::Error::Invalid)?;
    let over = merge::read(reader, &groups, &whole, Columns::All).await?;
    let mut columns: BTreeMap<i64, Column> = BTreeMap::new();
    for (labels, cells) in &merged {
        fill(&mut columns, labels, cells, range.step_s(), now_s);
    }
    let (mut requests, mut service, mut lost) = ([0_u64; 4], Cell::default(), 0);
    for (labels, cells) in over {
        for cell in cells.values() {
            match labels["part"].as_str() {
                "requests" => requests[labels["name"].parse::<usize>().unwrap_or(3)] += cell.sum as u64,
                "service" => service.merge(cell),
                "lost" => lost += cell.sum as u64,
                _ => {}
            }
        }
    }
    let first_s = columns.keys().next().copied().unwrap_or(now_s);
    let span_s = (now_s + 1 - first_s).max(1);
    Ok((columns.into_values().collect(), kpis(requests, &service, span_s, lost)))
}

fn groups(found: &[(SeriesId, Arc<SeriesKey>)]) -> Vec<Group> {
    let mut groups: BTreeMap<BTreeMap<String, String>, Vec<SeriesId>> = BTreeMap::new();
    for (id, key) in found {
        if let Some(labels) = part(key) {
            groups.entry(labels).or_default().push(*id);
        }
    }
    groups.into_iter().map(|(labels, series)| Group { labels, series }).collect()
}

fn fill(
    columns: &mut BTreeMap<i64, Column>,
    labels: &BTreeMap<String, String>,
    cells: &Steps,
    step_s: i64,
    now_s: i64,
) {
    let name = &labels["name"];
    for (at_s, cell) in cells {
        let column = columns.entry(*at_s).or_insert_with(|| Column { at_s: *at_s, ..Column::default() });
        // The present step has not lasted its whole width yet.
        let elapsed_s = (now_s + 1 - at_s).clamp(1, step_s) as f64;
        match labels["part"].as_str() {
            "requests" => {
                let class = name.parse::<usize>().unwrap_or(3);
                column.requests_per_s.get_or_insert([0.0; 4])[class] += cell.sum / elapsed_s;
            }
            "service" => column.service_ms = quantiles(cell),
            "errors" => column.errors.push((name.clone(), cell.sum)),
            "memory" => {
                column.memory_mb.push((name.clone(), megabytes(cell.sum / cell.count.max(1) as f64, &labels["unit"])));
            }
            "lines" => column.lines += cell.sum as u64,
            _ => column.lost += cell.sum as u64,
        }
    }
}
