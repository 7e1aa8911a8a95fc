//! What every receiver over HTTP does before it reads a format: finds the drain, checks the
//! headers, admits the batch and reads its body. Afterwards: hands frames to the intake.
//!
//! Which content types a receiver reads, and what its replies look like, is its own part.

use std::{fmt::Write as _, sync::Arc};

use axum::{
    body::Body,
    extract::{Query, rejection::QueryRejection},
    http::{Extensions, HeaderMap, HeaderName, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::{
    BatchMetadata, BodyError, IngestError, Intake, Receipt, app_frames::AppFrames, body, byte_budget::ByteBudget,
    frames::Frames, intake::Contents,
};
use crate::{
    access::{App, Drain, token},
    block::BODY_BYTES_MAX,
    clock::now_ms,
    net::trusted_proxies::client_of,
    telemetry::Counters,
};

/// Longest `prefix=` and `source-prefix=`, bytes.
const PREFIX_BYTES_MAX: usize = 100;
/// Longest batch id that is kept; longer ones are cut off. Logplex's have 32 bytes, UUIDs 36.
const BATCH_ID_BYTES_MAX: usize = 128;
/// Most characters of a header that an error repeats.
const FOUND_CHARS_MAX: usize = 80;

const FRAME_ID: HeaderName = HeaderName::from_static("logplex-frame-id");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The parameters of a drain's URL.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct DrainParams {
    pub app: Option<String>,
    prefix: Option<String>,
    #[serde(rename = "source-prefix")]
    source_prefix: Option<String>,
    /// Whether the records of a shared drain may name their app, so that its URL need not.
    #[serde(skip)]
    records_name_apps: bool,
}

/// The query of a drain's URL, read or not.
pub(crate) type DrainQuery = Result<Query<DrainParams>, QueryRejection>;

impl DrainParams {
    /// The parameters of a query.
    ///
    /// # Errors
    /// [`IngestError::Url`] when it can't be read.
    pub(crate) fn of(query: DrainQuery) -> Result<Self, IngestError> {
        let expected = "expected a query of app=, prefix= and source-prefix=, each at most once";
        query.map(|it| it.0).map_err(|_| IngestError::Url(expected.into()))
    }

    /// The same for records that may name their app.
    pub(crate) fn of_records(self) -> Self {
        Self { records_name_apps: true, ..self }
    }
}

/// The content types that a receiver reads.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Accepted {
    /// Without parameters, in lower case, in groups.
    pub essences: &'static [&'static [&'static str]],
    /// The same for an error.
    pub expected: &'static str,
    /// Whether a request without the header is read.
    pub is_optional: bool,
}

/// The head of a request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Head<'a> {
    pub headers: &'a HeaderMap,
    pub extensions: &'a Extensions,
    /// A token from elsewhere than the `Authorization` header, such as the path; asked first.
    pub token: Option<&'a str>,
}

/// A batch that was admitted and read, and is not understood yet.
#[derive(Debug)]
pub(crate) struct Post {
    /// Without a batch id. Its app is empty if the records name theirs.
    pub metadata: BatchMetadata,
    pub body: Vec<u8>,
    /// Content type in lower case without parameters; empty for none.
    pub content_type: String,
    pub budget: ByteBudget,
}

impl Post {
    /// Receives a batch of a drain. A refusal of a known drain is noted for the drain's page.
    ///
    /// # Errors
    /// See [`IngestError`].
    pub(crate) async fn receive(
        intake: &Intake,
        head: Head<'_>,
        params: DrainParams,
        accepted: Accepted,
        body: Body,
    ) -> Result<Self, IngestError> {
        let drain = authenticate(intake, head).await?;
        let id = drain.id;
        let received = Self::receive_from(intake, drain, head, params, accepted, body).await;
        received.inspect_err(|error| intake.activity.refuse(id, error.to_string()))
    }

    async fn receive_from(
        intake: &Intake,
        drain: Drain,
        head: Head<'_>,
        params: DrainParams,
        accepted: Accepted,
        body: Body,
    ) -> Result<Self, IngestError> {
        let content_type = content_type(head.headers, accepted)?;
        let gzip = is_gzip(head.headers)?;
        let metadata = metadata(drain, params)?;
        let length = text(head.headers, &header::CONTENT_LENGTH).and_then(|it| it.parse::<usize>().ok());
        if length.is_some_and(|it| it > BODY_BYTES_MAX) {
            return Err(IngestError::Body(BodyError::TooLarge));
        }
        let mut budget = intake.admit(metadata.drain_id).await?;
        let body = body::read(body, gzip, length, &mut budget).await?;
        Ok(Self { metadata, body, content_type, budget })
    }

    /// The id of a batch whose sender gives none: the hash of its body. Only for bodies whose
    /// records all have times: without them, the same bytes may well be sent twice.
    #[must_use]
    pub(crate) fn body_id(&self) -> String {
        let hash = Sha256::digest(&self.body);
        let mut id = String::from("sha256:");
        for byte in &hash[..16] {
            // Writing to a `String` cannot fail.
            let _written = write!(id, "{byte:02x}");
        }
        id
    }

    /// Hands the body, which is frames already, to the intake.
    ///
    /// # Errors
    /// See [`Intake::ingest`].
    pub(crate) async fn ingest(mut self, intake: &Intake) -> Result<Receipt, IngestError> {
        let id = self.metadata.drain_id;
        let ingested = intake.ingest(self.metadata, self.body, &mut self.budget).await;
        ingested.inspect_err(|error| intake.activity.refuse(id, error.to_string()))
    }

    /// Makes frames of the body, which stays. What `write` gives comes with them.
    ///
    /// # Errors
    /// When a long body has waited for its turn for too long.
    pub(crate) async fn convert<T>(
        &mut self,
        intake: &Intake,
        write: impl FnOnce(&[u8], &mut AppFrames) -> T,
    ) -> Result<(AppFrames, T), IngestError> {
        let Self { metadata, body, budget, .. } = self;
        let mut frames = AppFrames::of(&metadata.app);
        let written = intake.convert(budget, body.len(), || write(body, &mut frames)).await?;
        Ok((frames, written))
    }

    /// Hands frames that were made of the body to the intake. `batch_id`: the same in all retries.
    ///
    /// # Errors
    /// See [`Intake::ingest`]. Bodies before the one that failed are counted; they are known again
    /// in a retry if there is a batch id.
    pub(crate) async fn ingest_frames(
        mut self,
        intake: &Intake,
        frames: Frames,
        batch_id: Option<String>,
        contents: Contents,
    ) -> Result<Receipt, IngestError> {
        self.body = Vec::new();
        let id = self.metadata.drain_id;
        let ingested = self.ingest_all(intake, frames, batch_id, contents).await;
        ingested.inspect_err(|error| intake.activity.refuse(id, error.to_string()))
    }

    /// Hands the frames of each app to the intake. Where all records have times, the hash
    /// of the body is the batch id: a proxy may give each retry an id of its own. `stated_id`: the
    /// one of the headers, for other bodies.
    ///
    /// # Errors
    /// See [`Self::ingest_frames`].
    pub(crate) async fn ingest_apps(
        mut self,
        intake: &Intake,
        frames: AppFrames,
        stated_id: Option<String>,
    ) -> Result<Receipt, IngestError> {
        let id = self.metadata.drain_id;
        let ingested = self.ingest_each_app(intake, frames, stated_id).await;
        ingested.inspect_err(|error| intake.activity.refuse(id, error.to_string()))
    }

    async fn ingest_each_app(
        &mut self,
        intake: &Intake,
        frames: AppFrames,
        stated_id: Option<String>,
    ) -> Result<Receipt, IngestError> {
        let all = frames.end().map_err(IngestError::Url)?;
        let hash = all.iter().any(|it| it.1.is_timed).then(|| self.body_id());
        self.body = Vec::new();
        let mut receipt = Receipt::Counted;
        for (app, frames) in all {
            let hash = hash.as_ref().filter(|_| frames.is_timed);
            let batch_id = hash.or(stated_id.as_ref()).map(|it| format!("{it}/{app}"));
            self.metadata.app = app;
            receipt = self.ingest_all(intake, frames, batch_id, Contents::Lines).await?;
        }
        Ok(receipt)
    }

    async fn ingest_all(
        &mut self,
        intake: &Intake,
        frames: Frames,
        batch_id: Option<String>,
        contents: Contents,
    ) -> Result<Receipt, IngestError> {
        let mut receipt = Receipt::Counted;
        for (index, body) in frames.bodies.into_iter().enumerate() {
            self.budget.replace(body.len()).await?;
            let batch_id = batch_id.as_ref().map(|it| if index == 0 { it.clone() } else { format!("{it}/{index}") });
            let metadata = BatchMetadata { batch_id, ..self.metadata.clone() };
            receipt = intake.ingest_as(contents, metadata, body, &mut self.budget).await?;
        }
        Ok(receipt)
    }
}

/// The empty reply after a commit. How the batch ended is counted.
///
/// # Errors
/// That of the batch, which becomes the reply.
pub(crate) fn reply(intake: &Intake, result: Result<Receipt, IngestError>) -> Result<Response, IngestError> {
    count(&intake.counters, &result);
    // `net::content_length` adds `Content-Length: 0`.
    result.map(|_| StatusCode::NO_CONTENT.into_response())
}

/// Counts how a batch ended.
pub(crate) fn count(counters: &Counters, result: &Result<Receipt, IngestError>) {
    match result {
        Ok(Receipt::Duplicate) => counters.duplicates.add(1),
        Ok(Receipt::Counted | Receipt::Paused) => {}
        Err(IngestError::Unauthorized) => counters.unauthorized.add(1),
        Err(IngestError::Overloaded) => counters.shed.add(1),
        Err(IngestError::DrainLimit) => counters.shares_refused.add(1),
        Err(IngestError::Store(_) | IngestError::Unavailable(_)) => counters.failed.add(1),
        Err(_) => counters.refused.add(1),
    }
}

/// A header as text; `None` if it is missing or no ASCII.
pub(crate) fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|it| it.to_str().ok())
}

/// The id that a sender states of a batch.
pub(crate) fn batch_id(headers: &HeaderMap) -> Option<String> {
    let id = text(headers, &FRAME_ID).or_else(|| text(headers, &REQUEST_ID)).map(str::trim)?;
    (!id.is_empty()).then(|| id.chars().take(BATCH_ID_BYTES_MAX).collect())
}

async fn authenticate(intake: &Intake, head: Head<'_>) -> Result<Drain, IngestError> {
    let from_header = text(head.headers, &header::AUTHORIZATION).map(token::candidates).unwrap_or_default();
    let candidates = head.token.into_iter().chain(from_header.iter().map(String::as_str));
    let drain = intake.tokens.authenticate_any(candidates).await?;
    let agent = text(head.headers, &header::USER_AGENT).unwrap_or_default();
    let address = client_of(head.extensions).map(|it| it.to_canonical().to_string()).unwrap_or_default();
    intake.activity.send(drain.id, address, agent, drain.token, now_ms());
    Ok(drain)
}

fn content_type(headers: &HeaderMap, accepted: Accepted) -> Result<String, IngestError> {
    let Some(kind) = headers.get(header::CONTENT_TYPE) else {
        let found = String::new();
        let Accepted { expected, is_optional, .. } = accepted;
        return if is_optional { Ok(found) } else { Err(IngestError::ContentType { expected, found }) };
    };
    let kind = String::from_utf8_lossy(kind.as_bytes());
    let essence = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if accepted.essences.iter().any(|it| it.contains(&&*essence)) {
        return Ok(essence);
    }
    Err(IngestError::ContentType { expected: accepted.expected, found: kind.chars().take(FOUND_CHARS_MAX).collect() })
}

fn is_gzip(headers: &HeaderMap) -> Result<bool, IngestError> {
    match text(headers, &header::CONTENT_ENCODING).map(str::to_ascii_lowercase).as_deref() {
        None | Some("" | "identity") => Ok(false),
        Some("gzip" | "x-gzip") => Ok(true),
        Some(other) => Err(IngestError::Encoding(other.chars().take(FOUND_CHARS_MAX).collect())),
    }
}

fn metadata(drain: Drain, params: DrainParams) -> Result<BatchMetadata, IngestError> {
    let app = match (drain.app, params.app) {
        (Some(app), _) => app.name,
        (None, Some(name)) => {
            App::check_name(&name).map_err(IngestError::Url)?;
            Arc::from(name)
        }
        (None, None) if params.records_name_apps => Arc::from(""),
        (None, None) => return Err(IngestError::Url("expected ?app=NAME in the URL of a shared drain".into())),
    };
    let (prefix, source_prefix) = (params.prefix.unwrap_or_default(), params.source_prefix.unwrap_or_default());
    if prefix.len() > PREFIX_BYTES_MAX || source_prefix.len() > PREFIX_BYTES_MAX {
        return Err(IngestError::Url(format!("expected prefixes of at most {PREFIX_BYTES_MAX} bytes")));
    }
    let (drain_id, received_ms) = (drain.id, now_ms());
    Ok(BatchMetadata { drain_id, app, batch_id: None, received_ms, from_logplex: false, prefix, source_prefix })
}
