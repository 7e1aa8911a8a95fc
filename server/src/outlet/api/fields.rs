//! `GET /api/v1/apps/{app}/logs/fields`: the fields that an app's newest lines have, with their
//! most frequent values; and the same for the search field of the Logs page.

use axum::{
    Json,
    extract::{Path, Query, State, rejection::QueryRejection},
    response::{IntoResponse, Response},
};
use contract::{Error, LogQuery, log::LogField};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    log_params::{LogParams, compile},
    logs::{compile_page, search_error, search_failed, searched},
};
use crate::{
    outlet::state::Outlet,
    store::{
        log::{compiled_query::CompiledQuery, fields, search::SCAN_MAX},
        search_slots,
    },
};

/// The answer.
#[derive(Serialize, ToSchema)]
pub(crate) struct Fields {
    app: String,
    fields: Vec<LogField>,
}

/// Lists fields.
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
        Ok(fields) => Json(Fields { app, fields }).into_response(),
        Err(error) => search_failed(&outlet, &app, &error),
    }
}

/// Fields for the Logs page.
///
/// # Errors
/// As those of [`super::logs::page`].
pub(crate) async fn page(outlet: &Outlet, app: String, query: LogQuery) -> Result<Vec<LogField>, Error> {
    // Whatever is typed so far, also if it is not valid yet.
    let query = compile_page(outlet, &app, &LogQuery { filter: String::new(), ..query })?;
    find(outlet, &app, query).await.map_err(|error| search_error(outlet, &app, &error))
}

async fn find(outlet: &Outlet, app: &str, query: CompiledQuery) -> Result<Vec<LogField>, search_slots::Error> {
    let reading = searched(outlet, app, SCAN_MAX, move |store, name, cancel| async move {
        fields::of_newest(&store, &name, &query, &cancel).await
    });
    reading.await
}
