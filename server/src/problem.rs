//! Errors as users get them: `application/problem+json`, with one sentence that says what was expected.

use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

/// The type of such a reply.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// A reply in the form of RFC 9457.
#[must_use]
pub fn problem(status: StatusCode, detail: &str) -> Response {
    let title = status.canonical_reason().unwrap_or("error");
    let body =
        serde_json::json!({ "type": "about:blank", "title": title, "status": status.as_u16(), "detail": detail });
    (status, [(header::CONTENT_TYPE, PROBLEM_JSON)], body.to_string()).into_response()
}
