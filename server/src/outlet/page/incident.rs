//! The page of an incident: its timeline, the chart of its metric around it, the change before it,
//! and the log lines of its worst moment.

use contract::{
    Error, Label, LogLimit, LogQuery, LogTime, MetricQuery, Span, SpanMs, Stat, StepChoice,
    alert::{Cause, Condition, Figure, Incident, IncidentId, IncidentPage, RuleId, Signal},
    metrics::stats,
    series::QueryAnswer,
};
use dashboard::part::log_address::log_address;
use pipeline::EventKind;

use super::{changed, metrics, usual};
use crate::{
    live::events::page_event,
    outlet::{alerts::unreadable, api, state::Outlet},
    store::{
        alert::{deliveries, incidents, mutes, rules},
        events::{self, EventQuery},
    },
    watch::mute,
};

/// What the chart shows before and after the incident, at least, seconds.
const AROUND_MIN_S: i64 = 900;
/// The longest range of the chart, seconds: of an incident of months the last two weeks are shown.
const SPAN_MAX_S: i64 = 14 * 86_400;
/// How far before an incident a release counts as the one before it, milliseconds.
const RELEASE_MS: i64 = 6 * 3_600_000;
/// The moment whose lines are shown: so much before and after the worst value, milliseconds.
const MOMENT_MS: i64 = 30_000;
/// Most lines of the page.
const LINES_MAX: u64 = 50;

/// Makes the page.
///
/// # Errors
/// [`Error::NotFound`] without such an incident, [`Error::Internal`] when the store can't be read.
pub(super) async fn page(outlet: &Outlet, id: IncidentId, now_ms: i64) -> Result<IncidentPage, Error> {
    let db = &outlet.reader.store.readers;
    let found = incidents::find(db, id).await.map_err(unreadable)?;
    let found = found.ok_or_else(|| Error::NotFound(format!("there is no incident {id}")))?;
    let (incident, memory) = (found.incident, found.memory);
    let span = span_of(&incident, now_ms.div_euclid(1_000));
    let decided = memory.rules.iter().find(|it| it.rule == incident.rule);
    let signal = signal_of(outlet, &incident).await?;
    let log_query = log_query(&incident, signal.as_ref());
    let chart = chart(outlet, &incident, signal.as_ref(), span, now_ms).await?;
    let usual = match chart.as_ref().ok().and_then(figure_of) {
        Some(figure) => usual::bands(outlet, &incident.app, &[figure], span).await.map_err(unreadable)?,
        None => vec![],
    };
    let address = log_address(&incident.app, &log_query);
    // A page without lines is better than none: others may be searching.
    let lines = match api::logs::lines(outlet, incident.app.clone(), log_query.clone()).await {
        Ok(page) => page.lines,
        Err(error) => {
            tracing::debug!(?error, "the page of an incident has no lines");
            vec![]
        }
    };
    let mutes = mutes::list(db, now_ms).await.map_err(unreadable)?.into_iter();
    let mutes = mutes.filter(|it| mute::holds(&it.draft, &incident.app, incident.rule, id)).collect();
    Ok(IncidentPage {
        at_ms: now_ms,
        entries: incidents::entries(db, id).await.map_err(unreadable)?,
        release: release_before(outlet, &incident).await?,
        changes: changed::before(outlet, &incident, now_ms).await?,
        events: api::logs::divider_events(outlet, &incident.app, span.ms()).await?,
        chart,
        usual: usual.into_iter().flat_map(|it| it.points).collect(),
        limit: decided.and_then(|it| it.limit).or_else(|| signal.as_ref().and_then(|it| it.limit)),
        lines,
        logs_query: address.split_once('?').map_or_else(String::new, |it| it.1.to_owned()),
        messages: deliveries::of_incident(db, id).await.map_err(unreadable)?,
        mutes,
        span,
        incident,
        open_incidents: outlet.health.open_incidents(),
    })
}

/// What the chart of an incident shows.
struct Shown {
    metric: String,
    stat: Option<Stat>,
    by: Vec<Label>,
    limit: Option<f64>,
    search: Option<(String, String)>,
}

/// What the rule of the incident measures.
async fn signal_of(outlet: &Outlet, incident: &Incident) -> Result<Option<Shown>, Error> {
    let RuleId::Own(number) = incident.rule else {
        let of = |metric: &String| Shown { metric: metric.clone(), stat: None, by: vec![], limit: None, search: None };
        return Ok(incident.metric.as_ref().map(of));
    };
    let found = rules::find(&outlet.reader.store.readers, number).await.map_err(unreadable)?;
    let Some(rule) = found.map(|it| it.rule) else { return Ok(None) };
    let limit = match rule.condition {
        Condition::Threshold { limit, .. } => Some(limit),
        Condition::Usual { .. } | Condition::Absence(_) => None,
    };
    Ok(Some(match rule.signal {
        Signal::Metric { metric, stat, by, .. } => Shown { metric, stat: Some(stat), by, limit, search: None },
        Signal::Search { q, source, .. } => {
            Shown { metric: String::new(), stat: None, by: vec![], limit, search: Some((q, source)) }
        }
    }))
}

/// The range of the chart: the incident, and half as much before and after it.
fn span_of(incident: &Incident, now_s: i64) -> Span {
    let began_s = incident.began_ms.div_euclid(1_000);
    let ended_s = incident.resolved_ms.map_or(now_s, |it| it.div_euclid(1_000)).max(began_s);
    let around_s = ((ended_s - began_s) / 2).max(AROUND_MIN_S);
    let to_s = (ended_s + around_s).min(now_s.max(ended_s)) + 1;
    Span::clamped((began_s - around_s).max(to_s - SPAN_MAX_S), to_s)
}

/// The newest release or change before the incident.
async fn release_before(outlet: &Outlet, incident: &Incident) -> Result<Option<contract::Event>, Error> {
    let span = SpanMs { from_ms: incident.began_ms - RELEASE_MS, to_ms: incident.began_ms + 1_000 };
    let query = EventQuery { app: incident.app.clone(), span, kind: None, limit: events::EVENTS_MAX };
    let found = events::find(&outlet.reader.store, &outlet.reader.aggregates, &query).await.map_err(unreadable)?;
    let is_change =
        |kind: EventKind| matches!(kind, EventKind::Release | EventKind::Deploy | EventKind::Config | EventKind::Scale);
    Ok(found.iter().find(|it| is_change(it.kind)).map(page_event))
}

/// The points of the incident's metric, or why there are none.
async fn chart(
    outlet: &Outlet,
    incident: &Incident,
    shown: Option<&Shown>,
    span: Span,
    now_ms: i64,
) -> Result<Result<QueryAnswer, String>, Error> {
    let Some(shown) = shown.filter(|it| !it.metric.is_empty()) else {
        return Ok(Err("no metric shows this incident: its log lines do".to_owned()));
    };
    let kind = || {
        let all = api::metrics::list(outlet, &incident.app)?;
        all.iter().find(|it| it.metric == shown.metric).map(|it| it.kind)
    };
    let by_default = || kind().and_then(|it| stats(it).first().copied()).unwrap_or(Stat::Rate);
    let query = MetricQuery {
        app: incident.app.clone(),
        metric: shown.metric.clone(),
        stat: shown.stat.unwrap_or_else(by_default),
        span,
        step: StepChoice::Auto,
        by: shown.by.clone(),
        compare: None,
    };
    metrics::points(outlet, &query, now_ms.div_euclid(1_000)).await
}

/// The headline figure that a chart shows, where it shows one.
fn figure_of(chart: &QueryAnswer) -> Option<Figure> {
    match (&*chart.metric, chart.stat) {
        ("router.requests", Stat::Rate) => Some(Figure::Requests),
        ("drain.lines", Stat::Rate) => Some(Figure::Lines),
        ("router.service", Stat::Percentile(50.0)) => Some(Figure::P50),
        ("router.service", Stat::Percentile(95.0)) => Some(Figure::P95),
        ("router.service", Stat::Percentile(99.0)) => Some(Figure::P99),
        _ => None,
    }
}

/// The lines of the incident's worst moment.
fn log_query(incident: &Incident, shown: Option<&Shown>) -> LogQuery {
    let at_ms =
        incident.worst_ms.clamp(incident.began_ms, incident.resolved_ms.unwrap_or(i64::MAX).max(incident.began_ms));
    let (from_ms, to_ms) = (at_ms - MOMENT_MS, at_ms + MOMENT_MS);
    let span = Span::clamped(from_ms.div_euclid(1_000), to_ms.div_euclid(1_000));
    let (filter, source) = match (shown.and_then(|it| it.search.clone()), incident.cause) {
        (Some(search), _) => search,
        (None, Cause::Requests) => ("status>=500".to_owned(), "router".to_owned()),
        (None, _) => (String::new(), String::new()),
    };
    LogQuery { filter, source, time: LogTime::Span(span), limit: LogLimit::new(LINES_MAX), ..LogQuery::default() }
}
