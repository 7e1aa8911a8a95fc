//! `POST /loki/api/v1/push` of Grafana Loki, as Promtail, Alloy, Fluent Bit, Vector and Docker's
//! driver send it: JSON, or protobuf in snappy.
//!
//! A line's text stays as it is. Labels and structured metadata give its app, process, host and
//! level by their usual names; other labels are not kept.

/// Labels as text.
pub(crate) mod labels;

/// Reads the JSON form.
pub(crate) mod json;

/// Reads the protobuf form.
pub(crate) mod push;

/// Receives bodies.
pub(crate) mod post;
