//! `POST /logs`: what logplex, log-shuttle and `streamgauge shuttle` post to.
//!
//! Every Logplex header is optional. The reply is an empty 204 with `Content-Length: 0`, because logplex's client reads no
//! other kind of empty reply.

use std::{
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use axum::{
    body::Body,
    extract::{Query, State},
    http::{HeaderMap, HeaderName, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use super::{Intake, Receipt, Refusal, batch::Source, body};
use crate::access::{App, Drain};

/// Longest batch id that is kept; longer ones are cut. Logplex's have 32 bytes, UUIDs 36.
const BATCH_ID_BYTES_MAX: usize = 128;
/// Longest `prefix=` and `source-prefix=`.
const PREFIX_BYTES_MAX: usize = 100;

const FRAME_ID: HeaderName = HeaderName::from_static("logplex-frame-id");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const DRAIN_TOKEN: HeaderName = HeaderName::from_static("logplex-drain-token");

/// What a drain's URL may say.
#[derive(Debug, Default, Deserialize)]
pub struct Settings {
    app: Option<String>,
    prefix: Option<String>,
    #[serde(rename = "source-prefix")]
    source_prefix: Option<String>,
}

/// Takes a batch in.
///
/// # Errors
/// A [`Refusal`], with its status.
pub async fn post(
    State(intake): State<Intake>,
    settings: Result<Query<Settings>, axum::extract::rejection::QueryRejection>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    let result = match settings {
        Ok(Query(settings)) => receive(&intake, settings, &headers, body).await,
        Err(_) => Err(Refusal::Url("expected a query of app=, prefix= and source-prefix=, each at most once".into())),
    };
    let counters = &intake.counters;
    match &result {
        Ok(Receipt::Duplicate) => counters.duplicates.add(1),
        Ok(Receipt::Counted) => {}
        Err(Refusal::Unauthorized) => counters.unauthorized.add(1),
        Err(Refusal::Overloaded) => counters.shed.add(1),
        Err(Refusal::Share) => counters.shares_refused.add(1),
        Err(Refusal::Unkept(_) | Refusal::Unavailable(_)) => counters.failed.add(1),
        Err(_) => counters.refused.add(1),
    }
    // Its `Content-Length: 0` is put in by `reply`.
    result.map(|_| StatusCode::NO_CONTENT.into_response())
}

async fn receive(intake: &Intake, settings: Settings, headers: &HeaderMap, body: Body) -> Result<Receipt, Refusal> {
    let authorization = text(headers, &header::AUTHORIZATION).ok_or(Refusal::Unauthorized)?;
    let drain = intake.tokens.prove(authorization).await?;
    let gzip = check_kind(headers)?;
    let source = source(drain, settings, headers)?;
    let length = text(headers, &header::CONTENT_LENGTH).and_then(|it| it.parse::<usize>().ok());
    if length.is_some_and(|it| it > body::BODY_BYTES_MAX) {
        return Err(Refusal::Body(body::Error::TooLarge));
    }
    let mut room = intake.begin(source.drain_id).await?;
    let body = body::read(body, gzip, length, &mut room).await?;
    intake.take(source, body, &mut room).await
}

/// Whether the body is gzip.
fn check_kind(headers: &HeaderMap) -> Result<bool, Refusal> {
    if let Some(kind) = headers.get(header::CONTENT_TYPE) {
        let kind = String::from_utf8_lossy(kind.as_bytes());
        let essence = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        if essence != "application/logplex-1" && essence != "application/x-logplex-1" {
            return Err(Refusal::ContentType(kind.chars().take(80).collect()));
        }
    }
    match text(headers, &header::CONTENT_ENCODING).map(str::to_ascii_lowercase).as_deref() {
        None | Some("" | "identity") => Ok(false),
        Some("gzip" | "x-gzip") => Ok(true),
        Some(other) => Err(Refusal::Encoding(other.chars().take(80).collect())),
    }
}

fn source(drain: Drain, settings: Settings, headers: &HeaderMap) -> Result<Source, Refusal> {
    let app = match (drain.app, settings.app) {
        (Some(app), _) => app.name,
        (None, Some(name)) => {
            App::check_name(&name).map_err(Refusal::Url)?;
            Arc::from(name)
        }
        (None, None) => return Err(Refusal::Url("expected ?app=NAME in the URL of a shared drain".into())),
    };
    let (prefix, source_prefix) = (settings.prefix.unwrap_or_default(), settings.source_prefix.unwrap_or_default());
    if prefix.len() > PREFIX_BYTES_MAX || source_prefix.len() > PREFIX_BYTES_MAX {
        return Err(Refusal::Url(format!("expected prefixes of at most {PREFIX_BYTES_MAX} bytes")));
    }
    let id = text(headers, &FRAME_ID).or_else(|| text(headers, &REQUEST_ID)).map(str::trim).filter(|it| !it.is_empty());
    let batch_id = id.map(|it| it.chars().take(BATCH_ID_BYTES_MAX).collect());
    let from_logplex = headers.contains_key(DRAIN_TOKEN);
    Ok(Source { drain_id: drain.id, app, batch_id, received_ms: now_ms(), from_logplex, prefix, source_prefix })
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|it| it.to_str().ok())
}

/// The clock, unix milliseconds.
#[must_use]
pub fn now_ms() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |it| i64::try_from(it.as_millis()).unwrap_or(i64::MAX))
}
