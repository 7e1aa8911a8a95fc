//! `/api/v1/mutes` and `/api/v1/windows`: what holds messages back.

use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use contract::alert::{AlertChange, Mute, Window};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    answer::unreadable,
    change::{User, carry_out, changed, created, number, read, removed},
};
use crate::{
    clock::now_ms,
    outlet::{alerts, state::Outlet},
    store::alert::mutes,
};

/// The answer to the list of mutes.
#[derive(Serialize, ToSchema)]
pub(crate) struct Mutes {
    mutes: Vec<Mute>,
}

/// The answer to the list of maintenance windows.
#[derive(Serialize, ToSchema)]
pub(crate) struct Windows {
    windows: Vec<Window>,
}

/// The mutes that are not over.
pub(crate) async fn list(State(outlet): State<Outlet>) -> Response {
    match mutes::list(&outlet.reader.store.readers, now_ms()).await {
        Ok(mutes) => Json(Mutes { mutes }).into_response(),
        Err(error) => failed(&error),
    }
}

/// Adds a mute.
pub(crate) async fn add(State(outlet): State<Outlet>, user: User, body: Bytes) -> Response {
    let change = read("a mute", &body).map(AlertChange::Mute);
    created(carry_out(&outlet, user, change).await)
}

/// Ends a mute.
pub(crate) async fn remove(State(outlet): State<Outlet>, Path(id): Path<String>, user: User) -> Response {
    let change = number("mute", &id).map(AlertChange::Unmute);
    removed(carry_out(&outlet, user, change).await)
}

/// The maintenance windows, each with its next occurrences.
pub(crate) async fn windows(State(outlet): State<Outlet>) -> Response {
    match alerts::mutes::windows(&outlet.reader.store, now_ms()).await {
        Ok(windows) => Json(Windows { windows }).into_response(),
        Err(error) => failed(&error),
    }
}

/// Adds a window.
pub(crate) async fn add_window(State(outlet): State<Outlet>, user: User, body: Bytes) -> Response {
    let change = read("a maintenance window", &body).map(|window| AlertChange::SaveWindow { id: None, window });
    created(carry_out(&outlet, user, change).await)
}

/// Replaces a window.
pub(crate) async fn replace_window(
    State(outlet): State<Outlet>,
    Path(id): Path<String>,
    user: User,
    body: Bytes,
) -> Response {
    let change = number("maintenance window", &id).and_then(|id| {
        let window = read("a maintenance window", &body)?;
        Ok(AlertChange::SaveWindow { id: Some(id), window })
    });
    changed(carry_out(&outlet, user, change).await)
}

/// Removes a window.
pub(crate) async fn remove_window(State(outlet): State<Outlet>, Path(id): Path<String>, user: User) -> Response {
    let change = number("maintenance window", &id).map(AlertChange::RemoveWindow);
    removed(carry_out(&outlet, user, change).await)
}

fn failed(error: &sqlx::Error) -> Response {
    tracing::error!(%error, "mutes could not be read");
    unreadable()
}
