//! Refuses requests that another site's page causes: it must neither read data nor make the server
//! do anything.
//!
//! Without a password only hosts of this machine are accepted, since a foreign name can be made to
//! resolve to it (DNS rebinding). With or without a password, requests from another site are
//! refused, except that a person may follow a link to a page. Server functions accept only JSON,
//! from our own pages; a few pages have forms, which prove by their origin that they are ours.
//! Drains and probes are not checked: no browser sends those, and they may use any host.

use std::net::IpAddr;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, Method, StatusCode, header, uri::Authority},
    middleware::Next,
    response::Response,
};

use crate::problem::problem;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const SEC_FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
const SEC_FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");

/// Pages that take forms, so that they work without JavaScript.
const FORM_PATHS: [&str; 11] = [
    "/searches",
    "/drains",
    "/sign-in",
    "/sign-out",
    "/invite",
    "/settings",
    "/settings/people",
    "/settings/tokens",
    "/settings/time",
    "/settings/backup",
    "/settings/shares",
];

/// Where forms ask and change nothing: no page of ours sends them, but scripts and Grafana do.
const ASKING: &str = "/prometheus/";

/// The host names that the server accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HostNames {
    /// Only names and addresses of this machine.
    Loopback,
    /// Any name, since there is a password.
    Any,
}

/// Why a request is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
enum OriginError {
    #[error(
        "expected Host to be localhost, 127.0.0.1 or [::1], because no password is set; set ADMIN_PASSWORD, or have the proxy send \
         one of these names"
    )]
    Name,
    #[error("expected a request from a page of this server, found one from another site")]
    Site,
    #[error("expected Origin to be this server, found another origin or none")]
    Origin,
    #[error("expected Content-Type: application/json")]
    NoJson,
}

impl OriginError {
    const fn status(self) -> StatusCode {
        match self {
            // 421: this server does not serve that host.
            Self::Name => StatusCode::MISDIRECTED_REQUEST,
            Self::Site | Self::Origin => StatusCode::FORBIDDEN,
            Self::NoJson => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        }
    }
}

/// Passes on requests that are allowed; refuses others with the reason.
pub(crate) async fn check(State(names): State<HostNames>, request: Request, next: Next) -> Response {
    match check_request(names, &request) {
        Ok(()) => next.run(request).await,
        Err(why) => problem(why.status(), &why.to_string()),
    }
}

fn check_request(names: HostNames, request: &Request) -> Result<(), OriginError> {
    let (headers, method) = (request.headers(), request.method());
    if names == HostNames::Loopback {
        // A request may name its host in the request line as well as in the header.
        let in_line = request.uri().authority().is_none_or(|it| is_loopback(it.as_str()));
        if !in_line || !text(headers, &header::HOST).is_some_and(is_loopback) {
            return Err(OriginError::Name);
        }
    }
    let site = text(headers, &SEC_FETCH_SITE);
    let is_page = !["/api/", ASKING].iter().any(|it| request.uri().path().starts_with(it));
    if site == Some("cross-site") && !(is_page && is_navigation(method, headers)) {
        return Err(OriginError::Site);
    }
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return Ok(());
    }
    let content = text(headers, &header::CONTENT_TYPE).unwrap_or_default();
    let asks = request.uri().path().starts_with(ASKING);
    let is_form = *method == Method::POST
        && (asks || has_forms(request.uri().path()))
        && is_type(content, "application/x-www-form-urlencoded");
    // Browsers send JSON, or any DELETE, to another site only after a preflight request, which
    // fails here.
    if method != Method::DELETE && !is_form && !is_type(content, "application/json") {
        return Err(OriginError::NoJson);
    }
    // Sec-Fetch-Site: same-origin is trusted without this comparison, since a proxy may change
    // Host.
    let origin = text(headers, &header::ORIGIN).filter(|_| site != Some("same-origin"));
    // Every browser sends one of the two with a form, and a form needs no preflight request.
    if is_form && !asks && origin.is_none() && site != Some("same-origin") {
        return Err(OriginError::Origin);
    }
    if origin.is_some_and(|it| !is_same(it, text(headers, &header::HOST))) {
        return Err(OriginError::Origin);
    }
    Ok(())
}

/// Whether a person follows a link or types an address. Loading a frame inside a page does not
/// count.
fn is_navigation(method: &Method, headers: &HeaderMap) -> bool {
    // Requests that a service worker passes on have no destination.
    let whole = matches!(text(headers, &SEC_FETCH_DEST), None | Some("document" | "empty"));
    method == Method::GET && whole && text(headers, &SEC_FETCH_MODE) == Some("navigate")
}

/// Whether a host, with or without a port, is this machine.
fn is_loopback(host: &str) -> bool {
    let Ok(authority) = host.parse::<Authority>() else { return false };
    if authority.as_str().contains('@') {
        return false;
    }
    let name = authority.host();
    let address = name.strip_prefix('[').and_then(|it| it.strip_suffix(']')).unwrap_or(name);
    name.eq_ignore_ascii_case("localhost") || address.parse::<IpAddr>().is_ok_and(|it| it.to_canonical().is_loopback())
}

/// Whether a content type is this one, whatever its parameters.
fn is_type(content: &str, expected: &str) -> bool {
    content.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(expected)
}

/// Whether an origin is the requested host. The scheme is not compared: a proxy may terminate TLS.
fn is_same(origin: &str, host: Option<&str>) -> bool {
    let asked = host.map(str::to_ascii_lowercase);
    origin.split_once("://").is_some_and(|(_, it)| Some(it.to_ascii_lowercase()) == asked)
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|it| it.to_str().ok())
}

/// Whether a path is that of a page that takes forms.
fn has_forms(path: &str) -> bool {
    let is_drain = || path.strip_prefix("/drains/").is_some_and(|id| !id.is_empty() && !id.contains('/'));
    let is_sources = || {
        let app = path.strip_prefix("/apps/").and_then(|it| it.strip_suffix("/sources"));
        app.is_some_and(|app| !app.is_empty() && !app.contains('/'))
    };
    FORM_PATHS.contains(&path) || is_drain() || is_sources()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]
mod tests {
    use axum::body::Body;

    use super::*;

    #[track_caller]
    fn check(names: HostNames, line: &str, headers: &[(&str, &str)], expected: Result<(), OriginError>) {
        let (method, uri) = line.split_once(' ').unwrap();
        let request = headers
            .iter()
            .fold(Request::builder().method(method).uri(uri), |request, (name, value)| request.header(*name, *value));
        assert_eq!(check_request(names, &request.body(Body::empty()).unwrap()), expected, "{line} {headers:?}");
    }

    #[test]
    fn ok_names_of_this_machine() {
        for host in ["localhost", "LocalHost:3000", "127.0.0.1", "127.9.9.9:80", "[::1]", "[::1]:3000"] {
            check(HostNames::Loopback, "GET /", &[("host", host)], Ok(()));
        }
        check(HostNames::Any, "GET /", &[("host", "gauge.example.com")], Ok(()));
    }

    #[test]
    fn err_other_names() {
        let wrong = [
            "",
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "10.0.0.1",
            "a@localhost",
            "localhost@evil.example",
            "[::2]",
            "0.0.0.0",
            "localhost:3000:1",
            "2130706433",
        ];
        for host in wrong {
            check(HostNames::Loopback, "GET /", &[("host", host)], Err(OriginError::Name));
        }
        check(HostNames::Loopback, "GET /", &[], Err(OriginError::Name));
        check(HostNames::Loopback, "GET http://evil.example/", &[("host", "localhost")], Err(OriginError::Name));
    }

    #[test]
    fn ok_links_to_pages_and_own_requests() {
        let link = [("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document")];
        check(HostNames::Any, "GET /apps/a?range=1h", &link, Ok(()));
        check(HostNames::Any, "GET /api/v1/apps", &[("sec-fetch-site", "same-origin")], Ok(()));
        let json = ("content-type", "application/json; charset=utf-8");
        check(HostNames::Any, "POST /api/x", &[json], Ok(()));
        check(HostNames::Any, "DELETE /api/x", &[], Ok(()));
        check(HostNames::Any, "POST /api/x", &[json, ("origin", "https://G:1"), ("host", "g:1")], Ok(()));
        // A proxy changed Host.
        let proxied = [json, ("origin", "https://g"), ("host", "127.0.0.1:3000"), ("sec-fetch-site", "same-origin")];
        check(HostNames::Any, "POST /api/x", &proxied, Ok(()));
    }

    #[test]
    fn ok_forms_of_our_own_pages() {
        let form = ("content-type", "application/x-www-form-urlencoded");
        let (own, host) = (("origin", "http://g:1"), ("host", "g:1"));
        check(HostNames::Any, "POST /searches", &[form, own, host], Ok(()));
        check(HostNames::Any, "POST /searches", &[form, ("sec-fetch-site", "same-origin")], Ok(()));
        for path in ["/drains", "/drains/12", "/apps/shop/sources"] {
            check(HostNames::Any, &format!("POST {path}"), &[form, own, host], Ok(()));
        }
        for path in ["/drains/12/wait", "/drains/", "/apps/shop", "/apps/a/b/sources", "/api/v1/drains/12"] {
            check(HostNames::Any, &format!("POST {path}"), &[form, own, host], Err(OriginError::NoJson));
        }
        let other = ("origin", "http://evil.example");
        for headers in [&[form, host][..], &[form, host, other], &[form, host, ("origin", "null")]] {
            check(HostNames::Any, "POST /searches", headers, Err(OriginError::Origin));
        }
        check(
            HostNames::Any,
            "POST /searches",
            &[form, host, own, ("sec-fetch-site", "cross-site")],
            Err(OriginError::Site),
        );
        check(HostNames::Any, "POST /api/v1/searches", &[form, own, host], Err(OriginError::NoJson));
        check(HostNames::Any, "PUT /searches", &[form, own, host], Err(OriginError::NoJson));
        check(HostNames::Any, "POST /searches", &[("content-type", "text/plain"), own, host], Err(OriginError::NoJson));
    }

    #[test]
    fn err_what_other_sites_cause() {
        let site = ("sec-fetch-site", "cross-site");
        for (mode, dest) in [("no-cors", "image"), ("cors", "empty"), ("navigate", "iframe"), ("navigate", "object")] {
            check(
                HostNames::Any,
                "GET /",
                &[site, ("sec-fetch-mode", mode), ("sec-fetch-dest", dest)],
                Err(OriginError::Site),
            );
        }
        let link = [site, ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document")];
        check(HostNames::Any, "GET /api/v1/apps", &link, Err(OriginError::Site));
        check(HostNames::Any, "POST /", &link, Err(OriginError::Site));
        for kind in ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x"] {
            check(HostNames::Any, "POST /api/x", &[("content-type", kind)], Err(OriginError::NoJson));
        }
        check(HostNames::Any, "POST /api/x", &[], Err(OriginError::NoJson));
        check(HostNames::Any, "PUT /api/x", &[], Err(OriginError::NoJson));
        check(HostNames::Any, "DELETE /api/x", &[site], Err(OriginError::Site));
        check(HostNames::Any, "DELETE /api/x", &[("origin", "null"), ("host", "g:1")], Err(OriginError::Origin));
        let json = ("content-type", "application/json");
        for origin in ["http://evil.example", "null", "http://g:2"] {
            check(
                HostNames::Any,
                "POST /api/x",
                &[json, ("origin", origin), ("host", "g:1")],
                Err(OriginError::Origin),
            );
        }
    }
}
