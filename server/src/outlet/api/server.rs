//! `GET /api/v1/server`: how the server itself is, as the Alerts page shows it: what waits and what
//! was lost.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};

use super::answer::unreadable;
use crate::outlet::{server_health::server_health, state::Outlet};

/// How the server is.
pub(crate) async fn server(State(outlet): State<Outlet>) -> Response {
    match server_health(&outlet).await {
        Ok(health) => Json(health).into_response(),
        Err(error) => {
            tracing::error!(%error, "the health of the server could not be read");
            unreadable()
        }
    }
}
