//! `POST /logs`, the drain: logplex, log-shuttle and `streamgauge shuttle` post here.
//!
//! Every Logplex header is optional. The reply is an empty 204 with `Content-Length: 0`, because
//! logplex's client can't read any other empty reply. Parsing is left to the pipeline.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Query, State},
    http::{Extensions, HeaderMap, HeaderName, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use super::{BatchMetadata, BodyError, IngestError, Intake, Receipt, body};
use crate::{
    access::{App, Drain},
    block::BODY_BYTES_MAX,
    clock::now_ms,
    net::trusted_proxies::client_of,
};

/// Longest batch id that is kept; longer ones are cut off. Logplex's have 32 bytes, UUIDs 36.
const BATCH_ID_BYTES_MAX: usize = 128;
/// Longest `prefix=` and `source-prefix=`, bytes.
const PREFIX_BYTES_MAX: usize = 100;

const FRAME_ID: HeaderName = HeaderName::from_static("logplex-frame-id");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const DRAIN_TOKEN: HeaderName = HeaderName::from_static("logplex-drain-token");

/// The parameters of a drain's URL.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct DrainParams {
    app: Option<String>,
    prefix: Option<String>,
    #[serde(rename = "source-prefix")]
    source_prefix: Option<String>,
}

/// Receives a batch and replies after its commit.
///
/// # Errors
/// An [`IngestError`], which becomes the reply.
pub(crate) async fn post(
    State(intake): State<Intake>,
    params: Result<Query<DrainParams>, axum::extract::rejection::QueryRejection>,
    extensions: Extensions,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, IngestError> {
    let result = match params {
        Ok(Query(params)) => receive(&intake, params, &extensions, &headers, body).await,
        Err(_) => {
            Err(IngestError::Url("expected a query of app=, prefix= and source-prefix=, each at most once".into()))
        }
    };
    let counters = &intake.counters;
    match &result {
        Ok(Receipt::Duplicate) => counters.duplicates.add(1),
        Ok(Receipt::Counted | Receipt::Paused) => {}
        Err(IngestError::Unauthorized) => counters.unauthorized.add(1),
        Err(IngestError::Overloaded) => counters.shed.add(1),
        Err(IngestError::DrainLimit) => counters.shares_refused.add(1),
        Err(IngestError::Store(_) | IngestError::Unavailable(_)) => counters.failed.add(1),
        Err(_) => counters.refused.add(1),
    }
    // `net::content_length` adds `Content-Length: 0`.
    result.map(|_| StatusCode::NO_CONTENT.into_response())
}

async fn receive(
    intake: &Intake,
    params: DrainParams,
    extensions: &Extensions,
    headers: &HeaderMap,
    body: Body,
) -> Result<Receipt, IngestError> {
    let authorization = text(headers, &header::AUTHORIZATION).ok_or(IngestError::Unauthorized)?;
    let drain = intake.tokens.authenticate(authorization).await?;
    let id = drain.id;
    let agent = text(headers, &header::USER_AGENT).unwrap_or_default();
    let address = client_of(extensions).map(|it| it.to_canonical().to_string()).unwrap_or_default();
    intake.activity.send(id, address, agent, drain.token, now_ms());
    let received = receive_from(intake, drain, params, headers, body).await;
    if let Err(error) = &received {
        intake.activity.refuse(id, error.to_string());
    }
    received
}

/// Receives a batch of a drain.
async fn receive_from(
    intake: &Intake,
    drain: Drain,
    params: DrainParams,
    headers: &HeaderMap,
    body: Body,
) -> Result<Receipt, IngestError> {
    let gzip = is_gzip(headers)?;
    let metadata = metadata(drain, params, headers)?;
    let length = text(headers, &header::CONTENT_LENGTH).and_then(|it| it.parse::<usize>().ok());
    if length.is_some_and(|it| it > BODY_BYTES_MAX) {
        return Err(IngestError::Body(BodyError::TooLarge));
    }
    let mut budget = intake.admit(metadata.drain_id).await?;
    let body = body::read(body, gzip, length, &mut budget).await?;
    intake.ingest(metadata, body, &mut budget).await
}

/// Checks the content type and returns whether the body is gzip.
fn is_gzip(headers: &HeaderMap) -> Result<bool, IngestError> {
    if let Some(kind) = headers.get(header::CONTENT_TYPE) {
        let kind = String::from_utf8_lossy(kind.as_bytes());
        let essence = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        // Cloud Foundry's https drains say `text/plain`.
        if !matches!(&*essence, "application/logplex-1" | "application/x-logplex-1" | "text/plain") {
            return Err(IngestError::ContentType(kind.chars().take(80).collect()));
        }
    }
    match text(headers, &header::CONTENT_ENCODING).map(str::to_ascii_lowercase).as_deref() {
        None | Some("" | "identity") => Ok(false),
        Some("gzip" | "x-gzip") => Ok(true),
        Some(other) => Err(IngestError::Encoding(other.chars().take(80).collect())),
    }
}

fn metadata(drain: Drain, params: DrainParams, headers: &HeaderMap) -> Result<BatchMetadata, IngestError> {
    let app = match (drain.app, params.app) {
        (Some(app), _) => app.name,
        (None, Some(name)) => {
            App::check_name(&name).map_err(IngestError::Url)?;
            Arc::from(name)
        }
        (None, None) => return Err(IngestError::Url("expected ?app=NAME in the URL of a shared drain".into())),
    };
    let (prefix, source_prefix) = (params.prefix.unwrap_or_default(), params.source_prefix.unwrap_or_default());
    if prefix.len() > PREFIX_BYTES_MAX || source_prefix.len() > PREFIX_BYTES_MAX {
        return Err(IngestError::Url(format!("expected prefixes of at most {PREFIX_BYTES_MAX} bytes")));
    }
    let id = text(headers, &FRAME_ID).or_else(|| text(headers, &REQUEST_ID)).map(str::trim).filter(|it| !it.is_empty());
    let batch_id = id.map(|it| it.chars().take(BATCH_ID_BYTES_MAX).collect());
    let from_logplex = headers.contains_key(DRAIN_TOKEN);
    Ok(BatchMetadata { drain_id: drain.id, app, batch_id, received_ms: now_ms(), from_logplex, prefix, source_prefix })
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|it| it.to_str().ok())
}
