//! What shippers ask before they send: the version, the license, the health, and whether their
//! templates and policies are there. They hear what lets them go on to `_bulk`. The answers are the
//! same for everybody and tell nothing of this server.

use axum::{
    extract::Path,
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
};

/// The header by which clients since 7.14 know whom they talk to.
pub(super) const PRODUCT: (HeaderName, HeaderValue) =
    (HeaderName::from_static("x-elastic-product"), HeaderValue::from_static("Elasticsearch"));
/// A version whose clients send what [`super::bulk`] reads.
const VERSION: &str = r#"{"name":"streamgauge","cluster_name":"streamgauge","cluster_uuid":"streamgauge","version":{"number":"8.15.0","build_flavor":"default","build_type":"tar","build_hash":"0","build_date":"2024-08-05T00:00:00Z","build_snapshot":false,"lucene_version":"9.11.1","minimum_wire_compatibility_version":"7.17.0","minimum_index_compatibility_version":"7.0.0"},"tagline":"You Know, for Search"}"#;

/// The version.
pub(crate) async fn version() -> Response {
    json(VERSION.to_owned())
}

/// The answer to any other question.
pub(crate) async fn ask(Path(path): Path<String>) -> Response {
    let license = r#"{"uid":"streamgauge","type":"basic","mode":"basic","status":"active"}"#;
    json(match &*path {
        "_license" => format!("{{\"license\":{license}}}"),
        "_xpack" => format!("{{\"license\":{license},\"features\":{{}}}}"),
        "_cluster/health" => r#"{"cluster_name":"streamgauge","status":"green","timed_out":false}"#.to_owned(),
        _ => "{}".to_owned(),
    })
}

/// Accepts a template or policy, and forgets it.
pub(super) fn acknowledged() -> Response {
    json(r#"{"acknowledged":true}"#.to_owned())
}

pub(super) fn json(body: String) -> Response {
    let kind = (header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    ([PRODUCT, kind], body).into_response()
}
