//! Answers requests that came without TLS to a port that expects it. A person who typed `http://`
//! is sent to the same page. A sender is told what is wrong: a redirect would drop its token, or
//! make it send the token in the open each time.

use std::{convert::Infallible, sync::Arc};

use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, Method, Request, Response, StatusCode, header, uri::Authority},
    response::IntoResponse,
};
use hyper::body::Incoming;

use super::answer::Shared;
use crate::problem::problem;

/// Answers a request; the connection is closed after it.
pub(super) async fn answer(shared: Arc<Shared>, request: Request<Incoming>) -> Result<Response<Body>, Infallible> {
    shared.counters.plain_refused.add(1);
    Ok(respond(&request, shared.redirect_port))
}

/// The reply. The address of HTTPS has the host that was asked for, and its port unless `port` is
/// another.
fn respond<B>(request: &Request<B>, port: Option<u16>) -> Response<Body> {
    let is_page = matches!(*request.method(), Method::GET | Method::HEAD);
    if !is_page || request.headers().contains_key(header::AUTHORIZATION) {
        const UPGRADE: (HeaderName, &str) = (header::UPGRADE, "TLS/1.2, HTTP/1.1");
        let detail = "expected https:// in the URL, because this server has a certificate (TLS_CERT); what was sent \
                      is ignored, and it went over the network without encryption";
        let headers = [UPGRADE, (header::CONNECTION, "Upgrade, close")];
        return (headers, problem(StatusCode::UPGRADE_REQUIRED, detail)).into_response();
    }
    match location(request, port) {
        Some(location) => (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, location)]).into_response(),
        None => problem(StatusCode::BAD_REQUEST, "expected one Host header, and https:// in the URL"),
    }
}

fn location<B>(request: &Request<B>, port: Option<u16>) -> Option<HeaderValue> {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else { return None };
    let authority: Authority = host.to_str().ok()?.parse().ok()?;
    if authority.as_str().contains('@') {
        return None;
    }
    let host = match port {
        None => authority.as_str().to_owned(),
        Some(443) => authority.host().to_owned(),
        Some(port) => format!("{}:{port}", authority.host()),
    };
    let path = request.uri().path_and_query().map_or("/", |it| it.as_str());
    // A path that begins with two slashes would name another host only if it came first.
    HeaderValue::from_str(&format!("https://{host}{path}")).ok()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, headers: &[(&str, &str)], port: Option<u16>, expected: (u16, &str)) {
        let (method, uri) = line.split_once(' ').unwrap();
        let request = headers
            .iter()
            .fold(Request::builder().method(method).uri(uri), |request, (name, value)| request.header(*name, *value));
        let response = respond(&request.body(()).unwrap(), port);
        let location = response.headers().get(header::LOCATION).map_or("", |it| it.to_str().unwrap());
        assert_eq!((response.status().as_u16(), location), expected, "{line} {headers:?}");
    }

    #[test]
    fn ok_pages_are_redirected() {
        let host = ("host", "gauge.example.com:3000");
        check("GET /apps/a?range=1h", &[host], None, (308, "https://gauge.example.com:3000/apps/a?range=1h"));
        check("HEAD /", &[host], Some(443), (308, "https://gauge.example.com/"));
        check("GET /", &[("host", "[::1]:80")], Some(3_000), (308, "https://[::1]:3000/"));
        check("GET //evil.example/", &[host], None, (308, "https://gauge.example.com:3000//evil.example/"));
    }

    #[test]
    fn err_senders_and_odd_hosts() {
        let host = ("host", "a");
        check("POST /logs", &[host], None, (426, ""));
        check("DELETE /api/v1/rules/1", &[host], None, (426, ""));
        check("GET /api/v1/apps", &[host, ("authorization", "Basic eDp5")], None, (426, ""));
        for headers in [&[][..], &[host, host], &[("host", "a@evil.example")], &[("host", "a b")]] {
            check("GET /", headers, None, (400, ""));
        }
    }
}
