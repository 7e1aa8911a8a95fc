//! Server-Sent Events: one snapshot, then what changed, twice a second at most.
//!
//! Every event's `id:` is its position. A stream that comes back with `Last-Event-ID` (or
//! `?since=`) gets what changed since: seconds are sent whole and replace what stands at their
//! time, so none is lost and none counts twice.

use std::{convert::Infallible, sync::Arc, time::Duration};

use axum::{
    extract::{Extension, Path, Query, State, rejection::QueryRejection},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{
        IntoResponse, Response, Sse,
        sse::{Event, KeepAlive},
    },
};
use contract::{AppDelta, AppSummary, ChartBucket, Overview, OverviewDelta, Range};
use futures_util::{Stream, stream};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use crate::{
    access::{principal::Principal, share::Share},
    clock::now_ms,
    live::WINDOW_S,
    outlet::{
        api::answer::{invalid, no_app},
        page::{dashboard, marks},
        shared_view,
        state::Outlet,
        subscribers::{SUBSCRIBERS_MAX, Subscriber},
    },
    problem::problem,
};

/// A comment is sent after this much silence, so that proxies keep the stream.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// States without news after which a stream says the time, so that a page knows that the server is
/// there: one second.
const QUIET_STATES: u32 = 2;
/// The oldest position that a delta can still be made from, milliseconds before the present one.
const RESUME_MS_MAX: u64 = (WINDOW_S as u64 - 30) * 1_000;

/// The parameters of the URL: the position that a stream resumes from.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
pub(crate) struct Resume {
    since: Option<u64>,
}

/// The live stream of all apps.
pub(crate) async fn overview(
    State(outlet): State<Outlet>,
    Extension(who): Extension<Principal>,
    resume: Result<Query<Resume>, QueryRejection>,
    headers: HeaderMap,
) -> Response {
    let resume = match resume {
        Ok(Query(resume)) => resume,
        Err(error) => return invalid(&error.body_text()),
    };
    let Some(subscriber) = enter(&outlet) else { return too_many() };
    let since = position(&resume, &headers);
    let follow = outlet.health.subscribe();
    let stream = Streaming { outlet, share: share_of(who), follow, _subscriber: subscriber };
    sse(stream::unfold((stream, None::<Arc<Overview>>), move |(mut stream, sent)| async move {
        let state = match &sent {
            None => stream.now(),
            Some(_) => stream.next().await?,
        };
        let event = match &sent {
            // The page that was rendered from this very state needs no snapshot.
            None if since == Some(state.id) => Event::default().comment("current"),
            None => event("snapshot", state.id, &*state)?,
            // An app is gone: only a whole state takes it off a page.
            Some(previous) if is_any_gone(previous, &state) => event("snapshot", state.id, &*state)?,
            Some(previous) => event("delta", state.id, &changes(previous, &state))?,
        };
        Some((Ok(event), (stream, Some(state))))
    }))
}

/// The live stream of one app: its last minutes, second by second.
pub(crate) async fn app(
    State(outlet): State<Outlet>,
    Extension(who): Extension<Principal>,
    Path(app): Path<String>,
    resume: Result<Query<Resume>, QueryRejection>,
    headers: HeaderMap,
) -> Response {
    let resume = match resume {
        Ok(Query(resume)) => resume,
        Err(error) => return invalid(&error.body_text()),
    };
    if outlet.summary(&app).await.is_err() {
        return no_app(&app);
    }
    let Some(subscriber) = enter(&outlet) else { return too_many() };
    let now = u64::try_from(now_ms()).unwrap_or(0);
    let since = position(&resume, &headers).filter(|it| it.abs_diff(now) < RESUME_MS_MAX);
    let follow = outlet.health.subscribe();
    let stream = Streaming { outlet, share: share_of(who), follow, _subscriber: subscriber };
    sse(stream::unfold((stream, app, since, None), |(mut stream, app, since, sent)| async move {
        let Some(since) = since else {
            let summary = stream.outlet.health.app(&app)?;
            let mut page = dashboard::make(&stream.outlet, summary, Range::Live, now_ms()).await.ok()?;
            let shown = stream.now();
            if let Some(share) = &stream.share {
                shared_view::app_page(share, &mut page, &shown);
            }
            let (id, now) = (page.id, (page.summary.clone(), page.open_incidents));
            return Some((Ok(event("snapshot", id, &page)?), (stream, app, Some(id), Some(now))));
        };
        let mut quiet = 0;
        loop {
            let state = stream.next().await?;
            let summary = state.apps.iter().find(|it| it.app == app)?.clone();
            let (window_s, buckets) = changed_buckets(&stream.outlet, &app, since, state.at_ms);
            let open_incidents = state.totals.open_incidents;
            let now = Some((summary, open_incidents));
            if buckets.is_empty() && sent == now {
                quiet += 1;
                if quiet < QUIET_STATES {
                    continue;
                }
                let event = Event::default().event("at").data(state.at_ms.to_string());
                return Some((Ok(event), (stream, app, Some(since), sent)));
            }
            let (summary, known) = (&now.as_ref()?.0, sent.as_ref().map(|it| &it.0));
            let incidents = match known.is_some_and(|it| it.incidents == summary.incidents) {
                true => None,
                // Those that can't be read now are on the next page.
                false => marks::of(&stream.outlet, &app, Range::Live.until(state.at_ms.div_euclid(1_000)), state.at_ms)
                    .await
                    .ok(),
            };
            let summary = newer(known, summary);
            let (at_ms, id) = (state.at_ms, state.id);
            let delta = AppDelta { at_ms, id, summary, window_s, buckets, incidents, open_incidents };
            let event = event("delta", state.id, &delta)?;
            return Some((Ok(event), (stream, app, Some(state.id), now)));
        }
    }))
}

struct Streaming {
    outlet: Outlet,
    /// The share link of whoever listens.
    share: Option<Arc<Share>>,
    follow: watch::Receiver<Arc<Overview>>,
    _subscriber: Subscriber,
}

impl Streaming {
    /// The next state; `None` when the server stops.
    async fn next(&mut self) -> Option<Arc<Overview>> {
        tokio::select! {
            () = self.outlet.shutdown.cancelled() => None,
            changed = self.follow.changed() => {
                changed.ok()?;
                Some(self.now())
            }
        }
    }

    /// The present state, as whoever listens sees it.
    fn now(&mut self) -> Arc<Overview> {
        let all = self.follow.borrow_and_update().clone();
        let Some(share) = &self.share else { return all };
        self.outlet.shared.of(share, &self.outlet.reader.aggregates.live, &all)
    }
}

fn share_of(who: Principal) -> Option<Arc<Share>> {
    if let Principal::Share(share) = who { Some(share) } else { None }
}

pub(crate) fn enter(outlet: &Outlet) -> Option<Subscriber> {
    let subscriber = Subscriber::enter(&outlet.subscribers);
    if subscriber.is_none() {
        outlet.reader.aggregates.counters.subscribers_refused.add(1);
    }
    subscriber
}

pub(crate) fn too_many() -> Response {
    problem(StatusCode::SERVICE_UNAVAILABLE, &format!("expected at most {SUBSCRIBERS_MAX} live streams at once"))
}

fn position(resume: &Resume, headers: &HeaderMap) -> Option<u64> {
    let last = headers.get("last-event-id").and_then(|it| it.to_str().ok()).and_then(|it| it.parse().ok());
    last.or(resume.since)
}

pub(crate) fn sse(events: impl Stream<Item = Result<Event, Infallible>> + Send + 'static) -> Response {
    let mut response = Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}

fn event(name: &str, id: u64, data: &impl Serialize) -> Option<Event> {
    Event::default().event(name).id(id.to_string()).json_data(data).ok()
}

/// The buckets that have changed, and the window that their percentiles are of, seconds.
fn changed_buckets(outlet: &Outlet, app: &str, since: u64, at_ms: i64) -> (i64, Vec<ChartBucket>) {
    let live = outlet.reader.aggregates.live.lock();
    let Some(app) = live.apps.get(app) else { return (0, vec![]) };
    let from_s = at_ms.div_euclid(1_000) - Range::Live.length_s();
    (app.percentiles.length_s, app.changed_buckets(from_s, since))
}

fn is_any_gone(previous: &Overview, now: &Overview) -> bool {
    previous.apps.iter().any(|gone| !now.apps.iter().any(|it| it.app == gone.app))
}

fn changes(previous: &Overview, now: &Overview) -> OverviewDelta {
    let known = |name: &str| previous.apps.iter().find(|it| it.app == name);
    let apps = now.apps.iter().filter(|it| known(&it.app) != Some(*it)).map(|it| newer(known(&it.app), it)).collect();
    OverviewDelta { at_ms: now.at_ms, id: now.id, apps, totals: now.totals }
}

/// A summary whose sparkline holds only the points that the receiver does not have.
fn newer(known: Option<&AppSummary>, now: &AppSummary) -> AppSummary {
    let mut summary = now.clone();
    if let Some(known) = known {
        summary.spark.retain(|it| !known.spark.contains(it));
    }
    summary
}
