//! The App page's buckets and headline metrics of any span, from rollups; the newest of them may
//! come from the live windows.
//!
//! Which rows are read is the query planner's business.

use std::collections::BTreeMap;

use contract::{
    AppPage, ByStatusClass, ChartBucket, CodeCount, ErrorCode, FEW_REQUESTS, Kpis, SourceValue, Span, StatusClass,
    Step, StepChoice, heat,
};
use pipeline::{Cell, SeriesKey};

use super::kpis::Sums;
use crate::{
    live::{
        second::{heat_counts, quantiles},
        series_role::{SeriesRole, megabytes},
    },
    outlet::{
        ranking::{EndpointKey, Row},
        state::Outlet,
    },
    store::{
        query::{
            self, Reader,
            endpoints::EndpointCounts,
            group::{Group, group_by},
            merge::{self, Steps as Cells},
            plan::Plan,
        },
        rollup::rows::Columns,
    },
};

/// An earlier span counts as known where a part of this size at its beginning has requests too.
const BEGINNING: i64 = 10;
/// Most rows that a page's endpoints are merged from: read in some hundredths of a second.
const ENDPOINT_ROWS_MAX: i64 = 60_000;

/// The rollups of one app's pages.
pub(super) struct History<'a> {
    reader: &'a Reader,
    app: &'a str,
    groups: Vec<Group<Drawn>>,
    now_s: i64,
}

/// The steps of a span, as the planner could make them.
pub(super) struct Steps {
    /// From the start of the first step to the end of the last.
    pub span: Span,
    /// Width of a step, seconds.
    pub step_s: i64,
    /// When the data begin, unix seconds.
    pub first_s: Option<i64>,
    /// The steps that have data.
    pub buckets: Vec<ChartBucket>,
}

/// What a group of series is drawn as. Series of different units are groups of their own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Drawn {
    part: Part,
    unit: Box<str>,
}

/// A part of a bucket.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Requests(StatusClass),
    Service,
    Connect,
    Queue,
    Errors(ErrorCode),
    /// Memory of a dyno.
    Memory(Box<str>),
    /// Load of a dyno.
    Load(Box<str>),
    Lines,
    Lost,
}

impl Drawn {
    /// What a series is drawn as; `None` for one that no chart has.
    fn of(key: &SeriesKey) -> Option<Self> {
        let part = match SeriesRole::of(key) {
            SeriesRole::Requests(class) => Part::Requests(class),
            SeriesRole::Service => Part::Service,
            SeriesRole::Connect => Part::Connect,
            SeriesRole::Queue => Part::Queue,
            SeriesRole::Errors(code) => Part::Errors(code),
            SeriesRole::Memory => Part::Memory(key.source.clone()),
            SeriesRole::Load => Part::Load(key.source.clone()),
            SeriesRole::Lines => Part::Lines,
            SeriesRole::Lost => Part::Lost,
            SeriesRole::Quota | SeriesRole::Endpoint | SeriesRole::EndpointErrors | SeriesRole::Other => return None,
        };
        Some(Self { part, unit: key.unit.clone() })
    }
}

impl<'a> History<'a> {
    /// Finds the series of an app's pages.
    ///
    /// # Errors
    /// [`query::Error::NotFound`] without such an app.
    pub(super) fn of(outlet: &'a Outlet, app: &'a str, now_s: i64) -> Result<Self, query::Error> {
        let found = outlet.reader.find(app, |key| Drawn::of(key).is_some())?;
        let groups = group_by(&found, Drawn::of);
        Ok(Self { reader: &outlet.reader, app, groups, now_s })
    }

    fn plan(&self, span: Span, step: StepChoice) -> Result<Plan, query::Error> {
        Plan::make(span, step, self.now_s, &self.reader.reach(self.now_s)).map_err(query::Error::Invalid)
    }

    /// The buckets of a span.
    ///
    /// # Errors
    /// When the store can't be read.
    pub(super) async fn steps(&self, span: Span, step_s: i64) -> Result<Steps, query::Error> {
        let step = Step::new(step_s).map_err(|error| query::Error::Invalid(error.to_string()))?;
        let plan = self.plan(span, StepChoice::Width(step))?;
        let step_s = plan.step.seconds();
        let merged = merge::read(self.reader, &self.groups, &plan, Columns::All).await?;
        let mut buckets: BTreeMap<i64, ChartBucket> = BTreeMap::new();
        for (group, cells) in self.groups.iter().zip(&merged) {
            for (at_s, cell) in cells {
                // The present step has not lasted its whole width yet.
                let elapsed_s = (self.now_s + 1 - at_s).clamp(1, step_s);
                let new = || ChartBucket { at_s: *at_s, ..ChartBucket::default() };
                fill(buckets.entry(*at_s).or_insert_with(new), &group.key, cell, elapsed_s);
            }
        }
        let service = self.groups.iter().zip(&merged).find(|it| it.0.key.part == Part::Service).map(|it| it.1);
        heat_up(&mut buckets, service, AppPage::heat_step_of(plan.span, step_s));
        let first_s = buckets.keys().next().copied();
        Ok(Steps { span: plan.span, step_s, first_s, buckets: buckets.into_values().collect() })
    }

    /// The headline metrics of a span, whose data begin at `first_s`.
    ///
    /// # Errors
    /// When the store can't be read.
    pub(super) async fn kpis(&self, span: Span, first_s: Option<i64>) -> Result<Kpis, query::Error> {
        let is_summed = |it: &&Group<Drawn>| matches!(it.key.part, Part::Requests(_) | Part::Service | Part::Lost);
        let groups: Vec<Group<Drawn>> = self.groups.iter().filter(is_summed).cloned().collect();
        let plan = self.plan(span, StepChoice::All)?;
        let merged = merge::read(self.reader, &groups, &plan, Columns::All).await?;
        let mut sums = Sums::default();
        for (group, cells) in groups.iter().zip(&merged) {
            for cell in cells.values() {
                match group.key.part {
                    Part::Requests(class) => sums.requests[class] += cell.sum as u64,
                    Part::Service => sums.service.merge(cell),
                    _ => sums.lost_lines += cell.sum as u64,
                }
            }
        }
        let length_s = span.to_s().min(self.now_s + 1) - first_s.unwrap_or(span.from_s());
        Ok(sums.kpis(length_s.max(1)))
    }

    /// The endpoints of a span. `None` where they are so many over so long a time that a page would
    /// wait for them.
    ///
    /// # Errors
    /// When the store can't be read.
    pub(super) async fn endpoints(&self, span: Span) -> Result<Option<Vec<Row>>, query::Error> {
        let found = self.reader.endpoints(self.app, span, self.now_s, ENDPOINT_ROWS_MAX).await?;
        let row = |((path, method), counts): ((String, String), EndpointCounts)| Row {
            requests: counts.requests,
            errors: counts.errors,
            cell: counts.service,
            ..Row::new(EndpointKey { path, method })
        };
        Ok(found.map(|all| all.into_iter().map(row).collect()))
    }

    /// The headline metrics of the same span, so many seconds earlier; `None` where it had no
    /// requests, or where only a part of it may be known.
    ///
    /// # Errors
    /// When the store can't be read.
    pub(super) async fn previous(&self, span: Span, earlier_s: i64) -> Result<Option<Kpis>, query::Error> {
        let to_s = span.to_s().min(self.now_s + 1);
        let known = Span::new(span.from_s(), to_s).ok().and_then(|it| it.earlier(earlier_s));
        let Some(span) = known else { return Ok(None) };
        let all = self.kpis(span, None).await?;
        if all.requests == 0 {
            return Ok(None);
        }
        let part_s = (span.length_s() / BEGINNING).max(1);
        let beginning = self.kpis(Span::clamped(span.from_s(), span.from_s() + part_s), None).await?;
        Ok((beginning.requests > 0).then_some(all))
    }
}

/// Puts a group's cell into its place in a bucket; `elapsed_s` is how much of the bucket has
/// passed.
fn fill(bucket: &mut ChartBucket, drawn: &Drawn, cell: &Cell, elapsed_s: i64) {
    let mean = cell.sum / cell.count.max(1) as f64;
    let of_source = |source: &str, value: f64| SourceValue { source: source.to_owned(), value };
    match &drawn.part {
        Part::Requests(class) => {
            let per_s = bucket.requests_per_s.get_or_insert(ByStatusClass::default());
            per_s[*class] += cell.sum / elapsed_s as f64;
        }
        Part::Service => {
            (bucket.service_ms, bucket.is_few) = (quantiles(cell), cell.count < FEW_REQUESTS);
        }
        Part::Connect => bucket.connect_ms = cell.quantile(0.95),
        Part::Queue => bucket.queue_ms = cell.quantile(0.95),
        Part::Errors(code) => bucket.errors.push(CodeCount { code: *code, count: cell.sum }),
        Part::Memory(dyno) => bucket.memory_mb.push(of_source(dyno, megabytes(mean, &drawn.unit))),
        Part::Load(dyno) => bucket.load.push(of_source(dyno, mean)),
        Part::Lines => bucket.lines += cell.sum as u64,
        Part::Lost => bucket.lost += cell.sum as u64,
    }
}

/// Puts the counts of each column of the heatmap into the first step of it that has requests.
pub(super) fn heat_up(buckets: &mut BTreeMap<i64, ChartBucket>, service: Option<&Cells>, width_s: i64) {
    let mut columns: BTreeMap<i64, (i64, Cell)> = BTreeMap::new();
    for (at_s, cell) in service.into_iter().flatten() {
        let start_s = at_s - at_s.rem_euclid(width_s);
        columns.entry(start_s).or_insert_with(|| (*at_s, Cell::default())).1.merge(cell);
    }
    debug_assert!(columns.len() as i64 <= heat::COLUMNS_MAX + 1);
    for (at_s, cell) in columns.into_values() {
        if let Some(bucket) = buckets.get_mut(&at_s) {
            bucket.heat = heat_counts(&cell);
        }
    }
}
