//! Error replies that several resources share, each as `application/problem+json`.

use axum::{
    extract::Path,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use contract::Error;

use crate::problem::problem;

/// The reply about an app that is not there.
pub(crate) fn no_app(app: &str) -> Response {
    problem(StatusCode::NOT_FOUND, &crate::outlet::state::no_such_app(app).to_string())
}

/// The reply to a question that makes no sense.
pub(crate) fn invalid(text: &str) -> Response {
    problem(StatusCode::BAD_REQUEST, text)
}

/// The reply when as many search as may.
pub(crate) fn busy() -> Response {
    let mut response = problem(StatusCode::SERVICE_UNAVAILABLE, &Error::Busy.to_string());
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
    response
}

/// The reply when the store can't be read; why, our log says.
pub(crate) fn unreadable() -> Response {
    problem(StatusCode::INTERNAL_SERVER_ERROR, "the store could not be read; see the server's log for details")
}

/// Any other path below `/api`.
pub(crate) async fn unknown(Path(rest): Path<String>) -> Response {
    problem(StatusCode::NOT_FOUND, &format!("there is no endpoint /api/{rest}"))
}
