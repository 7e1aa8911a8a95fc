//! Receives JSON over HTTP. The reply is an empty 204 after the commit; a record that can't be read
//! is a counted loss and never an error, since platforms shut out a drain that refuses lines.

use axum::{
    body::Body,
    extract::State,
    http::{Extensions, HeaderMap, header},
    response::Response,
};
use pipeline::time;

use super::{
    raw,
    record::Record,
    records::{Item, each_record},
};
use crate::receiver::{
    IngestError, Intake, Receipt,
    app_frames::AppFrames,
    post::{self, Accepted, DrainParams, DrainQuery, Head, Post, batch_id},
    text_lines,
};

/// The content types of JSON.
pub(crate) const JSON_TYPES: [&str; 6] = [
    "application/json",
    "application/x-ndjson",
    "application/ndjson",
    "application/jsonl",
    "application/json-lines",
    "application/stream+json",
];

const ACCEPTED: Accepted = Accepted {
    // The last is what curl says if nobody tells it the type.
    essences: &[&JSON_TYPES, &["text/plain", "application/octet-stream", "application/x-www-form-urlencoded"]],
    expected: "application/json or application/x-ndjson",
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
    let post = Post::receive(intake, head, params.of_records(), ACCEPTED, body).await?;
    ingest(intake, head.headers, post).await
}

/// Makes lines of a JSON body and hands them to the intake.
///
/// # Errors
/// See [`Intake::ingest`].
pub(crate) async fn ingest(intake: &Intake, headers: &HeaderMap, mut post: Post) -> Result<Receipt, IngestError> {
    let is_json = JSON_TYPES.contains(&&*post.content_type);
    let (frames, ()) = post.convert(intake, |body, frames| write(body, is_json, frames)).await?;
    post.ingest_apps(intake, frames, batch_id(headers)).await
}

/// Writes the lines of a body.
pub(crate) fn write(body: &[u8], is_json: bool, frames: &mut AppFrames) {
    let mut times = time::Parser::default();
    let body = String::from_utf8_lossy(body);
    each_record(&body, is_json, |item| match item {
        Item::Object(object) => match Record::of(object) {
            Ok(record) => _ = record.write(object, frames),
            Err(error) => frames.lose(|| format!("expected JSON: {error}")),
        },
        Item::Line(text) => text_lines::write_line(&mut times, text.as_bytes(), frames),
        Item::String(string) => text_lines::write_line(&mut times, raw::text(string).as_bytes(), frames),
        Item::Lost(why) => frames.lose(|| why),
    });
}

/// Whether a request states that its body is JSON.
pub(crate) fn is_json(headers: &HeaderMap) -> bool {
    let kind = post::text(headers, &header::CONTENT_TYPE).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    JSON_TYPES.iter().any(|it| it.eq_ignore_ascii_case(essence))
}
