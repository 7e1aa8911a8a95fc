//! The server's side of `contract::Backend`: pages are answered from memory and from the store.

use std::{future::Future, panic::AssertUnwindSafe, time::Duration};

use axum::http::request::Parts;
use contract::{
    Answer, AppHeader, AppPage, Backend, ComparePage, CompareQuery, EndpointPage, EndpointQuery, Error, LogContext,
    LogContextQuery, LogHistogram, LogPage, LogQuery, LogTime, MetricsPage, MetricsPageQuery, OpenIncidents, Overview,
    Range, RequestId, RequestPage, SpanMs,
    alert::{AlertChange, AlertsPage, Changed, IncidentId, IncidentPage, Preview, PreviewQuery},
    board::{BoardChange, BoardId, BoardPage, BoardQuery, BoardsPage},
    errors_page::ErrorsPage,
    log::LogField,
    sizing::{SizingPage, SizingQuery},
};
use futures_util::FutureExt;
use leptos::prelude::use_context;

use super::{alerts, board, compare, dashboard, endpoint, incident, metrics, sizing};
use crate::{
    access::{audit::Note, principal::Principal},
    clock::now_ms,
    outlet::{
        alerts::{change, preview},
        api::{context, errors, fields, histogram, logs, losses, request},
        boards,
        state::Outlet,
    },
    store::log::search::SCAN_MAX,
};

/// Longest time to count lines for a histogram while a whole page waits for it.
const BRIEF_MAX: Duration = Duration::from_millis(250);

/// How far back a page's header has events, milliseconds.
const HEAD_MS: i64 = 120_000;

/// Who makes a change on a page without a user name.
const BY: &str = "dashboard";

/// Answers the pages of the dashboard.
pub(crate) struct Dashboard {
    /// The memory and the store that answers are made from.
    pub outlet: Outlet,
}

/// Who makes the change of a request. To be asked before the answer is awaited, when the request is
/// no longer known.
fn who() -> String {
    let who = use_context::<Parts>().and_then(|it| it.extensions.get::<Principal>()?.name());
    who.unwrap_or_else(|| BY.to_owned())
}

/// Notes what a page changes for the record of changes.
fn note(what: &str) {
    if let Some(note) = use_context::<Parts>().as_ref().and_then(|it| it.extensions.get::<Note>()) {
        note.say(what);
    }
}

/// Answers also when answering panics: the page then shows that this part of it failed.
fn whole<'a, T: Send + 'a>(
    outlet: &'a Outlet,
    answering: impl Future<Output = Result<T, Error>> + Send + 'a,
) -> Answer<'a, T> {
    Box::pin(async move {
        AssertUnwindSafe(answering).catch_unwind().await.unwrap_or_else(|_told_by_the_hook| {
            outlet.reader.aggregates.counters.panics.add(1);
            tracing::error!("an answer to a page ended in a panic; its place in the code stands above");
            Err(Error::Internal)
        })
    })
}

impl Backend for Dashboard {
    fn open_incidents(&self) -> OpenIncidents {
        self.outlet.health.open_incidents()
    }

    fn overview(&self) -> Answer<'_, Overview> {
        let overview = (*self.outlet.health.overview()).clone();
        whole(&self.outlet, async move { Ok(overview) })
    }

    fn app(&self, app: String, range: Range) -> Answer<'_, AppPage> {
        whole(&self.outlet, async move {
            let summary = self.outlet.summary(&app).await?;
            dashboard::make(&self.outlet, summary, range, now_ms()).await
        })
    }

    fn endpoint(&self, app: String, query: EndpointQuery) -> Answer<'_, EndpointPage> {
        whole(&self.outlet, async move {
            let summary = self.outlet.summary(&app).await?;
            endpoint::make(&self.outlet, summary, query, now_ms()).await
        })
    }

    fn compare(&self, app: String, query: CompareQuery) -> Answer<'_, ComparePage> {
        whole(&self.outlet, async move {
            let head = self.head(app).await?;
            compare::page(&self.outlet, head, query).await
        })
    }

    fn log_page(&self, app: String, query: LogQuery) -> Answer<'_, LogPage> {
        whole(&self.outlet, async move { logs::page(&self.outlet, app, query).await })
    }

    fn log_histogram(&self, app: String, query: LogQuery, is_brief: bool) -> Answer<'_, LogHistogram> {
        let time_max = if is_brief { BRIEF_MAX } else { SCAN_MAX };
        whole(&self.outlet, async move { histogram::page(&self.outlet, app, query, time_max).await })
    }

    fn log_fields(&self, app: String, query: LogQuery) -> Answer<'_, Vec<LogField>> {
        whole(&self.outlet, async move { fields::page(&self.outlet, app, query).await })
    }

    fn errors(&self, app: String, time: LogTime) -> Answer<'_, ErrorsPage> {
        whole(&self.outlet, async move {
            let head = self.head(app).await?;
            errors::page(&self.outlet, head, time).await
        })
    }

    fn request(&self, id: RequestId, at_ms: Option<i64>) -> Answer<'_, RequestPage> {
        whole(&self.outlet, async move { request::page(&self.outlet, id, at_ms).await })
    }

    fn log_context(&self, app: String, query: LogContextQuery) -> Answer<'_, LogContext> {
        whole(&self.outlet, async move { context::page(&self.outlet, app, query).await })
    }

    fn head(&self, app: String) -> Answer<'_, AppHeader> {
        whole(&self.outlet, async move {
            let summary = self.outlet.summary(&app).await?;
            let at_ms = now_ms();
            let losses =
                if summary.lost_lines > 0 { losses::counted(&self.outlet, &app, at_ms).await? } else { vec![] };
            let span = SpanMs { from_ms: at_ms - HEAD_MS, to_ms: at_ms + 1_000 };
            let events = logs::divider_events(&self.outlet, &app, span).await?;
            Ok(AppHeader { at_ms, summary, losses, events, open_incidents: self.open_incidents() })
        })
    }

    fn metrics(&self, app: String, query: MetricsPageQuery) -> Answer<'_, MetricsPage> {
        whole(&self.outlet, async move {
            let head = self.head(app).await?;
            metrics::page(&self.outlet, head, query).await
        })
    }

    fn sizing(&self, app: String, query: SizingQuery) -> Answer<'_, SizingPage> {
        whole(&self.outlet, async move {
            let head = self.head(app).await?;
            sizing::page(&self.outlet, head, query).await
        })
    }

    fn alerts(&self) -> Answer<'_, AlertsPage> {
        whole(&self.outlet, async move { alerts::page(&self.outlet, now_ms()).await })
    }

    fn incident(&self, id: IncidentId) -> Answer<'_, IncidentPage> {
        whole(&self.outlet, async move { incident::page(&self.outlet, id, now_ms()).await })
    }

    fn preview_rule(&self, query: PreviewQuery) -> Answer<'_, Preview> {
        whole(&self.outlet, async move { preview::make(&self.outlet, query, now_ms()).await })
    }

    fn change_alerts(&self, change: AlertChange) -> Answer<'_, Changed> {
        let by = who();
        note(&change::words(&change));
        whole(&self.outlet, async move { change::change(&self.outlet, change, &by).await })
    }

    fn boards(&self) -> Answer<'_, BoardsPage> {
        whole(&self.outlet, async move { boards::list(&self.outlet.reader.store, now_ms()).await })
    }

    fn board(&self, query: BoardQuery) -> Answer<'_, BoardPage> {
        whole(&self.outlet, async move { board::page(&self.outlet, query, now_ms()).await })
    }

    fn change_board(&self, change: BoardChange) -> Answer<'_, BoardId> {
        let by = who();
        note(&boards::words(&change));
        whole(&self.outlet, async move { boards::change(&self.outlet.reader.store, change, &by, now_ms()).await })
    }
}
