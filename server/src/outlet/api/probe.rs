//! `/healthz` (the process answers) and `/readyz` (the store can be read and written too).

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};

use crate::{outlet::state::Outlet, problem::problem};

/// The process answers.
pub async fn healthz() -> &'static str {
    "ok\n"
}

/// The store can be read, and batches can be taken in.
pub async fn readyz(State(outlet): State<Outlet>) -> Response {
    if let Some(trouble) = outlet.available.fault() {
        return problem(StatusCode::SERVICE_UNAVAILABLE, &trouble);
    }
    let read: Result<i64, sqlx::Error> =
        sqlx::query_scalar("SELECT block_id FROM checkpoint").fetch_one(&outlet.reader.store.probes).await;
    match read {
        Ok(_) => "ready\n".into_response(),
        Err(error) => {
            tracing::error!(%error, "the store can't be read");
            problem(StatusCode::SERVICE_UNAVAILABLE, "the store can't be read; the server's log says why")
        }
    }
}
