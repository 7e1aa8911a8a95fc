//! Who may look, and headers that every reply carries.

use axum::{
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::Response,
};

use leptos::{nonce::use_nonce, prelude::use_context};
use leptos_axum::ResponseOptions;

use crate::{access::admin::Admin, receiver::refusal::problem};

/// Lets through who may look; asks the others to sign in, in the way that browsers and curl know.
pub async fn admit(State(admin): State<Admin>, request: Request, next: Next) -> Response {
    let authorization = request.headers().get(header::AUTHORIZATION).and_then(|it| it.to_str().ok());
    if admin.admits(authorization) {
        return next.run(request).await;
    }
    let mut response =
        problem(StatusCode::UNAUTHORIZED, "expected the password of the dashboard as Basic authorization");
    let challenge = HeaderValue::from_static("Basic realm=\"Streamgauge\", charset=\"UTF-8\"");
    response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    response
}

/// Where a page may load from: here, and nothing that is not ours. Only scripts that carry this page's number run; positions are
/// attributes of style, which are let through.
const POLICY: &str = "default-src 'none'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; font-src 'self'; \
                      manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// Gives the page that is being rendered its Content-Security-Policy.
pub fn protect_page() {
    let (Some(response), Some(nonce)) = (use_context::<ResponseOptions>(), use_nonce()) else { return };
    // The development loop tells the page over a socket of its own when to load anew.
    let reload = if std::env::var_os("LEPTOS_WATCH").is_some() { " ws:" } else { "" };
    let policy = format!("{POLICY}; connect-src 'self'{reload}; script-src 'self' 'wasm-unsafe-eval' 'nonce-{nonce}'");
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
    }
}

/// Keeps browsers from guessing types, framing the page and telling others where one came from.
pub async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    response
}
