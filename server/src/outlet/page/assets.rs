//! Serves scripts, styles and icons: from the binary when they are embedded, from the site's folder
//! in development.
//!
//! Embedded files of `pkg/` have a hash in their name, so that browsers may cache them forever.
//! They were compressed when the binary was built.

use std::path::Path;

use axum::{
    Router,
    extract::Request,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::map_response,
    response::{IntoResponse, Response},
    routing::get,
};
use dashboard::{Assets, Module, PAGES};
use tower_http::services::ServeDir;

/// Folder of the style sheets' sources, relative to the folder in which the watcher is started.
const STYLE_FOLDER: &str = "style";

/// A file that was embedded when the binary was built.
struct File {
    /// Its path in the site.
    name: &'static str,
    /// The path under which it is served.
    served: &'static str,
    /// A hash of its content.
    hash: &'static str,
    /// Whether that path contains the hash.
    hashed: bool,
    plain: &'static [u8],
    brotli: &'static [u8],
    gzip: &'static [u8],
}

mod site {
    //! The table of embedded files, written by `build.rs`.
    use super::File;
    include!(concat!(env!("OUT_DIR"), "/site.rs"));
}

/// Paths of the script, module, styles and fonts of a document.
#[must_use]
pub(crate) fn assets() -> Assets {
    let served = |name: &str| {
        let file = site::FILES.iter().find(|it| it.name == name)?;
        Some(format!("/{}", file.served))
    };
    let plain = Assets::default();
    let mut modules = plain.modules;
    for (module, page) in modules.iter_mut().zip(&PAGES) {
        let name = page.module;
        if let Some((js, wasm)) = served(&format!("pkg/{name}.js")).zip(served(&format!("pkg/{name}.wasm"))) {
            *module = Module { js, wasm };
        }
    }
    Assets {
        modules,
        css: served("pkg/streamgauge.css").unwrap_or(plain.css),
        further_css: served("pkg/further.css").unwrap_or(plain.further_css),
        font: served("pkg/inter.woff2").unwrap_or(plain.font),
        mono: served("pkg/mono.woff2").unwrap_or(plain.mono),
        version: site::FILES.iter().map(|it| &it.hash[..4]).collect(),
    }
}

/// Files of `public/`, which are served from the site's root in development.
const AT_ROOT: [&str; 17] = [
    "annotate.js",
    "chart.js",
    "clock.js",
    "copy.js",
    "drains.js",
    "zone.js",
    "export.js",
    "favicon.svg",
    "go.js",
    "icon-192.png",
    "icon-512.png",
    "manifest.webmanifest",
    "plain.css",
    "robots.txt",
    "rows.js",
    "service-worker.js",
    "shared.css",
];

/// A route for every file.
pub(crate) fn router(site_root: &Path) -> Router {
    if site::FILES.is_empty() {
        // The watcher copies only the main style sheet; the sheets that it imports are read from
        // the folder of its source.
        let folder = ServeDir::new(site_root.join("pkg")).fallback(ServeDir::new(STYLE_FOLDER));
        let at_root = |router: Router, name: &str| {
            router.route_service(&format!("/{name}"), tower_http::services::ServeFile::new(site_root.join(name)))
        };
        return AT_ROOT
            .iter()
            .fold(Router::new(), |router, name| at_root(router, name))
            .nest_service("/pkg", folder)
            .layer(map_response(|mut response: Response| async {
                response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
                response
            }));
    }
    site::FILES.iter().fold(Router::new(), |router, file| {
        router.route(
            &format!("/{}", file.served),
            get(move |request: Request| async move { serve(file, request.headers()) }),
        )
    })
}

fn serve(file: &'static File, headers: &HeaderMap) -> Response {
    let etag = HeaderValue::from_str(&format!("\"{}\"", file.hash)).unwrap_or(HeaderValue::from_static("\"\""));
    let caching = if file.hashed { "public, max-age=31536000, immutable" } else { "no-cache" };
    let common = [
        (header::ETAG, etag.clone()),
        (header::CACHE_CONTROL, HeaderValue::from_static(caching)),
        (header::VARY, HeaderValue::from_static("accept-encoding")),
    ];
    let text = |name| headers.get(name).and_then(|it: &HeaderValue| it.to_str().ok()).unwrap_or_default();
    if matches_etag(text(header::IF_NONE_MATCH), file.hash) {
        return (StatusCode::NOT_MODIFIED, common).into_response();
    }
    let accepts = |coding| accepts(text(header::ACCEPT_ENCODING), coding);
    let kind = [(header::CONTENT_TYPE, HeaderValue::from_static(content_type(file.name)))];
    if accepts("br") {
        (common, kind, [(header::CONTENT_ENCODING, HeaderValue::from_static("br"))], file.brotli).into_response()
    } else if accepts("gzip") {
        (common, kind, [(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"))], file.gzip).into_response()
    } else {
        (common, kind, file.plain).into_response()
    }
}

/// Whether a list of entity tags contains this one. A proxy that compressed the file again has
/// marked the tag as weak.
fn matches_etag(tags: &str, hash: &str) -> bool {
    let tag = |it: &str| it.trim().trim_start_matches("W/").trim_matches('"') == hash;
    tags.trim() == "*" || tags.split(',').any(tag)
}

/// Whether a list of codings accepts this one: it is named, and its weight is not zero.
fn accepts(codings: &str, coding: &str) -> bool {
    codings.split(',').any(|accepted| {
        let mut parts = accepted.split(';').map(str::trim);
        let is_named = parts.next().is_some_and(|it| it.eq_ignore_ascii_case(coding));
        let weight = parts.find_map(|it| it.strip_prefix("q=").or_else(|| it.strip_prefix("Q=")));
        is_named && weight.is_none_or(|text| text.parse::<f32>().is_ok_and(|it| it > 0.0))
    })
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|it| it.1) {
        Some("js") => "text/javascript; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("css") => "text/css; charset=utf-8",
        Some("woff2") => "font/woff2",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("webmanifest") => "application/manifest+json",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_codings_with_a_weight_of_zero_are_not_sent() {
        for (codings, expected) in [
            ("gzip, deflate, br", true),
            ("BR", true),
            ("gzip, br;q=0.5", true),
            ("br; q=0, gzip", false),
            ("br;q=0.000", false),
            ("gzip", false),
            ("", false),
        ] {
            assert_eq!(accepts(codings, "br"), expected, "{codings}");
        }
    }

    #[test]
    fn ok_entity_tags_come_in_lists() {
        for (tags, expected) in
            [("\"abc\"", true), ("\"x\", W/\"abc\"", true), ("*", true), ("\"abcd\"", false), ("", false)]
        {
            assert_eq!(matches_etag(tags, "abc"), expected, "{tags}");
        }
    }
}
