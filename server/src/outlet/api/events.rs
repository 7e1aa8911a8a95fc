//! `GET /api/v1/apps/{app}/events`: the events of a range, newest first, also those that are not in
//! the store yet.

use axum::{
    Json,
    extract::{Path, Query, State, rejection::QueryRejection},
    response::{IntoResponse, Response},
};
use contract::{EventKind, error::excerpt};
use pipeline::Event;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    answer::{invalid, no_app, unreadable},
    params,
};
use crate::{
    clock::now_ms,
    outlet::state::Outlet,
    store::events::{self, EventQuery},
};

/// Events of one answer unless `limit=` says otherwise.
const LIMIT: usize = 200;

/// The parameters of the URL.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Params {
    from: Option<String>,
    to: Option<String>,
    kind: Option<String>,
    limit: Option<String>,
}

/// The answer, the newest event first.
#[derive(Serialize, ToSchema)]
pub(crate) struct Events {
    app: String,
    events: Vec<EventRow>,
}

/// An event. Times are unix milliseconds.
#[derive(Serialize, ToSchema)]
pub(crate) struct EventRow {
    at_ms: i64,
    /// When it was over, if it took a while.
    end_ms: Option<i64>,
    kind: EventKind,
    source: String,
    text: String,
    /// An address with details; empty for none.
    link: String,
}

fn row(event: &Event) -> EventRow {
    EventRow {
        at_ms: event.at_ms,
        end_ms: event.end_ms,
        kind: event.kind,
        source: event.source.to_string(),
        text: event.text.to_string(),
        link: event.link.to_string(),
    }
}

/// The events of an app.
pub(crate) async fn events(
    State(outlet): State<Outlet>,
    Path(app): Path<String>,
    params: Result<Query<Params>, QueryRejection>,
) -> Response {
    let params = params.map_err(|it| it.body_text());
    let query = match params.and_then(|Query(params)| event_query(&app, &params)) {
        Ok(query) => query,
        Err(text) => return invalid(&text),
    };
    if !outlet.knows(&app) {
        return no_app(&app);
    }
    match events::find(&outlet.reader.store, &outlet.reader.aggregates, &query).await {
        Ok(events) => {
            let events = events.iter().map(row).collect();
            Json(Events { app, events }).into_response()
        }
        Err(error) => {
            tracing::error!(app, %error, "events could not be read");
            unreadable()
        }
    }
}

fn event_query(app: &str, params: &Params) -> Result<EventQuery, String> {
    let span = params::span(params.from.as_deref(), params.to.as_deref(), now_ms())?.ms();
    let kind = match params.kind.as_deref().filter(|it| !it.is_empty()) {
        None => None,
        Some(word) => {
            let words = EventKind::ALL.map(EventKind::word).join(", ");
            let unknown = || format!("expected kind= to be one of {words}, found {:?}", excerpt(word));
            Some(EventKind::from_word(word).ok_or_else(unknown)?)
        }
    };
    let limit = params::count("limit", params.limit.as_deref(), LIMIT, events::EVENTS_MAX)?;
    Ok(EventQuery { app: app.to_owned(), span, kind, limit })
}
