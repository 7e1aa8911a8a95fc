//! `GET /api/v1/incidents`: incidents of all apps, and one with its timeline and messages.

use axum::{
    Json,
    extract::{Path, Query, State, rejection::QueryRejection},
    response::{IntoResponse, Response},
};
use contract::{
    Error,
    alert::{Delivery, Entry, Incident, IncidentId, IncidentState},
    error::excerpt,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    answer::{invalid, no_app, refused, unreadable},
    params,
};
use crate::{
    clock::now_ms,
    outlet::state::Outlet,
    store::alert::{
        deliveries,
        incidents::{self, IncidentQuery, LISTED_MAX},
    },
};

/// Incidents of one answer unless `limit=` says otherwise.
const LIMIT: usize = 100;

/// The parameters of the URL.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Params {
    app: Option<String>,
    state: Option<String>,
    from: Option<String>,
    to: Option<String>,
    limit: Option<String>,
}

/// The answer to the list.
#[derive(Serialize, ToSchema)]
pub(crate) struct Incidents {
    incidents: Vec<Incident>,
}

/// An incident with its timeline and the messages about it.
#[derive(Serialize, ToSchema)]
pub(crate) struct IncidentDetail {
    incident: Incident,
    entries: Vec<Entry>,
    messages: Vec<Delivery>,
}

/// Incidents, the newest first.
pub(crate) async fn list(State(outlet): State<Outlet>, params: Result<Query<Params>, QueryRejection>) -> Response {
    let params = params.map_err(|it| it.body_text());
    let query = match params.and_then(|Query(params)| incident_query(&params, now_ms())) {
        Ok(query) => query,
        Err(text) => return invalid(&text),
    };
    if let Some(app) = query.app.as_deref().filter(|it| !outlet.knows(it)) {
        return no_app(app);
    }
    match incidents::list(&outlet.reader.store.readers, &query).await {
        Ok(incidents) => Json(Incidents { incidents }).into_response(),
        Err(error) => failed(&error),
    }
}

/// One incident.
pub(crate) async fn get(State(outlet): State<Outlet>, Path(id): Path<String>) -> Response {
    let id: IncidentId = match id.parse() {
        Ok(id) => id,
        Err(text) => return refused(&Error::NotFound(text)),
    };
    let db = &outlet.reader.store.readers;
    let read = async {
        let Some(found) = incidents::find(db, id).await? else { return Ok(None) };
        let (entries, messages) = (incidents::entries(db, id).await?, deliveries::of_incident(db, id).await?);
        Ok(Some(IncidentDetail { incident: found.incident, entries, messages }))
    };
    match read.await {
        Ok(Some(found)) => Json(found).into_response(),
        Ok(None) => refused(&Error::NotFound(format!("there is no incident {id}"))),
        Err(error) => failed(&error),
    }
}

/// The query that parameters describe. Pending incidents, of which nobody is told yet, are only
/// found by `state=pending`.
///
/// # Errors
/// A sentence that says what was expected and found.
pub(crate) fn query(
    app: Option<&str>,
    state: Option<&str>,
    span_ms: Option<(i64, i64)>,
    limit: usize,
) -> Result<IncidentQuery, String> {
    let state = state.filter(|it| !it.is_empty());
    let (is_open, state) = match state {
        None => (None, None),
        Some("open") => (Some(true), None),
        Some(word) => {
            let words = IncidentState::ALL.map(IncidentState::word).join(", ");
            let unknown = || format!("expected state= to be open, {words}, found {:?}", excerpt(word));
            (None, Some(IncidentState::ALL.into_iter().find(|it| it.word() == word).ok_or_else(unknown)?))
        }
    };
    Ok(IncidentQuery {
        app: app.filter(|it| !it.is_empty()).map(str::to_owned),
        is_open,
        state,
        span_ms,
        with_pending: state == Some(IncidentState::Pending),
        limit,
    })
}

fn incident_query(params: &Params, now_ms: i64) -> Result<IncidentQuery, String> {
    // Without a range all of them, as far as the limit goes.
    let is_any = params.from.is_none() && params.to.is_none();
    let span = params::span(params.from.as_deref().or(Some("0")), params.to.as_deref(), now_ms)?.ms();
    let limit = params::count("limit", params.limit.as_deref(), LIMIT, LISTED_MAX)?;
    let span_ms = (!is_any).then_some((span.from_ms, span.to_ms));
    query(params.app.as_deref(), params.state.as_deref(), span_ms, limit)
}

fn failed(error: &sqlx::Error) -> Response {
    tracing::error!(%error, "incidents could not be read");
    unreadable()
}
