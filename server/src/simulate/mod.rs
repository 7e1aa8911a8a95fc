//! Simulates the logs of apps with routers, dynos and a database, in good and bad times.
//!
//! The lines are a function of seed and time ([`simulation`]); only [`sender`] reads a clock. They
//! are exactly those that Heroku writes, as far as known, so that no receiver can tell the
//! difference.

/// Seeded random numbers and distributions.
pub(crate) mod random;

/// What goes wrong, and when.
pub(crate) mod scenario;

/// Endpoints of the apps.
pub(crate) mod endpoint;

/// An app with its dynos and traffic.
pub(crate) mod app;

/// A log line and its two formats.
pub(crate) mod entry;

/// Lines of a request.
pub(crate) mod request;

/// Lines of the platform about dynos.
pub(crate) mod dyno;

/// Lines of databases and workers.
pub(crate) mod addon;

/// All lines of an app's second.
pub(crate) mod simulation;

/// The board of a demonstration.
pub(crate) mod board;

/// Prints lines instead of sending them.
pub(crate) mod printer;

/// Sends lines in real time.
pub(crate) mod sender;
