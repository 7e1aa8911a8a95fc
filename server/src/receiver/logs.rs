//! `POST /logs`, the drain: logplex, log-shuttle and `streamgauge shuttle` post here.
//!
//! Every Logplex header is optional. The reply is an empty 204 with `Content-Length: 0`, because
//! logplex's client can't read any other empty reply. Parsing is left to the pipeline.

use axum::{
    body::Body,
    extract::{Query, State, rejection::QueryRejection},
    http::{Extensions, HeaderMap, HeaderName, StatusCode},
    response::{IntoResponse, Response},
};

use super::{
    IngestError, Intake, Receipt,
    post::{self, Accepted, DrainParams, Head, Post, text},
};

/// Longest batch id that is kept; longer ones are cut off. Logplex's have 32 bytes, UUIDs 36.
const BATCH_ID_BYTES_MAX: usize = 128;

const FRAME_ID: HeaderName = HeaderName::from_static("logplex-frame-id");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const DRAIN_TOKEN: HeaderName = HeaderName::from_static("logplex-drain-token");

const ACCEPTED: Accepted = Accepted {
    // Cloud Foundry's https drains say `text/plain`.
    essences: &["application/logplex-1", "application/x-logplex-1", "text/plain"],
    expected: "application/logplex-1",
    is_optional: true,
};

/// Receives a batch and replies after its commit.
///
/// # Errors
/// An [`IngestError`], which becomes the reply.
pub(crate) async fn post(
    State(intake): State<Intake>,
    params: Result<Query<DrainParams>, QueryRejection>,
    extensions: Extensions,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, IngestError> {
    let head = Head { headers: &headers, extensions: &extensions, token: None };
    let result = receive(&intake, params, head, body).await;
    post::count(&intake.counters, &result);
    // `net::content_length` adds `Content-Length: 0`.
    result.map(|_| StatusCode::NO_CONTENT.into_response())
}

async fn receive(
    intake: &Intake,
    params: Result<Query<DrainParams>, QueryRejection>,
    head: Head<'_>,
    body: Body,
) -> Result<Receipt, IngestError> {
    let Query(params) = params.map_err(|_| DrainParams::error())?;
    let mut post = Post::receive(intake, head, params, ACCEPTED, body).await?;
    post.metadata.batch_id = batch_id(head.headers);
    post.metadata.from_logplex = head.headers.contains_key(DRAIN_TOKEN);
    post.ingest(intake).await
}

fn batch_id(headers: &HeaderMap) -> Option<String> {
    let id = text(headers, &FRAME_ID).or_else(|| text(headers, &REQUEST_ID)).map(str::trim)?;
    (!id.is_empty()).then(|| id.chars().take(BATCH_ID_BYTES_MAX).collect())
}
