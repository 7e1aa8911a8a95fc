//! The handlers of OTLP over HTTP: a request becomes frames, and the reply says what was not taken.

use axum::{
    body::Body,
    extract::{Path, State},
    http::{Extensions, HeaderMap, header},
    response::Response,
};

use super::{
    logs::Logs,
    metrics::Metrics,
    record::{Encoding, Rejected},
    reply,
    traces::Traces,
    tree::{self, Names},
};
use crate::receiver::{
    BatchMetadata, IngestError, Intake, Receipt,
    cumulative::{Changes, Cumulative},
    frames::{FrameWriter, Frames},
    intake::Contents,
    post::{self, Accepted, DrainParams, DrainQuery, Head, Post, text},
    request_sources::RequestSources,
};

const ACCEPTED: Accepted = Accepted {
    essences: &[&["application/x-protobuf", "application/protobuf", "application/json"]],
    expected: "application/x-protobuf or application/json",
    is_optional: false,
};

/// What a request carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Signal {
    Logs,
    Metrics,
    Traces,
}

impl Signal {
    pub(super) const fn names(self) -> Names {
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

/// `POST /v1/logs`.
pub(crate) async fn logs(
    state: State<Intake>,
    params: DrainQuery,
    it: Extensions,
    head: HeaderMap,
    body: Body,
) -> Response {
    receive(Signal::Logs, None, &state.0, params, &it, &head, body).await
}

/// `POST /v1/metrics`.
pub(crate) async fn metrics(
    state: State<Intake>,
    params: DrainQuery,
    it: Extensions,
    head: HeaderMap,
    body: Body,
) -> Response {
    receive(Signal::Metrics, None, &state.0, params, &it, &head, body).await
}

/// `POST /v1/traces`.
pub(crate) async fn traces(
    state: State<Intake>,
    params: DrainQuery,
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
    params: DrainQuery,
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
    params: DrainQuery,
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
    params: DrainQuery,
    body: Body,
) -> Result<(Receipt, Rejected), IngestError> {
    let params = DrainParams::of(params)?;
    let mut post = Post::receive(intake, head, params, ACCEPTED, body).await?;
    // Points of one drain are read one request after the other, because each counts from the last.
    let turn = intake.turns.of(post.metadata.drain_id);
    let _turn = if signal == Signal::Metrics { Some(post.budget.wait(turn.lock()).await?) } else { None };
    let Post { metadata, body, budget, .. } = &mut post;
    let Intake { request_sources, cumulative, .. } = intake;
    let work = || Lines::of(signal, encoding, (request_sources, cumulative), metadata, body);
    let Lines { frames, rejected, changes, ignored_spans } = intake.convert(budget, body.len(), work).await??;
    intake.counters.spans_ignored.add(ignored_spans);
    let contents = if signal == Signal::Traces { Contents::Spans } else { Contents::Lines };
    let (batch_id, received_ms) = (frames.is_timed.then(|| post.body_id()), post.metadata.received_ms);
    let receipt = post.ingest_frames(intake, frames, batch_id, contents).await?;
    if let Some(changes) = changes {
        intake.cumulative.keep(changes, received_ms);
    }
    Ok((receipt, rejected))
}

/// A request as lines.
pub(super) struct Lines {
    pub(super) frames: Frames,
    rejected: Rejected,
    /// What it changes about cumulative points.
    pub(super) changes: Option<Changes>,
    /// Spans that are no requests.
    ignored_spans: u64,
}

impl Lines {
    pub(super) fn of(
        signal: Signal,
        encoding: Encoding,
        (request_sources, cumulative): (&RequestSources, &Cumulative),
        metadata: &BatchMetadata,
        body: &[u8],
    ) -> Result<Self, IngestError> {
        let mut ignored_spans = 0;
        let BatchMetadata { drain_id, app, received_ms, .. } = metadata;
        let (mut frames, mut rejected, mut changes) = (FrameWriter::default(), Rejected::default(), None);
        match signal {
            Signal::Logs => read(encoding, signal, body, &mut Logs::new(&mut frames, &mut rejected))?,
            Signal::Traces => {
                let mut traces = Traces::new(&mut frames, &mut rejected, request_sources, app, *received_ms);
                read(encoding, signal, body, &mut traces)?;
                ignored_spans = traces.others;
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
        Ok(Self { frames, rejected, changes, ignored_spans })
    }
}

pub(super) fn read(
    encoding: Encoding,
    signal: Signal,
    body: &[u8],
    visit: &mut impl tree::Visit,
) -> Result<(), IngestError> {
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
