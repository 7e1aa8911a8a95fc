//! Who may look, and headers that every reply carries.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderName, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{Html, IntoResponse, Response},
};
use http_body_util::Limited;
use leptos::{nonce::use_nonce, prelude::use_context};
use leptos_axum::ResponseOptions;

use super::assets::assets;
use crate::{access::admin::Admin, receiver::refusal::problem};

/// What a browser tells of whether a person asks for a document, or a page for its parts.
const SEC_FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");

/// Who may look, and what the others are shown.
#[derive(Clone, Debug)]
pub struct Gate {
    admin: Admin,
    /// The page of those who did not sign in.
    page: Arc<str>,
}

impl Gate {
    /// With the page made once: it is the same for all.
    #[must_use]
    pub fn new(admin: Admin) -> Self {
        Self { admin, page: app::refused(&assets()).into() }
    }
}

/// Most bytes of a question that a page asks. Its longest part is a search of some hundred characters.
pub const QUESTION_BYTES_MAX: usize = 64 << 10;

/// Ends the body of a question that is too long: whoever reads it would read on without end.
pub async fn limit_body(request: Request) -> Request {
    request.map(|body| Body::new(Limited::new(body, QUESTION_BYTES_MAX)))
}

/// Lets through who may look; asks the others to sign in, in the way that browsers and curl know.
pub async fn admit(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    // A page's own questions would make the browser ask for a password over the page.
    let (is_admitted, is_person, is_of_page) = {
        let text = |name: HeaderName| request.headers().get(name).and_then(|it: &HeaderValue| it.to_str().ok());
        let is_person = text(header::ACCEPT).is_some_and(|it| it.contains("text/html"));
        let is_of_page = text(SEC_FETCH_MODE).is_some_and(|it| it != "navigate");
        (gate.admin.admits(text(header::AUTHORIZATION)), is_person, is_of_page)
    };
    if is_admitted {
        return next.run(request).await;
    }
    let mut response = if is_person {
        let policy = [(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY))];
        (StatusCode::UNAUTHORIZED, policy, Html(gate.page.to_string())).into_response()
    } else {
        problem(StatusCode::UNAUTHORIZED, "expected the password of the dashboard as Basic authorization")
    };
    if !is_of_page {
        let challenge = HeaderValue::from_static("Basic realm=\"Streamgauge\", charset=\"UTF-8\"");
        response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    }
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
