//! Health checks: `/healthz` (the process answers) and `/readyz` (the store can be read and written
//! as well).

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};

use crate::{outlet::state::Outlet, problem::problem};

/// `GET /healthz`: 200 whenever the process can answer.
pub(crate) async fn healthz() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: 200 when the store can be read and batches can be taken in, otherwise 503.
pub(crate) async fn readyz(State(outlet): State<Outlet>) -> Response {
    if let Some(fault) = outlet.available.fault() {
        return problem(StatusCode::SERVICE_UNAVAILABLE, &fault);
    }
    match outlet.reader.store.probe().await {
        Ok(()) => "ready\n".into_response(),
        Err(error) => {
            tracing::error!(%error, "the store can't be read");
            problem(StatusCode::SERVICE_UNAVAILABLE, "the store can't be read; see the server's log for details")
        }
    }
}
