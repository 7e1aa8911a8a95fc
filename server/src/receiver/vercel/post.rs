//! Receives entries, and answers Vercel's check of an endpoint: the value of `?verify=` in the
//! header `x-vercel-verify`.

use axum::{
    body::Body,
    extract::{Query, State},
    http::{Extensions, HeaderMap, HeaderName, HeaderValue, StatusCode},
    response::{IntoResponse, Response},
};
use rustc_hash::FxHashSet;
use serde::Deserialize;

use super::entry::{self, Requests};
use crate::receiver::{
    IngestError, Intake, Receipt,
    app_frames::AppFrames,
    json::{
        post::JSON_TYPES,
        raw,
        records::{Item, each_record},
    },
    post::{self, Accepted, DrainParams, DrainQuery, Head, Post, batch_id},
};

const VERIFY: HeaderName = HeaderName::from_static("x-vercel-verify");
/// Longest value of `?verify=`; Vercel's have 40 characters.
const VERIFY_BYTES_MAX: usize = 100;

const ACCEPTED: Accepted =
    Accepted { essences: &[&JSON_TYPES], expected: "application/json or application/x-ndjson", is_optional: true };

/// The parameter that a drain of Vercel's has besides those of every drain.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Verify {
    verify: Option<String>,
}

/// Answers the check of an endpoint.
pub(crate) async fn verify(Query(verify): Query<Verify>) -> Response {
    verify.answer(StatusCode::OK)
}

/// Receives a batch and replies after its commit.
///
/// # Errors
/// An [`IngestError`], which becomes the reply.
pub(crate) async fn post(
    State(intake): State<Intake>,
    Query(verify): Query<Verify>,
    params: DrainQuery,
    extensions: Extensions,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, IngestError> {
    let head = Head { headers: &headers, extensions: &extensions, token: None };
    let result = receive(&intake, params, head, body).await;
    post::count(&intake.counters, &result);
    result.map(|_| verify.answer(StatusCode::OK))
}

impl Verify {
    fn answer(self, status: StatusCode) -> Response {
        let is_plain = |value: &String| value.bytes().all(|it| it.is_ascii_alphanumeric());
        let value = self.verify.filter(|value| value.len() <= VERIFY_BYTES_MAX && is_plain(value));
        match value.and_then(|value| HeaderValue::try_from(value).ok()) {
            Some(value) => (status, [(VERIFY, value)]).into_response(),
            None => status.into_response(),
        }
    }
}

async fn receive(intake: &Intake, params: DrainQuery, head: Head<'_>, body: Body) -> Result<Receipt, IngestError> {
    let params = DrainParams::of(params)?;
    let mut post = Post::receive(intake, head, params.of_records(), ACCEPTED, body).await?;
    let mut requests =
        Requests { drain_id: post.metadata.drain_id, seen: &intake.seen_requests, new: FxHashSet::default() };
    let (frames, ()) = post.convert(intake, |body, frames| write(body, &mut requests, frames)).await?;
    let new = requests.new;
    let receipt = post.ingest_apps(intake, frames, batch_id(head.headers)).await?;
    intake.seen_requests.add(new);
    Ok(receipt)
}

pub(crate) fn write(body: &[u8], requests: &mut Requests<'_>, frames: &mut AppFrames) {
    each_record(&String::from_utf8_lossy(body), true, |item| match item {
        Item::Object(object) => entry::write(object, requests, frames),
        Item::String(text) => frames.lose(|| format!("expected an entry, found {}", raw::kind(text))),
        Item::Line(_) => frames.lose(|| "expected an entry, found a line of text".into()),
        Item::Lost(why) => frames.lose(|| why),
    });
}
