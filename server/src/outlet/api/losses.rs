//! `GET /api/v1/apps/{app}/losses`: the lines of the last hour that could not be used, by reason,
//! with samples; what senders reported lost; and how many lines gave no metric.
//!
//! Older counts are points of the metrics `drain.losses` and `drain.lost`.

use axum::{
    Json,
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use contract::{
    Error, Label, LossCount, LossInterval, MetricQuery, Span, Stat, Step, StepChoice, Unmatched, series::Points,
};
use pipeline::Loss;
use serde::Serialize;
use utoipa::ToSchema;

use super::answer::{no_app, unreadable};
use crate::{
    clock::now_ms,
    live::series_role::SeriesRole,
    outlet::state::Outlet,
    store::{
        query::{self, group::Group, merge, plan::Plan},
        rollup::rows::Columns,
    },
    watch::code,
};

/// The span that losses are counted over, seconds.
const SPAN_S: i64 = 3_600;

/// Lines of the last hour with one reason or code.
#[derive(Clone, Debug)]
struct Count {
    reason: String,
    lines: f64,
}

/// The losses of an app.
pub(crate) async fn losses(State(outlet): State<Outlet>, Path(app): Path<String>) -> Response {
    let now_s = now_ms().div_euclid(1_000);
    let samples: Vec<(Loss, Vec<LossSample>)> = {
        let live = outlet.reader.aggregates.live.lock();
        let Some(live) = live.apps.get(app.as_str()) else { return no_app(&app) };
        let samples = |loss| {
            live.events.samples(loss).map(|it| LossSample { at_ms: it.at_ms, text: it.text.to_string() }).collect()
        };
        Loss::ALL.into_iter().map(|it| (it, samples(it))).collect()
    };
    let (ours, theirs) =
        match (counts(&outlet, &app, "drain.losses", now_s).await, counts(&outlet, &app, "drain.lost", now_s).await) {
            (Some(ours), Some(theirs)) => (ours, theirs),
            _ => return unreadable(),
        };
    let count = |loss: Loss| ours.iter().find(|it| it.reason == loss.word()).map_or(0.0, |it| it.lines);
    let reasons = samples
        .into_iter()
        .filter(|(loss, samples)| count(*loss) > 0.0 || !samples.is_empty())
        .map(|(loss, samples)| LossReason {
            reason: loss.word().to_owned(),
            means: loss.meaning().to_owned(),
            count: count(loss),
            whole_lines: loss.is_whole_frame(),
            samples,
        })
        .collect();
    let Ok(unmatched) = unmatched(&outlet, &app, now_s * 1_000).await else { return unreadable() };
    let senders = theirs.iter().map(sender).collect();
    Json(Losses { app, span_s: SPAN_S, reasons, senders, unmatched }).into_response()
}

/// The losses of the last hour for pages, most first.
///
/// # Errors
/// [`Error::Internal`] when the store can't be read.
pub(crate) async fn counted(outlet: &Outlet, app: &str, at_ms: i64) -> Result<Vec<LossCount>, Error> {
    let now_s = at_ms.div_euclid(1_000);
    let ours = counts(outlet, app, "drain.losses", now_s).await.ok_or(Error::Internal)?;
    let theirs = counts(outlet, app, "drain.lost", now_s).await.ok_or(Error::Internal)?;
    let whole = Loss::ALL.into_iter().filter(|it| it.is_whole_frame());
    let ours = whole.filter_map(|loss| {
        let count = ours.iter().find(|it| it.reason == loss.word())?.lines as u64;
        Some(LossCount { reason: loss.word().to_owned(), means: loss.meaning().to_owned(), count })
    });
    let theirs = theirs.into_iter().map(|Count { reason, lines }| {
        let means = meaning(&reason).meaning.to_owned();
        LossCount { reason, means, count: lines as u64 }
    });
    let mut all: Vec<LossCount> = ours.chain(theirs).collect();
    all.sort_by_key(|it| std::cmp::Reverse(it.count));
    Ok(all)
}

/// Lines of the last hour that gave no metric, with one line of each kind.
///
/// # Errors
/// [`Error::Internal`] when the store can't be read.
pub(crate) async fn unmatched(outlet: &Outlet, app: &str, at_ms: i64) -> Result<Unmatched, Error> {
    let now_s = at_ms.div_euclid(1_000);
    let mut sums = [0; 2];
    for (sum, metric) in sums.iter_mut().zip(["drain.unmatched", "drain.lines"]) {
        let found = counts(outlet, app, metric, now_s).await.ok_or(Error::Internal)?;
        *sum = found.iter().map(|it| it.lines as u64).sum();
    }
    let [lines, of] = sums;
    let live = outlet.reader.aggregates.live.lock();
    let samples = live.apps.get(app).filter(|_| lines > 0).into_iter();
    let samples = samples.flat_map(|it| it.events.unmatched().rev()).map(|it| it.text.to_string()).collect();
    Ok(Unmatched { lines, of, samples })
}

/// Where lines of an app are missing in a span, found in steps of `step_s` seconds.
///
/// # Errors
/// [`Error::Internal`] when the store can't be read.
pub(crate) async fn intervals(outlet: &Outlet, app: &str, span: Span, step_s: i64) -> Result<Vec<LossInterval>, Error> {
    let now_s = now_ms().div_euclid(1_000);
    let reader = &outlet.reader;
    let Ok(found) = reader.find(app, |key| SeriesRole::of(key) == SeriesRole::Lost) else { return Ok(vec![]) };
    let step = Step::new(step_s).map(StepChoice::Width).map_err(|it| Error::Invalid(it.to_string()))?;
    let Ok(plan) = Plan::make(span, step, now_s, &reader.reach(now_s)) else { return Ok(vec![]) };
    let group = Group { key: (), series: found.into_iter().map(|it| it.0).collect() };
    if group.series.is_empty() {
        return Ok(vec![]);
    }
    let merged = merge::read(reader, &[group], &plan, Columns::Plain).await.map_err(|error| {
        tracing::error!(app, %error, "losses could not be read");
        Error::Internal
    })?;
    let steps = merged.iter().flatten().map(|(at_s, cell)| (*at_s, cell.sum as u64));
    Ok(LossInterval::join(steps, plan.step.seconds()))
}

fn sender(count: &Count) -> SenderLoss {
    let known = meaning(&count.reason);
    SenderLoss {
        code: count.reason.clone(),
        means: known.meaning.to_owned(),
        severity: known.severity.word().to_owned(),
        lines: count.lines,
    }
}

/// The answer.
#[derive(Serialize, ToSchema)]
pub(crate) struct Losses {
    app: String,
    /// The span that lines are counted over, seconds.
    span_s: i64,
    reasons: Vec<LossReason>,
    /// What senders reported lost.
    senders: Vec<SenderLoss>,
    unmatched: Unmatched,
}

/// Lines that could not be used, for one reason.
#[derive(Serialize, ToSchema)]
pub(crate) struct LossReason {
    reason: String,
    means: String,
    count: f64,
    /// Whether whole lines were lost, and not one value of a line.
    whole_lines: bool,
    samples: Vec<LossSample>,
}

/// A line that could not be used, masked.
#[derive(Serialize, ToSchema)]
pub(crate) struct LossSample {
    /// When it came, unix milliseconds.
    at_ms: i64,
    text: String,
}

/// Lines that a sender reported lost.
#[derive(Serialize, ToSchema)]
pub(crate) struct SenderLoss {
    /// The platform's code, such as `L10`.
    code: String,
    means: String,
    severity: String,
    lines: f64,
}

/// What the code in a sender's report means.
fn meaning(code: &str) -> code::Code {
    code.parse().map_or(code::UNKNOWN, code::lookup)
}

/// Lines of the last hour by the label `code`; none where the metric has never occurred, `None`
/// when the store can't be read.
async fn counts(outlet: &Outlet, app: &str, metric: &str, now_s: i64) -> Option<Vec<Count>> {
    let query = MetricQuery {
        app: app.to_owned(),
        metric: metric.to_owned(),
        stat: Stat::Sum,
        span: Span::clamped(now_s - SPAN_S, now_s + 1),
        step: StepChoice::All,
        by: vec![Label::Code],
        compare: None,
    };
    let count = |of: &Points| Count {
        reason: of.labels.get(&Label::Code).cloned().unwrap_or_default(),
        lines: of.points.iter().map(|it| it.1).sum(),
    };
    match outlet.reader.query(&query, now_s).await {
        Ok(answer) => Some(answer.series.iter().map(count).filter(|it| it.lines > 0.0).collect()),
        Err(query::Error::Store(error)) => {
            tracing::error!(app, metric, %error, "losses could not be read");
            None
        }
        Err(_) => Some(vec![]),
    }
}
