//! OTLP over HTTP: `POST /v1/logs`, `/v1/metrics` and `/v1/traces`, as protobuf or JSON, plain or
//! gzip; also below `/otlp/TOKEN`, for senders that can't set a header. Source: OpenTelemetry's
//! `docs/specification.md` and `opentelemetry/proto`.
//!
//! Records become lines, so that they are stored, searched and replayed as every line is. A request
//! that repeats an earlier one is known by the hash of its body, since its records have times.
//! Decision 0051 has the reasons. gRPC is not served.

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

/// The handlers.
pub(crate) mod post;

/// What records share.
mod record;

/// Replies.
mod reply;

/// Who wrote a resource's records.
mod sender;

/// One span.
mod span;

/// Server spans as lines.
mod traces;

/// Resources, scopes, records.
mod tree;

/// Attributes and their values.
mod value;

/// What holds for any body.
#[cfg(any(test, feature = "fuzz"))]
pub(crate) mod invariants;

#[cfg(test)]
mod tests;
