//! `/api/v1/drains`: drains, listed, added, changed, rotated and removed. A token is in the reply
//! that makes it, and in no other.

use std::time::Duration;

use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use contract::{
    Error,
    drain::{Drain, DrainChange, DrainDraft},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    answer::refused,
    change::{number, read},
};
use crate::{
    outlet::{
        drains::{self, Made},
        inspect,
        state::Outlet,
    },
    store::drain_tokens::OVERLAP,
};

/// The body of a rotation.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rotation {
    /// How long the old token stays valid, seconds.
    #[serde(default)]
    overlap_s: Option<u64>,
}

/// Every drain.
pub(crate) async fn list(State(outlet): State<Outlet>) -> Response {
    match drains::list(&outlet).await {
        Ok(all) => Json(Drains { drains: all }).into_response(),
        Err(error) => refused(&error),
    }
}

/// One drain.
pub(crate) async fn get(State(outlet): State<Outlet>, Path(id): Path<String>) -> Response {
    let found = async { drains::find(&outlet, number("drain", &id)?).await };
    found.await.map_or_else(|it| refused(&it), |it| Json(it).into_response())
}

/// Adds a drain; replies with its URL and its token.
pub(crate) async fn add(State(outlet): State<Outlet>, headers: HeaderMap, body: Bytes) -> Response {
    let made = async { drains::add(&outlet, read::<DrainDraft>("a drain", &body)?).await };
    match made.await {
        Ok(made) => (StatusCode::CREATED, shown_once(&outlet, &headers, &made)).into_response(),
        Err(error) => refused(&error),
    }
}

/// Renames, pauses or resumes a drain.
pub(crate) async fn change(State(outlet): State<Outlet>, Path(id): Path<String>, body: Bytes) -> Response {
    let changed = async {
        let id = number("drain", &id)?;
        drains::change(&outlet, id, read::<DrainChange>("a change of a drain", &body)?).await?;
        drains::find(&outlet, id).await
    };
    changed.await.map_or_else(|it| refused(&it), |it| Json(it).into_response())
}

/// Gives a drain a new token; replies with its URL and its token.
pub(crate) async fn rotate(
    State(outlet): State<Outlet>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let made = async {
        let Rotation { overlap_s } = if body.is_empty() { Rotation::default() } else { read("a rotation", &body)? };
        drains::rotate(&outlet, number("drain", &id)?, overlap_s.map_or(OVERLAP, Duration::from_secs)).await
    };
    made.await.map_or_else(|it| refused(&it), |it| shown_once(&outlet, &headers, &it).into_response())
}

/// Removes a drain.
pub(crate) async fn remove(State(outlet): State<Outlet>, Path(id): Path<String>) -> Response {
    let removed = async { drains::remove(&outlet, number("drain", &id)?).await };
    removed.await.map_or_else(|it| refused(&it), |()| StatusCode::NO_CONTENT.into_response())
}

/// The last batch of a drain, line by line with what it became.
pub(crate) async fn batch(State(outlet): State<Outlet>, Path(id): Path<String>) -> Response {
    let found = async {
        let drain = drains::find(&outlet, number("drain", &id)?).await?;
        inspect::last_batch(&outlet, &drain).await?.map_err(|why| Error::NotFound(why.to_owned()))
    };
    found.await.map_or_else(|it| refused(&it), |it| Json(it).into_response())
}

fn shown_once(outlet: &Outlet, headers: &HeaderMap, made: &Made) -> Json<DrainMade> {
    let url = drains::url(made, &drains::base(outlet, headers));
    let (drain, token) = (&made.drain, made.token.expose().to_string());
    Json(DrainMade { id: drain.id, url, token, old_until_ms: drain.old_until_ms })
}

/// The answer to the list.
#[derive(Serialize, ToSchema)]
pub(crate) struct Drains {
    drains: Vec<Drain>,
}

/// The answer to a new drain or a new token, which shows both only now.
#[derive(Serialize, ToSchema)]
pub(crate) struct DrainMade {
    id: i64,
    /// Where to send lines; without a token where the address of this server isn't known.
    url: String,
    token: String,
    /// Until when the old token stays valid, unix milliseconds.
    old_until_ms: Option<i64>,
}
