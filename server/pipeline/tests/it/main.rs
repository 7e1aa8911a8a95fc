//! The pipeline from outside, through its public surface. One file for each part, one binary for all.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should fail where it stands")]

/// Bodies to read and deltas to show as text.
mod story;

/// Bodies of senders that count well or badly.
mod sent;

/// How a body is cut.
mod frame;

/// How a header is read.
mod syslog;

/// Timestamps.
mod time;

/// Dates for people.
mod date;

/// Pairs.
mod logfmt;

/// Values.
mod number;

/// The table of readers.
mod readers;

/// The router's lines.
mod router;

/// The usual shape of the router's lines, read at one go.
mod quick;

/// Access logs.
mod access;

/// Requests for display.
mod request_parts;

/// Endpoints.
mod endpoint;

/// What happened.
mod event;

/// Add-ons, databases and web frameworks.
mod service;

/// Web frameworks behind loggers' prefixes.
mod framework;

/// Copies of lines that services give out.
mod export;

/// Texts without secrets.
mod mask;

/// l2met's conventions.
mod l2met;

/// What the platform says of dynos and of lost lines.
mod platform;

/// The sketch against a sorted list.
mod sketch;

/// Cells.
mod cell;

/// Whole bodies.
mod reduce;

/// Cases that the fuzzer kept.
mod replay;
