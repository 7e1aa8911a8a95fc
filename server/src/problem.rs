//! Error replies as `application/problem+json` (RFC 9457), with one sentence that says what was
//! expected and found. Knows no particular error.

use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

/// The content type of an error reply.
pub(crate) const PROBLEM_JSON: &str = "application/problem+json";

/// An error reply with `detail` as its sentence.
#[must_use]
pub(crate) fn problem(status: StatusCode, detail: &str) -> Response {
    let title = status.canonical_reason().unwrap_or("error");
    let body =
        serde_json::json!({ "type": "about:blank", "title": title, "status": status.as_u16(), "detail": detail });
    (status, [(header::CONTENT_TYPE, PROBLEM_JSON)], body.to_string()).into_response()
}
