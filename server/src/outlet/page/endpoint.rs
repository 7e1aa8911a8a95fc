//! The page of one endpoint, from rollups: its series are counted by the minute.
//!
//! An endpoint with few requests has no series of its own. Its page has no data then, and its lines
//! are found all the same.

use std::collections::BTreeMap;

use contract::{
    AppPage, AppSummary, ByStatusClass, ChartBucket, EndpointPage, EndpointQuery, Error, FEW_REQUESTS, Kpis, Range,
    ReleaseEffect, Span, StatusClass, StatusErrors, Step, StepChoice, Unmatched,
};
use pipeline::{Kind, SeriesKey};

use super::{
    dashboard::{events_of, hide, span_of},
    history::heat_up,
    kpis::Sums,
    marks,
};
use crate::{
    live::{
        second::quantiles,
        series_role::{is_endpoint, is_endpoint_errors},
    },
    outlet::state::Outlet,
    store::{
        events,
        query::{
            self, Reader,
            group::{Group, group_by},
            merge::{self, Steps},
            plan::Plan,
        },
        rollup::rows::Columns,
    },
};

/// Requests of endpoints are counted by the minute.
const STEP_S_MIN: i64 = 60;
/// How far back the last release is looked for, seconds.
const RELEASE_S_MAX: i64 = 7 * 86_400;
/// The longest and the shortest time that is compared before and after a release, seconds.
const COMPARED_S_MAX: i64 = 3_600;
const COMPARED_S_MIN: i64 = 5 * 60;

/// What a series of the endpoint counts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    /// Requests with their service times.
    Timed,
    /// Requests whose lines say no time.
    Plain,
    /// Failed requests of a status and a code.
    Errors(u16, Box<str>),
}

/// The series of one endpoint.
struct Series<'a> {
    reader: &'a Reader,
    groups: Vec<Group<Part>>,
    now_s: i64,
}

/// Makes the page of an endpoint.
///
/// # Errors
/// [`Error::NotFound`] without such an app, [`Error::Internal`] when the store can't be read.
pub(crate) async fn make(
    outlet: &Outlet,
    summary: AppSummary,
    query: EndpointQuery,
    now_ms: i64,
) -> Result<EndpointPage, Error> {
    let now_s = now_ms.div_euclid(1_000);
    let range = if query.range == Range::Live { Range::Hour } else { query.range };
    let (range, span) = span_of(range, now_s);
    let series = Series::of(outlet, &summary.app, &query, now_s).map_err(hide)?;
    let Drawn { span, step_s, buckets, errors } =
        series.drawn(span, range.step_s().max(STEP_S_MIN)).await.map_err(hide)?;
    let kpis = series.kpis(span).await.map_err(hide)?;
    let release = series.release(outlet, &summary.app).await.map_err(hide)?;
    let events = events_of(outlet, &summary.app, span.ms()).await.map_err(|error| hide(query::Error::Store(error)))?;
    let incidents = marks::of(outlet, &summary.app, span, now_ms).await?;
    let page = AppPage {
        at_ms: now_ms,
        id: 0,
        summary,
        range,
        span,
        step_s,
        window_s: 0,
        buckets,
        memory_quota_mb: None,
        kpis,
        previous: None,
        usual_from: None,
        usual: vec![],
        events,
        incidents,
        changes: vec![],
        endpoints: vec![],
        are_endpoints_of_range: false,
        addons: vec![],
        losses: vec![],
        unmatched: Unmatched::default(),
        open_incidents: outlet.health.open_incidents(),
    };
    Ok(EndpointPage { page, query: EndpointQuery { range, ..query }, errors, release })
}

/// What the charts of an endpoint show.
struct Drawn {
    span: Span,
    step_s: i64,
    buckets: Vec<ChartBucket>,
    errors: Vec<StatusErrors>,
}

/// Requests of one step.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    requests: u64,
    failed: u64,
}

impl Counts {
    const fn by_class(self) -> ByStatusClass<u64> {
        ByStatusClass::new([self.requests.saturating_sub(self.failed), 0, 0, self.failed])
    }
}

impl<'a> Series<'a> {
    fn of(outlet: &'a Outlet, app: &str, query: &EndpointQuery, now_s: i64) -> Result<Self, query::Error> {
        let is_this = |key: &SeriesKey| *key.path == *query.path && *key.method == *query.method;
        let found = outlet.reader.find(app, |key| is_this(key) && (is_endpoint(key) || is_endpoint_errors(key)))?;
        let part = |key: &SeriesKey| match key.kind {
            _ if is_endpoint_errors(key) => Some(Part::Errors(key.status, key.code.clone())),
            Kind::Distribution => Some(Part::Timed),
            Kind::Counter => Some(Part::Plain),
            Kind::Gauge => None,
        };
        Ok(Self { reader: &outlet.reader, groups: group_by(&found, part), now_s })
    }

    async fn read(&self, span: Span, step: StepChoice) -> Result<(Plan, Vec<Steps>), query::Error> {
        let plan = Plan::make(span, step, self.now_s, &self.reader.reach(self.now_s)).map_err(query::Error::Invalid)?;
        let merged = merge::read(self.reader, &self.groups, &plan, Columns::All).await?;
        Ok((plan, merged))
    }

    async fn drawn(&self, span: Span, step_s: i64) -> Result<Drawn, query::Error> {
        let step = Step::new(step_s).map_err(|error| query::Error::Invalid(error.to_string()))?;
        let (plan, merged) = self.read(span, StepChoice::Width(step)).await?;
        let step_s = plan.step.seconds();
        let mut buckets: BTreeMap<i64, ChartBucket> = BTreeMap::new();
        let mut counts: BTreeMap<i64, Counts> = BTreeMap::new();
        let mut errors = vec![];
        for (group, cells) in self.groups.iter().zip(&merged) {
            for (at_s, cell) in cells {
                let bucket =
                    buckets.entry(*at_s).or_insert_with(|| ChartBucket { at_s: *at_s, ..ChartBucket::default() });
                if group.key == Part::Timed {
                    (bucket.service_ms, bucket.is_few) = (quantiles(cell), cell.count < FEW_REQUESTS);
                }
                add(counts.entry(*at_s).or_default(), &group.key, cell.count);
            }
            if let Part::Errors(status, code) = &group.key {
                let points = cells.iter().map(|(at_s, cell)| (*at_s, cell.sum)).collect();
                errors.push(StatusErrors { status: *status, code: code.to_string(), points });
            }
        }
        for (at_s, counts) in counts {
            let elapsed_s = (self.now_s + 1 - at_s).clamp(1, step_s) as f64;
            if let Some(bucket) = buckets.get_mut(&at_s) {
                bucket.requests_per_s = Some(counts.by_class().map(|it| it as f64 / elapsed_s));
            }
        }
        let timed = self.groups.iter().zip(&merged).find(|it| it.0.key == Part::Timed).map(|it| it.1);
        heat_up(&mut buckets, timed, AppPage::heat_step_of(plan.span, step_s));
        let total = |of: &StatusErrors| of.points.iter().map(|it| it.1).sum::<f64>();
        errors.sort_by(|a, b| total(b).total_cmp(&total(a)));
        Ok(Drawn { span: plan.span, step_s, buckets: buckets.into_values().collect(), errors })
    }

    /// The headline metrics of a span.
    async fn kpis(&self, span: Span) -> Result<Kpis, query::Error> {
        let (_, merged) = self.read(span, StepChoice::All).await?;
        let (mut sums, mut counts) = (Sums::default(), Counts::default());
        for (group, cells) in self.groups.iter().zip(&merged) {
            for cell in cells.values() {
                add(&mut counts, &group.key, cell.count);
                if group.key == Part::Timed {
                    sums.service.merge(cell);
                }
            }
        }
        sums.requests = counts.by_class();
        Ok(sums.kpis((span.to_s().min(self.now_s + 1) - span.from_s()).max(1)))
    }

    /// The endpoint before and after the last release; `None` without one, or right after it.
    async fn release(&self, outlet: &Outlet, app: &str) -> Result<Option<ReleaseEffect>, query::Error> {
        let span = Span::clamped(self.now_s - RELEASE_S_MAX, self.now_s + 1).ms();
        let found = events::releases(&outlet.reader.store, &outlet.reader.aggregates, app, span, 1).await?;
        let Some(release) = found.first() else { return Ok(None) };
        let at_s = release.at_ms.div_euclid(1_000);
        // Whole minutes: that of the release belongs to neither time.
        let (end_s, begin_s) = (at_s - at_s.rem_euclid(60), at_s - at_s.rem_euclid(60) + 60);
        let length_s = ((self.now_s - begin_s) / 60 * 60).min(COMPARED_S_MAX);
        if length_s < COMPARED_S_MIN {
            return Ok(None);
        }
        let before = self.kpis(Span::clamped(end_s - length_s, end_s)).await?;
        let after = self.kpis(Span::clamped(begin_s, begin_s + length_s)).await?;
        Ok(Some(ReleaseEffect { at_s, text: release.text.to_string(), length_s, before, after }))
    }
}

/// Adds measurements of a part.
fn add(counts: &mut Counts, part: &Part, n: u64) {
    match part {
        Part::Timed | Part::Plain => counts.requests += n,
        Part::Errors(status, _) if StatusClass::of(*status) == StatusClass::ServerError => counts.failed += n,
        Part::Errors(..) => {}
    }
}
