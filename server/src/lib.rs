//! The server's parts, in the order in which a log line passes them.
//!
//! receiver -> pipeline (its own package) -> live -> store -> watch -> outlet. A later stage may
//! use an earlier one, never the reverse; `tests/it/tidy.rs` enforces that. `command/serve.rs` is
//! the only file that names all of them.
//!
//! Public are only the modules that the binary, the tests in `tests/it` and the benches use.

#![recursion_limit = "256"]
#![warn(unreachable_pub)]

// What every stage may use.

/// Server time: Unix milliseconds and RFC 3339.
pub(crate) mod clock;

/// Error replies as `application/problem+json`.
pub(crate) mod problem;

/// The codec of stored, compressed batches.
pub mod block;

/// Settings from the environment and the command line.
pub(crate) mod config;

/// The server's own log, in logfmt, and its own counters.
pub(crate) mod telemetry;

/// Connections, with limits and deadlines, and checks of every HTTP request.
pub(crate) mod net;

/// Passwords and tokens: who may post, and who may read.
pub(crate) mod access;

// The stages.

/// Takes batches in and reduces them to deltas.
pub(crate) mod receiver;

/// The last ten minutes of every series, in memory.
pub(crate) mod live;

/// Commits blocks, writes rollups, and answers queries from them.
pub mod store;

/// Judges the health of every app, twice a second.
pub mod watch;

/// Pages, the JSON API, live streams and probes.
pub mod outlet;

// The commands, and what only they use.

/// The signals that stop a command.
pub(crate) mod signals;

/// `streamgauge shuttle`: sends stdin to a drain.
pub(crate) mod shuttle;

/// `streamgauge tap`: passes stdin through and shows its metrics.
pub(crate) mod tap;

/// `streamgauge simulate`: made-up traffic.
pub(crate) mod simulate;

/// One file for each command.
pub mod command;

/// What holds for any bytes at the receivers; called by the fuzz targets.
#[cfg(feature = "fuzz")]
pub use receiver::invariants;
