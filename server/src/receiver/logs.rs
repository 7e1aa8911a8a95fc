//! `POST /logs`, the drain: logplex, log-shuttle and `streamgauge shuttle` post frames here. The
//! content type decides: bodies of JSON are read by `json`, other text line by line.
//!
//! Every Logplex header is optional. The reply is an empty 204 with `Content-Length: 0`, because
//! logplex's client can't read any other empty reply. Parsing is left to the pipeline.

use axum::{
    body::Body,
    extract::State,
    http::{Extensions, HeaderMap, HeaderName},
    response::Response,
};

use super::{
    IngestError, Intake, Receipt, json,
    post::{self, Accepted, DrainParams, DrainQuery, Head, Post, batch_id},
    text_lines,
};

const DRAIN_TOKEN: HeaderName = HeaderName::from_static("logplex-drain-token");

const ACCEPTED: Accepted = Accepted {
    essences: &[
        &["application/logplex-1", "application/x-logplex-1"],
        // Cloud Foundry's https drains say the first, curl the second if nobody tells it the type.
        &["text/plain", "application/x-www-form-urlencoded"],
        &json::post::JSON_TYPES,
    ],
    expected: "application/logplex-1, text/plain or application/json",
    is_optional: true,
};

/// Receives a batch and replies after its commit.
///
/// # Errors
/// An [`IngestError`], which becomes the reply.
pub(crate) async fn post(
    State(intake): State<Intake>,
    params: DrainQuery,
    extensions: Extensions,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, IngestError> {
    let head = Head { headers: &headers, extensions: &extensions, token: None };
    let result = receive(&intake, params, head, body).await;
    post::reply(&intake, result)
}

async fn receive(intake: &Intake, params: DrainQuery, head: Head<'_>, body: Body) -> Result<Receipt, IngestError> {
    let params = DrainParams::of(params)?;
    let is_json = json::post::is_json(head.headers);
    let params = if is_json { params.of_records() } else { params };
    let mut post = Post::receive(intake, head, params, ACCEPTED, body).await?;
    if is_json {
        return json::post::ingest(intake, head.headers, post).await;
    }
    if !post.content_type.contains("logplex") && !text_lines::is_framed(&post.body) {
        return ingest_text(intake, head, post).await;
    }
    post.metadata.batch_id = batch_id(head.headers);
    post.metadata.from_logplex = head.headers.contains_key(DRAIN_TOKEN);
    post.ingest(intake).await
}

/// Lines of a file, or of a platform that posts each line alone.
async fn ingest_text(intake: &Intake, head: Head<'_>, mut post: Post) -> Result<Receipt, IngestError> {
    let (frames, ()) = post.convert(intake, text_lines::write).await?;
    post.ingest_apps(intake, frames, batch_id(head.headers)).await
}
