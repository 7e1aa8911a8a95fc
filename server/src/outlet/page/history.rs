//! The App page's columns and figures of any span, from rollups; the last minutes of them may come from the live windows.
//!
//! Which rows are read is the query planner's business.

use std::{collections::BTreeMap, sync::Arc};

use contract::{AppPage, Column, Kpis, Span, heat};
use pipeline::{Cell, Kind, SeriesKey};

use super::dashboard::kpis;
use crate::{
    live::{
        SeriesId,
        second::{heat_counts, quantiles},
        series_role::{SeriesRole, is_endpoint, megabytes},
    },
    outlet::{api::endpoints::Row, state::Outlet},
    store::{
        query::{
            self, Reader,
            merge::{self, Group, Steps as Cells},
            plan::{Plan, Step},
        },
        rollup::rows::Columns,
    },
};

/// An earlier span counts as known where a part of this size at its beginning has requests too.
const BEGINNING: i64 = 10;
/// Most rows that a page's endpoints are merged from: read in some hundredths of a second.
const ENDPOINT_ROWS_MAX: i64 = 60_000;

/// The rollups of one app's pages.
pub struct History<'a> {
    reader: &'a Reader,
    groups: Vec<Group>,
    endpoints: Vec<(SeriesId, Arc<SeriesKey>)>,
    now_s: i64,
}

/// The steps of a span, as the planner could make them.
pub struct Steps {
    /// Start of the first step, unix seconds.
    pub from_s: i64,
    /// End of the last step, unix seconds.
    pub to_s: i64,
    /// Width of a step, seconds.
    pub step_s: i64,
    /// When the data begin, unix seconds.
    pub first_s: Option<i64>,
    /// The steps that have data.
    pub columns: Vec<Column>,
}

impl<'a> History<'a> {
    /// Finds the series of an app's pages.
    ///
    /// # Errors
    /// [`query::Error::NotFound`] without such an app.
    pub fn of(outlet: &'a Outlet, app: &str, now_s: i64) -> Result<Self, query::Error> {
        let found = outlet.reader.find(app, |key| part(key).is_some() || is_endpoint(key))?;
        let groups = groups(&found);
        let endpoints = found.into_iter().filter(|it| is_endpoint(&it.1)).collect();
        Ok(Self { reader: &outlet.reader, groups, endpoints, now_s })
    }

    fn plan(&self, span: Span, step: Step) -> Result<Plan, query::Error> {
        Plan::make(span, step, self.now_s, &self.reader.reach(self.now_s)).map_err(query::Error::Invalid)
    }

    /// The columns of a span.
    ///
    /// # Errors
    /// When the store can't be read.
    pub async fn steps(&self, span: Span, step_s: i64) -> Result<Steps, query::Error> {
        let step = contract::Step::new(step_s).map_err(|it| query::Error::Invalid(it.to_string()))?;
        let plan = self.plan(span, Step::Seconds(step))?;
        let merged = merge::read(self.reader, &self.groups, &plan, Columns::All).await?;
        let mut columns: BTreeMap<i64, Column> = BTreeMap::new();
        for (labels, cells) in &merged {
            fill(&mut columns, labels, cells, plan.step_s, self.now_s);
        }
        let service = merged.iter().find(|it| it.0["part"] == "service").map(|it| &it.1);
        heat_up(&mut columns, service, AppPage::heat_step_of((plan.from_s, plan.to_s), plan.step_s));
        Ok(Steps {
            from_s: plan.from_s,
            to_s: plan.to_s,
            step_s: plan.step_s,
            first_s: columns.keys().next().copied(),
            columns: columns.into_values().collect(),
        })
    }

    /// The figures over a span, whose data begin at `first_s`.
    ///
    /// # Errors
    /// When the store can't be read.
    pub async fn over(&self, span: Span, first_s: Option<i64>) -> Result<Kpis, query::Error> {
        let wanted = |it: &&Group| matches!(it.labels["part"].as_str(), "requests" | "service" | "lost");
        let groups: Vec<Group> = self.groups.iter().filter(wanted).cloned().collect();
        let plan = self.plan(span, Step::All)?;
        let merged = merge::read(self.reader, &groups, &plan, Columns::All).await?;
        let (mut requests, mut service, mut lost) = ([0_u64; 4], Cell::default(), 0);
        for (labels, cells) in merged {
            for cell in cells.values() {
                match labels["part"].as_str() {
                    "requests" => requests[labels["name"].parse::<usize>().unwrap_or(3)] += cell.sum as u64,
                    "service" => service.merge(cell),
                    _ => lost += cell.sum as u64,
                }
            }
        }
        let span_s = (span.to_s().min(self.now_s + 1) - first_s.unwrap_or(span.from_s())).max(1);
        Ok(kpis(requests, &service, span_s, lost))
    }

    /// The endpoints over a span: distributions from their sketches alone, which have the count too, and plain counts of the others. `None` where
    /// they are so many over so long a time that a page would wait for them.
    ///
    /// # Errors
    /// When the store can't be read.
    pub async fn endpoints(&self, span: Span) -> Result<Option<Vec<Row>>, query::Error> {
        let plan = self.plan(span, Step::All)?;
        if plan.rows() * self.endpoints.len() as i64 > ENDPOINT_ROWS_MAX {
            return Ok(None);
        }
        let mut rows: BTreeMap<(String, String), Row> = BTreeMap::new();
        for (kind, columns) in [(Kind::Distribution, Columns::Quantiles), (Kind::Counter, Columns::Plain)] {
            let of_kind: Vec<_> = self.endpoints.iter().filter(|it| it.1.kind == kind).cloned().collect();
            let groups = query::group(&of_kind, &["method".to_owned(), "path".to_owned()])?;
            for (labels, cells) in merge::read(self.reader, &groups, &plan, columns).await? {
                let (method, path) = (labels["method"].clone(), labels["path"].clone());
                let fresh = || Row {
                    method: method.clone(),
                    path: path.clone(),
                    cell: Cell::default(),
                    requests: 0,
                    missed: 0,
                };
                for cell in cells.values() {
                    let row = rows.entry((path.clone(), method.clone())).or_insert_with(fresh);
                    row.requests += cell.count;
                    if kind == Kind::Distribution {
                        row.cell.merge(cell);
                    }
                }
            }
        }
        Ok(Some(rows.into_values().collect()))
    }

    /// The figures over the same span so much earlier; `None` where it had no requests, or may be known in part alone.
    ///
    /// # Errors
    /// When the store can't be read.
    pub async fn before(&self, span: Span, earlier_s: i64) -> Result<Option<Kpis>, query::Error> {
        let to_s = span.to_s().min(self.now_s + 1);
        let known = Span::new(span.from_s(), to_s).ok().and_then(|it| it.earlier(earlier_s));
        let Some(span) = known else { return Ok(None) };
        let all = self.over(span, None).await?;
        if all.requests == 0 {
            return Ok(None);
        }
        let beginning =
            self.over(Span::clamped(span.from_s(), span.from_s() + (span.length_s() / BEGINNING).max(1)), None).await?;
        Ok((beginning.requests > 0).then_some(all))
    }
}

/// What a group of series is drawn as.
fn part(key: &SeriesKey) -> Option<BTreeMap<String, String>> {
    let (part, name) = match SeriesRole::of(key) {
        SeriesRole::Requests(class) => ("requests", class.to_string()),
        SeriesRole::Service => ("service", String::new()),
        SeriesRole::Connect => ("connect", String::new()),
        SeriesRole::Queue => ("queue", String::new()),
        SeriesRole::Errors => ("errors", key.code.to_string()),
        SeriesRole::Memory => ("memory", key.source.to_string()),
        SeriesRole::Load => ("load", key.source.to_string()),
        SeriesRole::Lines => ("lines", String::new()),
        SeriesRole::Lost => ("lost", String::new()),
        SeriesRole::Quota | SeriesRole::Endpoint | SeriesRole::Other => return None,
    };
    Some(BTreeMap::from([
        ("part".to_owned(), part.to_owned()),
        ("name".to_owned(), name),
        ("unit".to_owned(), key.unit.to_string()),
    ]))
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
    cells: &Cells,
    step_s: i64,
    now_s: i64,
) {
    let name = &labels["name"];
    for (at_s, cell) in cells {
        let column = columns.entry(*at_s).or_insert_with(|| Column { at_s: *at_s, ..Column::default() });
        // The present step has not lasted its whole width yet.
        let elapsed_s = (now_s + 1 - at_s).clamp(1, step_s) as f64;
        let mean = cell.sum / cell.count.max(1) as f64;
        match labels["part"].as_str() {
            "requests" => {
                let class = name.parse::<usize>().unwrap_or(3);
                column.requests_per_s.get_or_insert([0.0; 4])[class] += cell.sum / elapsed_s;
            }
            "service" => column.service_ms = quantiles(cell),
            "connect" => column.connect_ms = cell.quantile(0.95),
            "queue" => column.queue_ms = cell.quantile(0.95),
            "errors" => column.errors.push((name.clone(), cell.sum)),
            "memory" => column.memory_mb.push((name.clone(), megabytes(mean, &labels["unit"]))),
            "load" => column.load.push((name.clone(), mean)),
            "lines" => column.lines += cell.sum as u64,
            _ => column.lost += cell.sum as u64,
        }
    }
}

/// Puts the counts of each column of the heatmap into the first step of it that has requests.
fn heat_up(columns: &mut BTreeMap<i64, Column>, service: Option<&Cells>, width_s: i64) {
    let mut gathered: BTreeMap<i64, (i64, Cell)> = BTreeMap::new();
    for (at_s, cell) in service.into_iter().flatten() {
        let start_s = at_s - at_s.rem_euclid(width_s);
        gathered.entry(start_s).or_insert_with(|| (*at_s, Cell::default())).1.merge(cell);
    }
    debug_assert!(gathered.len() as i64 <= heat::COLUMNS_MAX + 1);
    for (at_s, cell) in gathered.into_values() {
        if let Some(column) = columns.get_mut(&at_s) {
            column.heat = heat_counts(&cell);
        }
    }
}
