//! What pages that the server alone makes have in common: their reply, and what is wrong with the
//! search of their address. Their content is decided by the package `dashboard`.

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use contract::LogFilter;

use crate::outlet::guard::headers::POLICY;

/// A page as a reply. Only scripts that are files of this server run in it.
pub(crate) fn reply(status: StatusCode, page: String) -> Response {
    let mut response = Response::new(Body::from(page));
    *response.status_mut() = status;
    let policy = format!("{POLICY}; connect-src 'self'; script-src 'self'");
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static(POLICY)),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// What is wrong with the filter of a search.
pub(super) fn problem_of(filter: &str) -> Option<String> {
    LogFilter::parse(filter).err().map(|it| it.to_string())
}
