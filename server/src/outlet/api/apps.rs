//! `GET /api/v1/apps`: every app with its health and headline metrics.

use axum::{Json, extract::State};
use contract::{AppSummary, Overview, Totals};

use super::change::User;
use crate::outlet::state::Outlet;

/// Answers with the state of every app that may be seen, as the Overview shows it.
pub(crate) async fn apps(State(outlet): State<Outlet>, user: User) -> Json<Overview> {
    let mut overview = (*outlet.health.overview()).clone();
    if let Some(who) = user.filter(|it| it.apps().is_some()) {
        overview.apps.retain(|it| who.sees(&it.app));
        // What can't be added up from the apps that are left is of all apps, and stays away.
        let sum = |of: fn(&AppSummary) -> f64| overview.apps.iter().map(of).sum();
        overview.totals = Totals {
            requests_per_s: sum(|it| it.requests_per_s.unwrap_or(0.0)),
            lines_per_s: sum(|it| it.lines_per_s),
            dynos: overview.apps.iter().filter_map(|it| it.dynos).sum(),
            ..Totals::default()
        };
    }
    Json(overview)
}
