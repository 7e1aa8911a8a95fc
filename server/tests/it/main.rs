//! The real binary over real sockets with a real database file: one test binary for the whole package.
#![expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]

/// Starts and stops the binary.
mod harness;

/// Seeded lines, and a recount of them by other means.
mod traffic;

/// The drain: receipts, refusals, exactly once.
mod logs;

/// Counts and percentiles against a recount.
mod counts;

/// `kill -9` under load.
mod crash;

/// The API's questions.
mod api;

/// Live streams.
mod live;

/// Pages, many at once.
mod pages;

/// Commands, flags and exit codes.
mod command;

/// The shuttle against a drain that misbehaves.
mod shuttle;

/// A pipe's gauge.
mod tap;

/// Syslog over TCP.
mod syslog;

/// Senders that mean harm.
mod hostile;

/// Endpoints, events, losses, and the limit on series.
mod story;

/// Made-up traffic, printed and sent.
mod simulate;

/// Query, backup, restore, check.
mod operations;

/// How much is kept, and files of older versions.
mod storage;

/// Secrets, and what is shown of a line.
mod secrets;

/// Raw lines, searched and followed.
mod lines;

/// What takes minutes.
mod torture;

/// The shape of the code.
mod tidy;
