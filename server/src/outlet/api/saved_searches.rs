//! `/api/v1/searches`: saved searches, listed, added, replaced and removed.

use axum::{
    Json,
    body::Bytes,
    extract::{Path, Query, State, rejection::QueryRejection},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use contract::{
    Error,
    saved_search::{SavedSearch, SavedSearchId, SearchChange},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    answer::{invalid, refused},
    change::{Saved, User, author, number, read},
};
use crate::{
    clock::now_ms,
    outlet::{saved_searches, state::Outlet},
};

/// The parameters of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListParams {
    app: Option<String>,
}

/// Every saved search; with `app=` those of the app and those of every app.
pub(crate) async fn list(State(outlet): State<Outlet>, params: Result<Query<ListParams>, QueryRejection>) -> Response {
    let app = match params {
        Ok(Query(params)) => params.app,
        Err(error) => return invalid(&error.body_text()),
    };
    match saved_searches::list(&outlet.reader.store, app.as_deref()).await {
        Ok(all) => Json(SavedSearches { searches: all.into_iter().map(object).collect() }).into_response(),
        Err(error) => refused(&error),
    }
}

/// A search, with the query of its address below `/apps/{app}/logs`.
fn object(search: SavedSearch) -> SavedSearchRow {
    let address = dashboard::part::log_address::with_query(String::new(), &search.draft.query());
    SavedSearchRow { search, address }
}

/// The answer to the list.
#[derive(Serialize, ToSchema)]
pub(crate) struct SavedSearches {
    searches: Vec<SavedSearchRow>,
}

/// A saved search.
#[derive(Serialize, ToSchema)]
pub(crate) struct SavedSearchRow {
    #[serde(flatten)]
    search: SavedSearch,
    /// The query of its address below `/apps/{app}/logs`.
    address: String,
}

/// Adds a search.
pub(crate) async fn add(State(outlet): State<Outlet>, user: User, body: Bytes) -> Response {
    let change = read("a search", &body).map(SearchChange::Add);
    let created = |id| (StatusCode::CREATED, Json(Saved::of(id))).into_response();
    carry_out(&outlet, user, change).await.map_or_else(|it| refused(&it), created)
}

/// Replaces a search.
pub(crate) async fn replace(State(outlet): State<Outlet>, Path(id): Path<String>, user: User, body: Bytes) -> Response {
    let change = number("saved search", &id).and_then(|id| Ok(SearchChange::Replace(id, read("a search", &body)?)));
    let changed = |id| Json(Saved::of(id)).into_response();
    carry_out(&outlet, user, change).await.map_or_else(|it| refused(&it), changed)
}

/// Removes a search.
pub(crate) async fn remove(State(outlet): State<Outlet>, Path(id): Path<String>, user: User) -> Response {
    let change = number("saved search", &id).map(SearchChange::Remove);
    let removed = |_| StatusCode::NO_CONTENT.into_response();
    carry_out(&outlet, user, change).await.map_or_else(|it| refused(&it), removed)
}

async fn carry_out(outlet: &Outlet, user: User, change: Result<SearchChange, Error>) -> Result<SavedSearchId, Error> {
    saved_searches::change(&outlet.reader.store, change?, &author(user), now_ms()).await
}
