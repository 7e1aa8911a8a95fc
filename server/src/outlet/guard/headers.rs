//! The security headers of every reply, and the Content-Security-Policy of pages.

use axum::{
    extract::Request,
    http::{HeaderName, HeaderValue, StatusCode, header},
    middleware::Next,
    response::Response,
};
use leptos::{nonce::use_nonce, prelude::use_context};
use leptos_axum::ResponseOptions;

/// Marks a page that says that this server is busy, for the service worker: a proxy's page for a
/// server that is gone has the same status.
const OWN_PAGE: HeaderName = HeaderName::from_static("streamgauge-page");

/// The Content-Security-Policy of every page: it loads from this server only. Pages with scripts
/// add a nonce. Style attributes are allowed, since positions are set by them.
pub(crate) const POLICY: &str = "default-src 'none'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; font-src 'self'; \
                      manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// Sets the Content-Security-Policy of the page that is being rendered. Only scripts with this
/// page's nonce run.
pub(crate) fn protect_page() {
    let (Some(response), Some(nonce)) = (use_context::<ResponseOptions>(), use_nonce()) else { return };
    // The development server tells pages over a WebSocket when to reload.
    let reload = if std::env::var_os("LEPTOS_WATCH").is_some() { " ws:" } else { "" };
    let policy = format!("{POLICY}; connect-src 'self'{reload}; script-src 'self' 'wasm-unsafe-eval' 'nonce-{nonce}'");
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
    }
}

/// Adds headers that keep browsers from guessing content types, from framing pages, and from
/// sending the address of a page to other sites.
pub(crate) async fn add(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let is_busy = response.status() == StatusCode::SERVICE_UNAVAILABLE;
    let headers = response.headers_mut();
    if is_busy && headers.get(header::CONTENT_TYPE).is_some_and(|it| it.as_bytes().starts_with(b"text/html")) {
        headers.insert(OWN_PAGE, HeaderValue::from_static("1"));
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    let is_asset = headers.get(header::CACHE_CONTROL).is_some_and(|it| it.as_bytes().ends_with(b"immutable"));
    if is_asset {
        // A script or font in a frame shows nothing and links to nothing.
        return response;
    }
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    response
}
