//! Tests of the pipeline's public interface, one file for each part, in one test binary. Sockets
//! and storage are tested with the server.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should fail where it stands")]

/// Helpers: building bodies, and deltas as text.
mod support;

/// Helpers: generated bodies with right and wrong frame counts.
mod sent;

/// Cutting bodies into frames.
mod frame;

/// Parsing headers of syslog messages.
mod syslog;

/// Parsing RFC 3339 timestamps.
mod time;

/// Parsing dates of log files.
mod date;

/// Parsing `key=value` pairs and their escapes.
mod logfmt;

/// Parsing numbers with units.
mod number;

/// Lines of containers' files.
mod container;

/// The table of all line readers.
mod readers;

/// Each dialect through every other reader, docs/dialects.md, and hostile lines.
mod dialects;

/// Router lines of every generation.
mod router;

/// The fast path for router lines.
mod quick;

/// Access logs as requests.
mod access;

/// The parts of a request for display.
mod request_parts;

/// Normalizing paths to endpoints.
mod endpoint;

/// Lines that become events.
mod event;

/// Lines of add-ons, databases and web frameworks.
mod service;

/// Lines of web frameworks with logger prefixes.
mod framework;

/// Exports of log services.
mod export;

/// Which texts are masked as secrets.
mod mask;

/// The conventions of l2met.
mod l2met;

/// Platform lines about dynos and lost lines.
mod platform;

/// Sketches compared with sorted lists.
mod sketch;

/// Cells of recorded values.
mod cell;

/// Reducing bodies to deltas.
mod reduce;

/// Cases that the fuzzer found.
mod replay;
