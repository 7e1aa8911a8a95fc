//! `POST /ingest/json`, and JSON bodies of `POST /logs`: NDJSON, one object, objects one behind the
//! other, or an array of objects or texts, as Vector, Fluent Bit, Railway and loggers send them.
//!
//! What is no JSON object is a line of text. What requests, metrics or events a line holds is
//! decided by the pipeline, which reads the line's text.

/// What the usual names of fields mean.
pub(crate) mod names;

/// Fields and elements of JSON without a tree.
pub(crate) mod raw;

/// Reads times.
pub(crate) mod time;

/// Reads levels.
pub(crate) mod level;

/// Cuts a body into records.
pub(crate) mod records;

/// Makes a line of a record.
pub(crate) mod record;

/// Receives bodies.
pub(crate) mod post;
