//! `GET /metrics`: the server's own metrics; with `?app=` the series of apps instead.

use axum::{
    extract::{Query, State, rejection::QueryRejection},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::{
    accept::Form,
    family::{Families, write},
    own,
    series::{self, Choice, Error},
};
use crate::{
    clock::now_ms,
    outlet::{api::change::User, state::Outlet},
    problem::problem,
};

/// Answers a scrape.
pub(crate) async fn metrics(
    State(outlet): State<Outlet>,
    user: User,
    headers: HeaderMap,
    pairs: Result<Query<Vec<(String, String)>>, QueryRejection>,
) -> Response {
    let limited = user.as_ref().is_some_and(|it| it.apps().is_some());
    let sees = |app: &str| user.as_ref().is_none_or(|it| it.sees(app));
    let mut families = Families::new();
    let choice = pairs.map_err(|it| Error::Invalid(it.body_text()));
    let found = match choice.and_then(|Query(pairs)| Choice::read(&pairs)) {
        // The server's own figures are of all apps.
        Ok(choice) if choice.apps.is_empty() && limited => {
            let text = "expected app= with one of the apps that this token is limited to, or app=*, found none";
            return problem(StatusCode::FORBIDDEN, text);
        }
        Ok(choice) if choice.apps.is_empty() => {
            own::add(&outlet, &mut families);
            Ok(())
        }
        Ok(choice) => series::add(&outlet, &choice, sees, &mut families, now_ms()),
        Err(error) => Err(error),
    };
    let form = Form::of(&headers);
    match found.map(|()| write(&families, form)) {
        Ok(Ok(text)) => ([(header::CONTENT_TYPE, form.content_type())], text).into_response(),
        Ok(Err(_)) => problem(StatusCode::INTERNAL_SERVER_ERROR, "the metrics could not be written"),
        Err(error) => {
            let status = match &error {
                Error::Invalid(_) => StatusCode::BAD_REQUEST,
                Error::NoApp(_) => StatusCode::NOT_FOUND,
                Error::TooMany => StatusCode::UNPROCESSABLE_ENTITY,
            };
            problem(status, &error.to_string())
        }
    }
}
