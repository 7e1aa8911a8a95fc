//! The real binary over real sockets with a real database file: one test binary for the whole package.
#![expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]

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

/// New drains, removed ones, and guessed tokens.
mod drains;

/// Apps: limits, rename, remove.
mod apps;

/// One server a file.
mod locks;

/// The file as the system treats it.
mod files;

/// Who may look.
mod gate;

/// The shuttle against a drain that misbehaves.
mod shuttle;

/// A pipe's gauge.
mod tap;

/// Syslog over TCP.
mod syslog;

/// Bodies whose counts are wrong.
mod frames;

/// Senders that mean harm.
mod hostile;

/// The extremes of numbers and texts, asked of everything.
mod extremes;

/// SearchSlots beside a sender.
mod searches;

/// Connections: too many, half open, without a host.
mod connections;
/// Tails beside a flood.
mod tails;

/// Bodies that never end, and senders that are slow.
mod slow;

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

/// All attacks at random beside an honest drain.
mod hour;

/// The shape of the code.
mod tidy;
