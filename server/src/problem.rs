//! Error replies as `application/problem+json` (RFC 9457), with one sentence that says what was
//! expected and found. Knows no particular error.

use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

/// The content type of an error reply.
pub(crate) const PROBLEM_JSON: &str = "application/problem+json";

/// An error reply as the API's description has it.
#[derive(serde::Serialize, utoipa::ToSchema)]
pub(crate) struct Problem<'a> {
    /// Always `about:blank`: the status says what kind of problem it is.
    r#type: &'a str,
    /// The phrase of the status.
    title: &'a str,
    status: u16,
    /// What was expected and found.
    detail: &'a str,
}

/// An error reply with `detail` as its sentence.
#[must_use]
pub(crate) fn problem(status: StatusCode, detail: &str) -> Response {
    let title = status.canonical_reason().unwrap_or("error");
    let body = Problem { r#type: "about:blank", title, status: status.as_u16(), detail };
    let body = serde_json::to_string(&body).unwrap_or_default();
    (status, [(header::CONTENT_TYPE, PROBLEM_JSON)], body).into_response()
}
