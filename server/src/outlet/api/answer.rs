//! Error replies that several resources share, as `application/problem+json` (RFC 9457).

use axum::{
    extract::Path,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use contract::Error;

use crate::{problem::problem, store::query};

/// 404 for an app that does not exist.
pub(crate) fn no_app(app: &str) -> Response {
    problem(StatusCode::NOT_FOUND, &crate::outlet::state::no_such_app(app).to_string())
}

/// 400 with a sentence that says what was expected and found.
pub(crate) fn invalid(text: &str) -> Response {
    problem(StatusCode::BAD_REQUEST, text)
}

/// 503 while as many searches run as are allowed.
pub(crate) fn busy() -> Response {
    let mut response = problem(StatusCode::SERVICE_UNAVAILABLE, &Error::Busy.to_string());
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
    response
}

/// 500 when the store can't be read. The reason goes to the log, not to the client.
pub(crate) fn unreadable() -> Response {
    problem(StatusCode::INTERNAL_SERVER_ERROR, "the store could not be read; see the server's log for details")
}

/// The reply to a query of the store that failed. `asked` says in the log what it was for.
pub(crate) fn unanswered(error: query::Error, app: &str, asked: &str) -> Response {
    match error {
        query::Error::NotFound(text) => problem(StatusCode::NOT_FOUND, &text),
        query::Error::Invalid(text) => invalid(&text),
        query::Error::TooLong => problem(StatusCode::SERVICE_UNAVAILABLE, &error.to_string()),
        query::Error::Store(error) => {
            tracing::error!(app, asked, %error, "a query failed");
            unreadable()
        }
    }
}

/// The reply to an error that has a sentence for people.
pub(crate) fn refused(error: &Error) -> Response {
    let status = match error {
        Error::Invalid(_) => StatusCode::BAD_REQUEST,
        Error::NotFound(_) => StatusCode::NOT_FOUND,
        Error::Unauthorized => StatusCode::UNAUTHORIZED,
        Error::Conflict(_) => StatusCode::CONFLICT,
        Error::Busy => return busy(),
        Error::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    };
    problem(status, &error.to_string())
}

/// 404 for any other path below `/api`.
pub(crate) async fn unknown(Path(rest): Path<String>) -> Response {
    problem(StatusCode::NOT_FOUND, &format!("there is no endpoint /api/{rest}"))
}
