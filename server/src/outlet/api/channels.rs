//! `/api/v1/channels`: where messages go. Secrets are written and never read.

use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use contract::alert::{AlertChange, Channel, Delivery};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    answer::unreadable,
    change::{User, carry_out, changed, created, number, read_secret, removed},
};
use crate::{outlet::state::Outlet, problem::problem, store::alert::channels};

/// The answer to the list.
#[derive(Serialize, ToSchema)]
pub(crate) struct Channels {
    channels: Vec<Channel>,
}

/// What became of a message that tries a channel.
#[derive(Serialize, ToSchema)]
pub(crate) struct Tested {
    delivery: Option<Delivery>,
}

/// Every channel, without its secrets.
pub(crate) async fn list(State(outlet): State<Outlet>) -> Response {
    match channels::list(&outlet.reader.store.readers).await {
        Ok(channels) => Json(Channels { channels }).into_response(),
        Err(error) => {
            tracing::error!(%error, "channels could not be read");
            unreadable()
        }
    }
}

/// Adds a channel.
pub(crate) async fn add(State(outlet): State<Outlet>, user: User, body: Bytes) -> Response {
    let change = read_secret("a channel", &body).map(|channel| AlertChange::SaveChannel { id: None, channel });
    created(carry_out(&outlet, user, change).await)
}

/// Replaces a channel; an empty URL keeps the present one.
pub(crate) async fn replace(State(outlet): State<Outlet>, Path(id): Path<String>, user: User, body: Bytes) -> Response {
    let change = number("channel", &id)
        .and_then(|id| Ok(AlertChange::SaveChannel { id: Some(id), channel: read_secret("a channel", &body)? }));
    changed(carry_out(&outlet, user, change).await)
}

/// Removes a channel.
pub(crate) async fn remove(State(outlet): State<Outlet>, Path(id): Path<String>, user: User) -> Response {
    let change = number("channel", &id).map(AlertChange::RemoveChannel);
    removed(carry_out(&outlet, user, change).await)
}

/// Sends a test message; 502 with the reason where it was not delivered.
pub(crate) async fn test(State(outlet): State<Outlet>, Path(id): Path<String>, user: User) -> Response {
    let change = number("channel", &id).map(AlertChange::TestChannel);
    match carry_out(&outlet, user, change).await {
        Ok(changed) => match changed.delivery {
            Some(delivery) if delivery.problem.is_some() => {
                problem(StatusCode::BAD_GATEWAY, &delivery.problem.unwrap_or_default())
            }
            delivery => Json(Tested { delivery }).into_response(),
        },
        Err(reply) => reply,
    }
}
