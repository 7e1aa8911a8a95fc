//! `GET /api/v1/apps/{app}/compare`: each endpoint before and after a release, or in two spans,
//! with the same time of last week beside it.
//!
//! What differs, and how sure that is, is decided in `watch::release`.

use axum::{
    Json,
    extract::{Path, Query, State, rejection::QueryRejection},
    response::{IntoResponse, Response},
};
use contract::{
    ReleaseComparison, Span, SpanMs, Step, duration,
    error::excerpt,
    release::{EndpointChange, version},
};
use pipeline::Event;
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    answer::{invalid, no_app, unanswered},
    params,
};
use crate::{
    clock::now_ms,
    live::events::page_event,
    outlet::state::Outlet,
    store::{
        events,
        query::{
            self,
            endpoints::{ByEndpoint, EndpointCounts},
            error::ASK_MAX,
        },
    },
    watch::release::{
        Side, Sides, compare, rank,
        spans::{Around, LENGTH_MAX_S, LENGTH_S, WIDTH_MIN_S},
    },
};

const WEEK_S: i64 = 7 * 86_400;
/// A moment is that of a release this close to it, milliseconds.
const NEAR_MS: i64 = 1_000;
/// How far back the newest release is looked for, milliseconds.
pub(crate) const BACK_MS: i64 = 30 * 86_400_000;
/// Endpoints of one answer unless `limit=` says otherwise, and at most.
pub(crate) const LIMIT: usize = 50;
const LIMIT_MAX: usize = 1_000;
/// Most rows that one span is merged from, by the finest resolution: endpoints have a row a minute
/// at most, which is a sixth of it.
const ROWS_MAX: i64 = 400_000;

/// The parameters of the URL.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Params {
    at: Option<String>,
    length: Option<String>,
    from: Option<String>,
    to: Option<String>,
    before_from: Option<String>,
    before_to: Option<String>,
    limit: Option<String>,
}

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Asked {
    /// Before and after a moment, or after the newest release.
    Around { at_s: Option<i64>, length_s: i64 },
    /// Two spans.
    Spans { before: Span, after: Span },
}

/// Each endpoint before and after.
pub(crate) async fn endpoints_around(
    State(outlet): State<Outlet>,
    Path(app): Path<String>,
    params: Result<Query<Params>, QueryRejection>,
) -> Response {
    let now_ms = now_ms();
    let params = params.map_err(|it| it.body_text());
    let asked = params.and_then(|Query(params)| {
        let limit = params::count("limit", params.limit.as_deref(), LIMIT, LIMIT_MAX)?;
        Ok((read(&params, now_ms)?, limit))
    });
    let (asked, limit) = match asked {
        Ok(asked) => asked,
        Err(text) => return invalid(&text),
    };
    if !outlet.knows(&app) {
        return no_app(&app);
    }
    match answer(&outlet, &app, asked, limit, now_ms).await {
        Ok(comparison) => Json(comparison).into_response(),
        Err(error) => unanswered(error, &app, "a comparison"),
    }
}

fn read(params: &Params, now_ms: i64) -> Result<Asked, String> {
    let set = |text: &Option<String>| text.as_deref().filter(|it| !it.is_empty()).map(str::to_owned);
    let (from, to) = (set(&params.from), set(&params.to));
    let (before_from, before_to) = (set(&params.before_from), set(&params.before_to));
    let (at, length) = (set(&params.at), set(&params.length));
    if from.is_some() || to.is_some() || before_from.is_some() || before_to.is_some() {
        let (Some(from), Some(before_from), Some(before_to), None, None) = (from, before_from, before_to, at, length)
        else {
            return Err("expected before_from=, before_to= and from= of two spans, without at= and length=".to_owned());
        };
        let after = bounded(params::span(Some(&from), to.as_deref(), now_ms)?)?;
        let before = bounded(params::span(Some(&before_from), Some(&before_to), now_ms)?)?;
        return Ok(Asked::Spans { before, after });
    }
    let at_s = at.map(|it| params::time_s("at", &it, now_ms)).transpose()?;
    let length_s = match length {
        None => LENGTH_S,
        Some(text) => {
            let known = duration::seconds(&text).and_then(|it| i64::try_from(it).ok());
            known.filter(|it| (WIDTH_MIN_S..=LENGTH_MAX_S).contains(it)).ok_or_else(|| {
                format!("expected length= to be from 1m to 7d, such as 1h, found {:?}", excerpt(&text))
            })?
        }
    };
    Ok(Asked::Around { at_s, length_s })
}

/// A span that is not too long to be compared.
///
/// # Errors
/// A sentence that says what was expected and found.
pub(crate) fn bounded(span: Span) -> Result<Span, String> {
    let length_s = span.length_s();
    if length_s > LENGTH_MAX_S {
        return Err(format!("expected spans of at most {} days, found one of {length_s} s", LENGTH_MAX_S / 86_400));
    }
    Ok(span)
}

/// Compares the endpoints of an app, at most `limit` of them.
///
/// # Errors
/// [`query::Error::Invalid`] where no release is known or there is too much to read,
/// [`query::Error::TooLong`] after [`ASK_MAX`], [`query::Error::Store`] when the store can't be
/// read.
pub(crate) async fn answer(
    outlet: &Outlet,
    app: &str,
    asked: Asked,
    limit: usize,
    now_ms: i64,
) -> Result<ReleaseComparison, query::Error> {
    let answering = compare_all(outlet, app, asked, limit, now_ms);
    tokio::time::timeout(ASK_MAX, answering).await.unwrap_or(Err(query::Error::TooLong))
}

async fn compare_all(
    outlet: &Outlet,
    app: &str,
    asked: Asked,
    limit: usize,
    now_ms: i64,
) -> Result<ReleaseComparison, query::Error> {
    let now_s = now_ms.div_euclid(1_000);
    let (release, before, after) = match asked {
        Asked::Spans { before, after } => {
            let step = Step::clamped(width_s(outlet, before.from_s().min(after.from_s()), now_s));
            (None, before.widened(step), after.widened(step))
        }
        Asked::Around { at_s, length_s } => around(outlet, app, at_s, length_s, now_ms).await?,
    };
    let last_week = after.earlier(WEEK_S).unwrap_or_else(|| Span::clamped(Span::FIRST_S, after.length_s()));
    let all = [
        read_span(outlet, app, before, now_s).await?,
        read_span(outlet, app, after, now_s).await?,
        read_span(outlet, app, last_week, now_s).await?,
    ];
    let since = release.as_ref().and_then(|it| version(&it.text)).unwrap_or("then");
    let mut endpoints = compared(&all, [before, after, last_week], since);
    rank(&mut endpoints);
    let left_out = endpoints.len().saturating_sub(limit);
    endpoints.truncate(limit);
    let release = release.as_ref().map(page_event);
    Ok(ReleaseComparison { release, before, after, last_week, endpoints, left_out })
}

async fn read_span(outlet: &Outlet, app: &str, span: Span, now_s: i64) -> Result<ByEndpoint, query::Error> {
    let read = outlet.reader.endpoints(app, span, now_s, ROWS_MAX).await?;
    let many = || {
        query::Error::Invalid(format!("expected at most {ROWS_MAX} rows of endpoints in a span: ask for a shorter one"))
    };
    read.ok_or_else(many)
}

/// Every endpoint that has requests before or after.
fn compared([before, after, last_week]: &[ByEndpoint; 3], spans: [Span; 3], since: &str) -> Vec<EndpointChange> {
    let nothing = EndpointCounts::default();
    let mut keys: Vec<&(String, String)> = before.keys().chain(after.keys()).collect();
    keys.sort_unstable();
    keys.dedup();
    let compared = |key: &&(String, String)| {
        let counts = [before, after, last_week].map(|it| it.get(*key).unwrap_or(&nothing));
        let side = |at: usize| Side {
            requests: counts[at].requests,
            errors: counts[at].errors,
            service: &counts[at].service,
            length_s: spans[at].length_s(),
        };
        compare(&key.1, &key.0, &Sides { before: side(0), after: side(1), last_week: side(2) }, since)
    };
    keys.iter().map(compared).collect()
}

/// The release at a moment, or the newest one, and the spans around it.
async fn around(
    outlet: &Outlet,
    app: &str,
    at_s: Option<i64>,
    length_s: i64,
    now_ms: i64,
) -> Result<(Option<Event>, Span, Span), query::Error> {
    let now_s = now_ms.div_euclid(1_000);
    let at_ms = match at_s {
        Some(at_s) => at_s * 1_000,
        None => {
            let newest = releases(outlet, app, (now_ms - BACK_MS, now_ms + NEAR_MS), 1).await?;
            let none =
                || query::Error::Invalid("expected at=, since no release of the last 30 days is known".to_owned());
            newest.first().map(|it| it.at_ms).ok_or_else(none)?
        }
    };
    let length_ms = length_s * 1_000;
    let beside = releases(outlet, app, (at_ms - length_ms, at_ms + length_ms), events::EVENTS_MAX).await?;
    let own = beside.iter().find(|it| (it.at_ms - at_ms).abs() < NEAR_MS);
    let at_ms = own.map_or(at_ms, |it| it.at_ms);
    // The newest is first.
    let previous = beside.iter().find(|it| it.at_ms <= at_ms - NEAR_MS);
    let next = beside.iter().rev().find(|it| it.at_ms >= at_ms + NEAR_MS);
    let at_s = at_ms.div_euclid(1_000);
    let second = |it: &Event| it.at_ms.div_euclid(1_000);
    let width_s = width_s(outlet, at_s - length_s, now_s);
    let (previous_s, next_s) = (previous.map(second), next.map(second));
    let (before, after) = Around { at_s, previous_s, next_s, now_s, length_s, width_s }.spans();
    Ok((own.cloned(), before, after))
}

async fn releases(
    outlet: &Outlet,
    app: &str,
    (from_ms, to_ms): (i64, i64),
    limit: usize,
) -> Result<Vec<Event>, query::Error> {
    let span = SpanMs { from_ms, to_ms };
    Ok(events::releases(&outlet.reader.store, &outlet.reader.aggregates, app, span, limit).await?)
}

/// Width of the buckets that all three spans have, seconds: that of the oldest.
fn width_s(outlet: &Outlet, from_s: i64, now_s: i64) -> i64 {
    outlet.reader.reach(now_s).width_s(from_s - WEEK_S).max(WIDTH_MIN_S)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW_MS: i64 = 1_790_000_000_500;

    #[track_caller]
    fn check(params: &Params, expected: Result<Asked, &str>) {
        match (read(params, NOW_MS), expected) {
            (Err(found), Err(expected)) => assert!(found.contains(expected), "{found}"),
            (found, expected) => assert_eq!(found, expected.map_err(str::to_owned)),
        }
    }

    fn set(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn ok_questions() {
        check(&Params::default(), Ok(Asked::Around { at_s: None, length_s: LENGTH_S }));
        check(
            &Params { at: set("-1h"), length: set("30m"), ..Params::default() },
            Ok(Asked::Around { at_s: Some(1_789_996_400), length_s: 1_800 }),
        );
        let (from, before_from, before_to) = (set("-1h"), set("-1d"), set("-23h"));
        let (before, after) =
            (Span::clamped(1_789_913_600, 1_789_917_200), Span::clamped(1_789_996_400, 1_790_000_001));
        check(&Params { from, before_from, before_to, ..Params::default() }, Ok(Asked::Spans { before, after }));
    }

    #[test]
    fn err_questions() {
        check(&Params { length: set("8d"), ..Params::default() }, Err("found \"8d\""));
        check(&Params { length: set("1s"), ..Params::default() }, Err("from 1m to 7d"));
        check(&Params { from: set("-1h"), ..Params::default() }, Err("before_from="));
        let (from, before_from, before_to) = (set("-9d"), set("-1d"), set("-23h"));
        check(&Params { from, before_from, before_to, ..Params::default() }, Err("at most 7 days, found one of"));
    }
}
