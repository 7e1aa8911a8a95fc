//! Receives `_bulk`. The reply names each document after the commit; a request that was not
//! committed is refused as a whole, and shippers send it again.

use axum::{
    body::Body,
    extract::{Path, State},
    http::{Extensions, HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};

use super::{
    bulk::{ITEMS_MAX, Items},
    product::{PRODUCT, acknowledged, json},
};
use crate::{
    problem::problem,
    receiver::{
        IngestError, Intake, Receipt,
        app_frames::AppFrames,
        post::{self, Accepted, DrainParams, DrainQuery, Head, Post, batch_id},
    },
};

const ACCEPTED: Accepted = Accepted {
    essences: &[&[
        "application/x-ndjson",
        "application/json",
        "application/ndjson",
        "application/vnd.elasticsearch+x-ndjson",
        "application/vnd.elasticsearch+json",
        "text/plain",
    ]],
    expected: "application/x-ndjson or application/json",
    is_optional: true,
};

/// Receives a batch and replies after its commit.
pub(crate) async fn post(
    State(intake): State<Intake>,
    params: DrainQuery,
    extensions: Extensions,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let head = Head { headers: &headers, extensions: &extensions, token: None };
    let (result, reply) = match receive(&intake, params, head, body).await {
        Ok((receipt, reply)) => (Ok(receipt), reply),
        Err(error) => (Err(error), String::new()),
    };
    post::count(&intake.counters, &result);
    match result {
        Ok(_) => json(reply),
        Err(error) => ([PRODUCT], error).into_response(),
    }
}

/// The same for an index, which is named before `_bulk` and is of no matter. There are no other
/// actions.
pub(crate) async fn post_below(
    Path(path): Path<String>,
    intake: State<Intake>,
    params: DrainQuery,
    extensions: Extensions,
    headers: HeaderMap,
    body: Body,
) -> Response {
    if path.ends_with("/_bulk") {
        return post(intake, params, extensions, headers, body).await;
    }
    problem(StatusCode::NOT_FOUND, "expected /elastic/_bulk: documents are taken and cannot be searched here")
}

/// The same with PUT, by which templates and policies come too.
pub(crate) async fn put_below(
    Path(path): Path<String>,
    intake: State<Intake>,
    params: DrainQuery,
    extensions: Extensions,
    headers: HeaderMap,
    body: Body,
) -> Response {
    if path.ends_with("/_bulk") {
        return post(intake, params, extensions, headers, body).await;
    }
    acknowledged()
}

async fn receive(
    intake: &Intake,
    params: DrainQuery,
    head: Head<'_>,
    body: Body,
) -> Result<(Receipt, String), IngestError> {
    let params = DrainParams::of(params)?;
    let mut post = Post::receive(intake, head, params.of_records(), ACCEPTED, body).await?;
    let write = |body: &[u8], frames: &mut AppFrames| Items::write(&String::from_utf8_lossy(body), frames);
    let (frames, items) = post.convert(intake, write).await?;
    let items = items.ok_or(IngestError::TooManyRecords(ITEMS_MAX))?;
    let receipt = post.ingest_apps(intake, frames, batch_id(head.headers)).await?;
    Ok((receipt, items.reply()))
}
