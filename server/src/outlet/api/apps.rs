//! `GET /api/v1/apps`: every app with its health and headline metrics.

use axum::{Json, extract::State};
use contract::Overview;

use crate::outlet::state::Outlet;

/// Answers with the state of every app, as the Overview shows it.
pub(crate) async fn apps(State(outlet): State<Outlet>) -> Json<Overview> {
    Json((*outlet.health.overview()).clone())
}
