//! What happens to a log line, in the order it happens.
//!
//! receiver -> pipeline (its own package) -> live -> store -> watch -> outlet. A later stage may use an earlier one, never
//! the reverse; `tests/it/tidy.rs` keeps it so. `command/serve.rs` is the only place that names all of them.

#![recursion_limit = "256"]

/// Unix time and timestamps.
pub(crate) mod clock;

/// The codec of stored, compressed batches.
pub mod block;

/// Error replies as `application/problem+json`.
pub(crate) mod problem;

/// The signals that stop a command.
pub(crate) mod signals;

/// What the environment and the command line say.
pub(crate) mod config;

/// Our own log, in logfmt.
pub(crate) mod telemetry;

/// Connections, and what every HTTP request has to be like.
pub(crate) mod net;

/// Who may post, and who may look.
pub(crate) mod access;

/// Bytes arrive and become deltas.
pub(crate) mod receiver;

/// Deltas become windows in memory.
pub(crate) mod live;

/// Blocks and windows become rows.
pub mod store;

/// Windows become judgements.
pub(crate) mod watch;

/// Answers go out.
pub mod outlet;

/// Stdin to a drain.
pub(crate) mod shuttle;

/// A pipe's gauge.
pub(crate) mod tap;

/// Made-up traffic.
pub(crate) mod simulate;

/// What a person can ask of the binary.
pub mod command;
