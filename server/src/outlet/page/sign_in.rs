//! Shows refusals as pages: a person in a browser gets a page where a script gets
//! `application/problem+json`.
//!
//! What is refused, and with which status, is decided elsewhere.

use axum::{
    body::Body,
    extract::Request,
    http::{HeaderValue, Method, header},
    middleware::Next,
    response::Response,
};

use dashboard::share_notice::{ShareNotice, share_notice};

use super::assets::assets;
use crate::{
    outlet::guard::{
        headers::POLICY,
        permit::Forbidden,
        shared::{LinkOver, OnePage},
    },
    problem::PROBLEM_JSON,
};

/// Replaces a problem reply with a page when a browser asked for a page.
pub(crate) async fn replace_problem(request: Request, next: Next) -> Response {
    let is_page = matches!(*request.method(), Method::GET | Method::HEAD) && !request.uri().path().starts_with("/api/");
    let accepted = request.headers().get(header::ACCEPT).and_then(|it| it.to_str().ok());
    let wants_page = is_page && accepted.is_some_and(|it| it.contains("text/html"));
    let response = next.run(request).await;
    let is_problem = response.headers().get(header::CONTENT_TYPE).is_some_and(|it| it == PROBLEM_JSON);
    if !(wants_page && is_problem) {
        return response;
    }
    let marks = response.extensions();
    let is_forbidden = marks.get::<Forbidden>().is_some();
    let page = if let Some(OnePage(address)) = marks.get() {
        Some(share_notice(&assets(), &ShareNotice::OnePage(address.clone())))
    } else if marks.get::<LinkOver>().is_some() {
        Some(share_notice(&assets(), &ShareNotice::Over))
    } else if is_forbidden {
        Some(dashboard::not_allowed(&assets()))
    } else {
        dashboard::sign_in(&assets(), response.status().as_u16())
    };
    let Some(page) = page else { return response };
    let (mut head, _problem) = response.into_parts();
    head.headers.remove(header::CONTENT_LENGTH);
    head.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    head.headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    head.headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Response::from_parts(head, Body::from(page))
}
