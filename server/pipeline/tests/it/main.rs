//! Tests of the pipeline through its public interface: one file for each part, one binary for all.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should fail where it stands")]

/// Helpers: bodies to read, and deltas as text.
mod support;

/// Bodies of senders with right and wrong counts.
mod sent;

/// Cutting bodies into frames.
mod frame;

/// Headers of syslog messages.
mod syslog;

/// RFC 3339 timestamps.
mod time;

/// Dates of log files.
mod date;

/// Pairs of logfmt.
mod logfmt;

/// Numbers with units.
mod number;

/// The table of readers.
mod readers;

/// Lines of the router.
mod router;

/// The quick reader of router lines.
mod quick;

/// Access logs.
mod access;

/// Requests for display.
mod request_parts;

/// Paths and their endpoints.
mod endpoint;

/// Lines that become events.
mod event;

/// Add-ons, databases and web frameworks.
mod service;

/// Web frameworks after prefixes of loggers.
mod framework;

/// Exports of log services.
mod export;

/// Masks of secrets.
mod mask;

/// l2met's conventions.
mod l2met;

/// Lines of the platform about dynos and lost lines.
mod platform;

/// Sketches, compared with a sorted list.
mod sketch;

/// Cells of values.
mod cell;

/// Bodies reduced to deltas.
mod reduce;

/// Cases kept by the fuzzer.
mod replay;
