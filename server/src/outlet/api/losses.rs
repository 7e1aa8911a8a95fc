//! `GET /api/v1/apps/{app}/losses`: what could not be used, by reason, with pieces of it; what senders lost; and what gave no metric.
//!
//! Counts are of the last hour, from the metrics `drain.losses` and `drain.lost`, which have the history.

use std::collections::BTreeMap;

use axum::{
    Json,
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use contract::{Error, LossCount, LossInterval, Span, Unmatched};
use pipeline::Loss;
use serde_json::{Value, json};

use super::answer::{no_app, unreadable};
use crate::{
    clock::now_ms,
    live::series_role::SeriesRole,
    outlet::state::Outlet,
    store::{
        query::{
            Question,
            merge::{self, Group},
            plan::{Plan, Step},
            stat::Stat,
        },
        rollup::rows::Columns,
    },
    watch::code,
};

const SPAN_S: i64 = 3_600;

/// The losses of an app.
pub async fn losses(State(outlet): State<Outlet>, Path(app): Path<String>) -> Response {
    let now_s = now_ms().div_euclid(1_000);
    let samples: Vec<(Loss, Vec<Value>)> = {
        let live = outlet.reader.aggregates.live.lock();
        let Some(live) = live.apps.get(app.as_str()) else { return no_app(&app) };
        let samples =
            |loss| live.events.samples(loss).map(|it| json!({ "at_ms": it.at_ms, "text": it.text })).collect();
        Loss::ALL.into_iter().map(|it| (it, samples(it))).collect()
    };
    let (ours, theirs) =
        match (counts(&outlet, &app, "drain.losses", now_s).await, counts(&outlet, &app, "drain.lost", now_s).await) {
            (Some(ours), Some(theirs)) => (ours, theirs),
            _ => return unreadable(),
        };
    let count = |word: &str| ours.iter().find(|it| it.0 == word).map_or(0.0, |it| it.1);
    let reasons: Vec<Value> = samples
        .into_iter()
        .filter(|(loss, samples)| count(loss.word()) > 0.0 || !samples.is_empty())
        .map(|(loss, samples)| {
            json!({
                "reason": loss.word(), "means": loss.meaning(), "count": count(loss.word()),
                "whole_lines": loss.is_whole_frame(), "samples": samples,
            })
        })
        .collect();
    let Ok(unmatched) = unmatched(&outlet, &app, now_s * 1_000).await else { return unreadable() };
    let unmatched = json!({ "lines": unmatched.lines, "of": unmatched.of, "samples": unmatched.samples });
    let senders: Vec<Value> = theirs.into_iter().map(sender).collect();
    Json(json!({ "app": app, "span_s": SPAN_S, "reasons": reasons, "senders": senders, "unmatched": unmatched }))
        .into_response()
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
        let count = ours.iter().find(|it| it.0 == loss.word())?.1;
        Some(LossCount { reason: loss.word().to_owned(), means: loss.meaning().to_owned(), count: count as u64 })
    });
    let theirs = theirs.into_iter().map(|(code, lines)| {
        let means = code::lookup(&code).meaning.to_owned();
        LossCount { reason: code, means, count: lines as u64 }
    });
    let mut all: Vec<LossCount> = ours.chain(theirs).collect();
    all.sort_by_key(|it| std::cmp::Reverse(it.count));
    Ok(all)
}

/// Lines of the last hour that gave no metric, with one of each kind.
///
/// # Errors
/// [`Error::Internal`] when the store can't be read.
pub(crate) async fn unmatched(outlet: &Outlet, app: &str, at_ms: i64) -> Result<Unmatched, Error> {
    let now_s = at_ms.div_euclid(1_000);
    let mut sums = [0; 2];
    for (sum, metric) in sums.iter_mut().zip(["drain.unmatched", "drain.lines"]) {
        let found = counts(outlet, app, metric, now_s).await.ok_or(Error::Internal)?;
        *sum = found.iter().map(|it| it.1 as u64).sum();
    }
    let [lines, of] = sums;
    let live = outlet.reader.aggregates.live.lock();
    let samples = live.apps.get(app).filter(|_| lines > 0).into_iter();
    let samples = samples.flat_map(|it| it.events.unmatched().rev()).map(|it| it.text.to_string()).collect();
    Ok(Unmatched { lines, of, samples })
}

/// Where lines of an app are missing in a span, by steps of a width, seconds.
///
/// # Errors
/// [`Error::Internal`] when the store can't be read.
pub(crate) async fn spans(outlet: &Outlet, app: &str, span: Span, step_s: i64) -> Result<Vec<LossInterval>, Error> {
    let now_s = now_ms().div_euclid(1_000);
    let reader = &outlet.reader;
    let Ok(found) = reader.find(app, |key| SeriesRole::of(key) == SeriesRole::Lost) else { return Ok(vec![]) };
    let step = contract::Step::new(step_s).map(Step::Seconds).map_err(|it| Error::Invalid(it.to_string()))?;
    let Ok(plan) = Plan::make(span, step, now_s, &reader.reach(now_s)) else { return Ok(vec![]) };
    let group = Group { labels: BTreeMap::new(), series: found.into_iter().map(|it| it.0).collect() };
    if group.series.is_empty() {
        return Ok(vec![]);
    }
    let merged = merge::read(reader, &[group], &plan, Columns::Plain).await.map_err(|error| {
        tracing::error!(app, %error, "losses could not be read");
        Error::Internal
    })?;
    let steps = merged.iter().flat_map(|it| it.1.iter().map(|(at_s, cell)| (*at_s, cell.sum as u64)));
    Ok(LossInterval::join(steps, plan.step_s))
}

fn sender((code, lines): (String, f64)) -> Value {
    let known = code::lookup(&code);
    json!({ "code": code, "means": known.meaning, "severity": known.severity.word(), "lines": lines })
}

/// Sums by code over the last hour; nothing where the metric has never occurred, `None` when the store can't be read.
async fn counts(outlet: &Outlet, app: &str, metric: &str, now_s: i64) -> Option<Vec<(String, f64)>> {
    let question = Question {
        app: app.to_owned(),
        metric: metric.to_owned(),
        stat: Stat::Sum,
        span: Span::clamped(now_s - SPAN_S, now_s + 1),
        step: Step::All,
        by: vec!["code".to_owned()],
    };
    match outlet.reader.ask(&question, now_s).await {
        Ok(answer) => {
            let value = |points: &contract::series::Points| points.points.iter().map(|it| it.1).sum::<f64>();
            let code = |points: &contract::series::Points| points.labels.get("code").cloned().unwrap_or_default();
            Some(answer.series.iter().map(|it| (code(it), value(it))).filter(|it| it.1 > 0.0).collect())
        }
        Err(crate::store::query::Error::Store(error)) => {
            tracing::error!(app, metric, %error, "losses could not be read");
            None
        }
        Err(_) => Some(vec![]),
    }
}
