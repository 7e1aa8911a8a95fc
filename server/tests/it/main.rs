//! The real binary over real sockets with a real database file: one test binary for the whole package.
#![expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]

mod api;
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
mod command;
mod connections;
mod counts;
mod crash;
mod drains;
mod extremes;
mod files;
mod frames;
mod gate;
mod hostile;
mod hour;
mod lines;
mod live;
mod locks;
mod logs;
mod operations;
mod pages;
mod searches;
mod secrets;
mod shuttle;
mod simulate;
mod slow;
mod storage;
mod story;
mod syslog;
mod tails;
mod tap;
mod tidy;
mod torture;
