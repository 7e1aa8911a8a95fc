//! `GET /api/v1/apps/{app}/errors`: the error lines of a span in groups; and the same for the
//! Errors page, with the last release.

use std::time::Instant;

use axum::{
    Json,
    extract::{Path, Query, State, rejection::QueryRejection},
    response::{IntoResponse, Response},
};
use contract::{
    AppHeader, Error, Event, LogQuery, LogTime, Span,
    errors_page::{ErrorGroups, ErrorsPage},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    log_params::{LogParams, compile},
    logs::{compile_page, search_error, search_failed, searched},
};
use crate::{
    live::events::page_event,
    outlet::state::{Outlet, hidden},
    store::{
        events,
        log::{compiled_query::CompiledQuery, errors, search::SCAN_MAX},
        search_slots,
    },
};

/// The answer.
#[derive(Serialize, ToSchema)]
pub(crate) struct Errors {
    app: String,
    #[serde(flatten)]
    errors: ErrorGroups,
}

/// Groups errors.
pub(crate) async fn list(
    State(outlet): State<Outlet>,
    Path(app): Path<String>,
    params: Result<Query<LogParams>, QueryRejection>,
) -> Response {
    let query = match compile(&outlet, &app, params) {
        Ok(query) => query,
        Err(reply) => return reply,
    };
    match find(&outlet, &app, query).await {
        Ok(found) => Json(Errors { app, errors: found }).into_response(),
        Err(error) => search_failed(&outlet, &app, &error),
    }
}

/// The Errors page.
///
/// # Errors
/// As those of [`super::logs::page`].
pub(crate) async fn page(outlet: &Outlet, head: AppHeader, time: LogTime) -> Result<ErrorsPage, Error> {
    let app = head.summary.app.clone();
    let query = compile_page(outlet, &app, &LogQuery { time, ..LogQuery::default() })?;
    let span_ms = query.span_ms.clone();
    let errors = find(outlet, &app, query).await.map_err(|error| search_error(outlet, &app, &error))?;
    let span = Span::clamped(span_ms.start.div_euclid(1_000), span_ms.end.div_euclid(1_000));
    Ok(ErrorsPage { head, span, release: last_release(outlet, &app, span).await?, errors })
}

async fn find(outlet: &Outlet, app: &str, query: CompiledQuery) -> Result<ErrorGroups, search_slots::Error> {
    let begun = Instant::now();
    let reading = searched(outlet, app, SCAN_MAX, move |store, name, cancel| async move {
        errors::groups(&store, &name, &query, &cancel).await
    });
    let found = reading.await?;
    Ok(ErrorGroups { took_ms: begun.elapsed().as_millis() as u64, ..found })
}

/// The last release of a span.
async fn last_release(outlet: &Outlet, app: &str, span: Span) -> Result<Option<Event>, Error> {
    let found = events::releases(&outlet.reader.store, &outlet.reader.aggregates, app, span.ms(), 1).await;
    Ok(found.map_err(hidden("events could not be read"))?.first().map(page_event))
}
