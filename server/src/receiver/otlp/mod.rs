//! OTLP over HTTP: `POST /v1/logs`, `/v1/metrics` and `/v1/traces`, as protobuf or JSON, plain or
//! gzip; also below `/otlp/TOKEN`, for senders that can't set a header. Source: OpenTelemetry's
//! `docs/specification.md` and `opentelemetry/proto`.
//!
//! Records become lines, so that they are stored, searched and replayed as every line is. A request
//! that repeats an earlier one is known by the hash of its body, since its records have times.
//! Decision 0051 has the reasons. gRPC is not served.

use axum::{
    body::Body,
    extract::{Path, Query, State, rejection::QueryRejection},
    http::{Extensions, HeaderMap, header},
    response::Response,
};

use super::{
    BatchMetadata, IngestError, Intake, Receipt,
    frames::{FrameWriter, Frames},
    intake::Contents,
    post::{self, Accepted, DrainParams, Head, Post, text},
};

/// What cumulative points add.
mod cumulative;

/// Numbers in JSON.
mod json;

/// One log record.
mod log_record;

/// Pairs of logfmt.
mod logfmt;

/// Log records as lines.
mod logs;

/// One metric and its points.
mod metric;

/// Data points as lines.
mod metrics;

/// Replies.
mod reply;

/// Who wrote a resource's records.
mod sender;

/// One span.
mod span;

/// Who tells an app's requests.
pub(crate) mod told;

/// Server spans as lines.
mod traces;

/// Resources, scopes, records.
mod tree;

/// Attributes and their values.
mod value;

/// The wire format of protobuf.
mod wire;

/// One request of a drain after the other.
mod turns;

#[cfg(test)]
mod tests;

use cumulative::Changes;
use json::Whole;
use logs::Logs;
use metrics::Metrics;
use traces::Traces;
use tree::Names;

/// What is remembered between requests.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    pub(crate) told: told::Told,
    cumulative: cumulative::Cumulative,
    turns: turns::Turns,
}

/// Longest sentence about records that were not taken, bytes.
const WHY_BYTES_MAX: usize = 300;

const ACCEPTED: Accepted = Accepted {
    essences: &["application/x-protobuf", "application/protobuf", "application/json"],
    expected: "application/x-protobuf or application/json",
    is_optional: false,
};

/// What a request carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Signal {
    Logs,
    Metrics,
    Traces,
}

impl Signal {
    const fn names(self) -> Names {
        match self {
            Self::Logs => Names { resources: "resourceLogs", scopes: "scopeLogs", records: "logRecords" },
            Self::Metrics => Names { resources: "resourceMetrics", scopes: "scopeMetrics", records: "metrics" },
            Self::Traces => Names { resources: "resourceSpans", scopes: "scopeSpans", records: "spans" },
        }
    }

    /// What the reply calls the number of records that were not taken.
    const fn rejected(self) -> &'static str {
        match self {
            Self::Logs => "rejectedLogRecords",
            Self::Metrics => "rejectedDataPoints",
            Self::Traces => "rejectedSpans",
        }
    }
}

/// How a body is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Encoding {
    Protobuf,
    Json,
}

impl Encoding {
    fn of(essence: &str) -> Self {
        if essence == "application/json" { Self::Json } else { Self::Protobuf }
    }

    const fn essence(self) -> &'static str {
        match self {
            Self::Protobuf => "application/x-protobuf",
            Self::Json => "application/json",
        }
    }
}

/// Why a record could not be read.
#[derive(Debug, thiserror::Error)]
enum ReadError {
    #[error(transparent)]
    Wire(#[from] wire::Malformed),
    #[error("expected a record in OTLP's JSON: {0}")]
    Json(#[from] serde_json::Error),
    #[error("expected at most 1,024 buckets of a data point")]
    Buckets,
}

/// Records of a request that were not taken, and why the first was not.
#[derive(Debug, Default)]
struct Rejected {
    count: u64,
    why: String,
}

impl Rejected {
    fn add(&mut self, error: &ReadError) {
        self.count += 1;
        if self.why.is_empty() {
            self.why = error.to_string();
            self.why.truncate(self.why.floor_char_boundary(WHY_BYTES_MAX));
        }
    }
}

type Params = Result<Query<DrainParams>, QueryRejection>;

/// `POST /v1/logs`.
pub(crate) async fn logs(
    state: State<Intake>,
    params: Params,
    it: Extensions,
    head: HeaderMap,
    body: Body,
) -> Response {
    receive(Signal::Logs, None, &state.0, params, &it, &head, body).await
}

/// `POST /v1/metrics`.
pub(crate) async fn metrics(
    state: State<Intake>,
    params: Params,
    it: Extensions,
    head: HeaderMap,
    body: Body,
) -> Response {
    receive(Signal::Metrics, None, &state.0, params, &it, &head, body).await
}

/// `POST /v1/traces`.
pub(crate) async fn traces(
    state: State<Intake>,
    params: Params,
    it: Extensions,
    head: HeaderMap,
    body: Body,
) -> Response {
    receive(Signal::Traces, None, &state.0, params, &it, &head, body).await
}

/// `POST /otlp/TOKEN/v1/SIGNAL`.
pub(crate) async fn with_token(
    state: State<Intake>,
    Path((token, signal)): Path<(String, String)>,
    params: Params,
    it: Extensions,
    head: HeaderMap,
    body: Body,
) -> Response {
    let signal = match &*signal {
        "logs" => Signal::Logs,
        "metrics" => Signal::Metrics,
        "traces" => Signal::Traces,
        _ => {
            let error = "expected /v1/logs, /v1/metrics or /v1/traces";
            return crate::problem::problem(axum::http::StatusCode::NOT_FOUND, error);
        }
    };
    receive(signal, Some(&token), &state.0, params, &it, &head, body).await
}

async fn receive(
    signal: Signal,
    token: Option<&str>,
    intake: &Intake,
    params: Params,
    extensions: &Extensions,
    headers: &HeaderMap,
    body: Body,
) -> Response {
    let essence = text(headers, &header::CONTENT_TYPE).unwrap_or_default().split(';').next().unwrap_or_default();
    let encoding = Encoding::of(&essence.trim().to_ascii_lowercase());
    let head = Head { headers, extensions, token };
    let result = take(signal, encoding, intake, head, params, body).await;
    let (result, rejected) = match result {
        Ok((receipt, rejected)) => (Ok(receipt), rejected),
        Err(error) => (Err(error), Rejected::default()),
    };
    post::count(&intake.counters, &result);
    match result {
        Ok(_) => reply::success(encoding, signal.rejected(), &rejected),
        Err(error) => reply::refusal(encoding, &error),
    }
}

async fn take(
    signal: Signal,
    encoding: Encoding,
    intake: &Intake,
    head: Head<'_>,
    params: Params,
    body: Body,
) -> Result<(Receipt, Rejected), IngestError> {
    let Query(params) = params.map_err(|_| DrainParams::error())?;
    let mut post = Post::receive(intake, head, params, ACCEPTED, body).await?;
    // Points of one drain are read one request after the other, because each counts from the last.
    let turn = intake.otlp.turns.of(post.metadata.drain_id);
    let _turn = if signal == Signal::Metrics { Some(post.budget.wait(turn.lock()).await?) } else { None };
    let Post { metadata, body, budget, .. } = &mut post;
    let work = || Lines::of(signal, encoding, intake, metadata, body);
    let Lines { frames, rejected, changes } = intake.convert(budget, body.len(), work).await??;
    let contents = if signal == Signal::Traces { Contents::Spans } else { Contents::Lines };
    let (batch_id, received_ms) = (frames.is_timed.then(|| post.body_id()), post.metadata.received_ms);
    let receipt = post.ingest_frames(intake, frames, batch_id, contents).await?;
    if let Some(changes) = changes {
        intake.otlp.cumulative.keep(changes, received_ms);
    }
    Ok((receipt, rejected))
}

/// A request as lines.
struct Lines {
    frames: Frames,
    rejected: Rejected,
    /// What it changes about cumulative points.
    changes: Option<Changes>,
}

impl Lines {
    fn of(
        signal: Signal,
        encoding: Encoding,
        intake: &Intake,
        metadata: &BatchMetadata,
        body: &[u8],
    ) -> Result<Self, IngestError> {
        let Memory { told, cumulative, .. } = &*intake.otlp;
        let BatchMetadata { drain_id, app, received_ms, .. } = metadata;
        let (mut frames, mut rejected, mut changes) = (FrameWriter::default(), Rejected::default(), None);
        match signal {
            Signal::Logs => read(encoding, signal, body, &mut Logs::new(&mut frames, &mut rejected))?,
            Signal::Traces => {
                let mut traces = Traces::new(&mut frames, &mut rejected, told, app, *received_ms);
                read(encoding, signal, body, &mut traces)?;
                intake.counters.spans_ignored.add(traces.others);
            }
            Signal::Metrics => {
                let mut metrics = Metrics::new(&mut frames, &mut rejected, cumulative, *drain_id);
                read(encoding, signal, body, &mut metrics)?;
                changes = Some(metrics.changes);
            }
        }
        frames.lose(rejected.count, &rejected.why);
        let frames = frames.end();
        if frames.lost > rejected.count {
            let why = "expected records that take at most 24 MiB as lines in one request".to_owned();
            rejected = Rejected { count: frames.lost, why };
        }
        Ok(Self { frames, rejected, changes })
    }
}

fn read(encoding: Encoding, signal: Signal, body: &[u8], visit: &mut impl tree::Visit) -> Result<(), IngestError> {
    let read = match encoding {
        Encoding::Protobuf => tree::read_wire(body, visit).map_err(|it| it.to_string()),
        // Some clients send no body for an empty request.
        Encoding::Json if body.trim_ascii().is_empty() => Ok(()),
        Encoding::Json => {
            let read = tree::read_json(body, signal.names(), visit);
            read.map_err(|it| format!("expected OTLP's JSON: {it}"))
        }
    };
    read.map_err(IngestError::Format)
}

/// A time in milliseconds; `None` for 0, which means unknown.
fn at_ms(nanoseconds: Whole) -> Option<i64> {
    i64::try_from(nanoseconds.0 / 1_000_000).ok().filter(|it| *it > 0)
}
