//! Whether a request is that of a person who opens a page, as browsers tell.

use axum::{
    extract::Request,
    http::{HeaderName, Method, header},
};

/// By this header a browser tells whether a person opens a document or a page loads its parts.
pub(crate) const SEC_FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");

/// Whether a person opens a page.
pub(super) fn opens_page(request: &Request) -> bool {
    let text = |name| request.headers().get(name).and_then(|it| it.to_str().ok());
    let is_page = request.method() == Method::GET && !request.uri().path().starts_with("/api/");
    let is_person = text(SEC_FETCH_MODE) == Some("navigate");
    is_page && is_person && text(header::ACCEPT).is_some_and(|it| it.contains("text/html"))
}
