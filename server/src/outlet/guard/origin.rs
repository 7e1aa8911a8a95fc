//! Which requests a browser may make for which page: a foreign page must neither read what is here nor make the server do anything.
//!
//! Without a password only names and addresses of this machine are answered, since a foreign name can be pointed at it (DNS rebinding).
//! With or without one, what another site's page causes is refused, except that a person may follow a link to a page of ours; and
//! functions of pages take JSON alone, from pages of ours. Drains and probes are not asked: they have no browser, and come under any name.

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

/// Under which names the server answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Names {
    /// Those of this machine alone.
    Loopback,
    /// Any: a password is asked for.
    Any,
}

/// Why a request is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
enum Foreign {
    #[error(
        "expected Host to be localhost, 127.0.0.1 or [::1], because no password is set; set ADMIN_PASSWORD, or have the proxy send \
         one of these names"
    )]
    Name,
    #[error("expected a request from a page of this server, found one from another site")]
    Site,
    #[error("expected Origin to be this server, found another origin")]
    Origin,
    #[error("expected Content-Type: application/json")]
    NoJson,
}

impl Foreign {
    const fn status(self) -> StatusCode {
        match self {
            // This server does not answer for that name.
            Self::Name => StatusCode::MISDIRECTED_REQUEST,
            Self::Site | Self::Origin => StatusCode::FORBIDDEN,
            Self::NoJson => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        }
    }
}

/// Lets through what is not foreign.
pub async fn check(State(names): State<Names>, request: Request, next: Next) -> Response {
    match judge(names, &request) {
        Ok(()) => next.run(request).await,
        Err(why) => problem(why.status(), &why.to_string()),
    }
}

fn judge(names: Names, request: &Request) -> Result<(), Foreign> {
    let (headers, method) = (request.headers(), request.method());
    if names == Names::Loopback {
        // A request may name its host twice: in its line, and in the header.
        let in_line = request.uri().authority().is_none_or(|it| is_loopback(it.as_str()));
        if !in_line || !text(headers, &header::HOST).is_some_and(is_loopback) {
            return Err(Foreign::Name);
        }
    }
    let site = text(headers, &SEC_FETCH_SITE);
    let is_page = !request.uri().path().starts_with("/api/");
    if site == Some("cross-site") && !(is_page && is_navigation(method, headers)) {
        return Err(Foreign::Site);
    }
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return Ok(());
    }
    // Browsers send no JSON to another site without asking it first.
    if !text(headers, &header::CONTENT_TYPE).is_some_and(is_json) {
        return Err(Foreign::NoJson);
    }
    // A browser that knows the page to be ours is believed, since a proxy may have changed Host.
    let origin = text(headers, &header::ORIGIN).filter(|_| site != Some("same-origin"));
    if origin.is_some_and(|it| !is_same(it, text(headers, &header::HOST))) {
        return Err(Foreign::Origin);
    }
    Ok(())
}

/// A person follows a link, or types an address; a frame inside another page is none.
fn is_navigation(method: &Method, headers: &HeaderMap) -> bool {
    // What a service worker passes on has no destination.
    let whole = matches!(text(headers, &SEC_FETCH_DEST), None | Some("document" | "empty"));
    method == Method::GET && whole && text(headers, &SEC_FETCH_MODE) == Some("navigate")
}

/// Whether a host, perhaps with a port, is this machine.
fn is_loopback(host: &str) -> bool {
    let Ok(authority) = host.parse::<Authority>() else { return false };
    if authority.as_str().contains('@') {
        return false;
    }
    let name = authority.host();
    let address = name.strip_prefix('[').and_then(|it| it.strip_suffix(']')).unwrap_or(name);
    name.eq_ignore_ascii_case("localhost") || address.parse::<IpAddr>().is_ok_and(|it| it.to_canonical().is_loopback())
}

fn is_json(kind: &str) -> bool {
    kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json")
}

/// Whether an origin is the host that was asked; its scheme is that of a proxy in front, if there is one.
fn is_same(origin: &str, host: Option<&str>) -> bool {
    let asked = host.map(str::to_ascii_lowercase);
    origin.split_once("://").is_some_and(|(_, it)| Some(it.to_ascii_lowercase()) == asked)
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|it| it.to_str().ok())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]
mod tests {
    use axum::body::Body;

    use super::*;

    #[track_caller]
    fn check(names: Names, line: &str, headers: &[(&str, &str)], expected: Result<(), Foreign>) {
        let (method, uri) = line.split_once(' ').unwrap();
        let request = headers
            .iter()
            .fold(Request::builder().method(method).uri(uri), |request, (name, value)| request.header(*name, *value));
        assert_eq!(judge(names, &request.body(Body::empty()).unwrap()), expected, "{line} {headers:?}");
    }

    #[test]
    fn ok_names_of_this_machine() {
        for host in ["localhost", "LocalHost:3000", "127.0.0.1", "127.9.9.9:80", "[::1]", "[::1]:3000"] {
            check(Names::Loopback, "GET /", &[("host", host)], Ok(()));
        }
        check(Names::Any, "GET /", &[("host", "gauge.example.com")], Ok(()));
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
            check(Names::Loopback, "GET /", &[("host", host)], Err(Foreign::Name));
        }
        check(Names::Loopback, "GET /", &[], Err(Foreign::Name));
        check(Names::Loopback, "GET http://evil.example/", &[("host", "localhost")], Err(Foreign::Name));
    }

    #[test]
    fn ok_links_to_pages_and_own_requests() {
        let link = [("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document")];
        check(Names::Any, "GET /apps/a?range=1h", &link, Ok(()));
        check(Names::Any, "GET /api/v1/apps", &[("sec-fetch-site", "same-origin")], Ok(()));
        let json = ("content-type", "application/json; charset=utf-8");
        check(Names::Any, "POST /api/x", &[json], Ok(()));
        check(Names::Any, "POST /api/x", &[json, ("origin", "https://G:1"), ("host", "g:1")], Ok(()));
        // Behind a proxy that changes Host.
        let proxied = [json, ("origin", "https://g"), ("host", "127.0.0.1:3000"), ("sec-fetch-site", "same-origin")];
        check(Names::Any, "POST /api/x", &proxied, Ok(()));
    }

    #[test]
    fn err_what_other_sites_cause() {
        let site = ("sec-fetch-site", "cross-site");
        for (mode, dest) in [("no-cors", "image"), ("cors", "empty"), ("navigate", "iframe"), ("navigate", "object")] {
            check(Names::Any, "GET /", &[site, ("sec-fetch-mode", mode), ("sec-fetch-dest", dest)], Err(Foreign::Site));
        }
        let link = [site, ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document")];
        check(Names::Any, "GET /api/v1/apps", &link, Err(Foreign::Site));
        check(Names::Any, "POST /", &link, Err(Foreign::Site));
        for kind in ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x"] {
            check(Names::Any, "POST /api/x", &[("content-type", kind)], Err(Foreign::NoJson));
        }
        check(Names::Any, "POST /api/x", &[], Err(Foreign::NoJson));
        let json = ("content-type", "application/json");
        for origin in ["http://evil.example", "null", "http://g:2"] {
            check(Names::Any, "POST /api/x", &[json, ("origin", origin), ("host", "g:1")], Err(Foreign::Origin));
        }
    }
}
