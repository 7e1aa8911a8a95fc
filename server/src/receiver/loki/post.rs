//! Receives pushes. The reply is an empty 204 after the commit.

use axum::{
    body::Body,
    extract::State,
    http::{Extensions, HeaderMap, header},
    response::Response,
};

use super::{json, push};
use crate::{
    block::BODY_BYTES_MAX,
    receiver::{
        BodyError, IngestError, Intake, Receipt,
        app_frames::AppFrames,
        post::{self, Accepted, DrainParams, DrainQuery, Head, Post, batch_id},
    },
};

const PROTOBUF: &str = "application/x-protobuf";
const ACCEPTED: Accepted = Accepted {
    essences: &[&["application/json", PROTOBUF]],
    expected: "application/json or application/x-protobuf",
    is_optional: false,
};

/// Receives a batch and replies after its commit.
///
/// # Errors
/// An [`IngestError`], which becomes the reply.
pub(crate) async fn post(
    State(intake): State<Intake>,
    params: DrainQuery,
    extensions: Extensions,
    mut headers: HeaderMap,
    body: Body,
) -> Result<Response, IngestError> {
    // Snappy belongs to the protobuf form, and few senders state it.
    if post::text(&headers, &header::CONTENT_ENCODING).is_some_and(|it| it.eq_ignore_ascii_case("snappy")) {
        headers.remove(header::CONTENT_ENCODING);
    }
    let head = Head { headers: &headers, extensions: &extensions, token: None };
    let result = receive(&intake, params, head, body).await;
    post::reply(&intake, result)
}

async fn receive(intake: &Intake, params: DrainQuery, head: Head<'_>, body: Body) -> Result<Receipt, IngestError> {
    let params = DrainParams::of(params)?;
    let mut post = Post::receive(intake, head, params.of_records(), ACCEPTED, body).await?;
    let frames = if post.content_type == PROTOBUF {
        let Post { metadata, body, budget, .. } = &mut post;
        let bytes = snap::raw::decompress_len(body).unwrap_or(0);
        if bytes > BODY_BYTES_MAX {
            return Err(BodyError::TooLarge.into());
        }
        // Both forms are there for a moment.
        budget.replace(bytes).await?;
        let mut frames = AppFrames::of(&metadata.app);
        intake.convert(budget, bytes, || write_snappy(body, &mut frames)).await?;
        frames
    } else {
        post.convert(intake, |body, frames| json::write(&String::from_utf8_lossy(body), frames)).await?.0
    };
    post.ingest_apps(intake, frames, batch_id(head.headers)).await
}

pub(crate) fn write_snappy(body: &[u8], frames: &mut AppFrames) {
    match snap::raw::Decoder::new().decompress_vec(body) {
        Ok(message) => push::write(&message, frames),
        Err(_) => frames.lose(|| "expected a body in snappy, found other bytes".into()),
    }
}
