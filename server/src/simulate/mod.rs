//! Simulates the logs of apps with routers, dynos and a database, in good and bad times.
//!
//! The lines are a function of seed and time ([`simulation`]); only [`sender`] reads a clock. They
//! are exactly those that Heroku writes, as far as known, so that no receiver can tell the
//! difference.

/// Seeded random numbers.
pub mod random;

/// What goes wrong, and when.
pub mod scenario;

/// Endpoints of the apps.
pub mod endpoint;

/// An app.
pub mod app;

/// A log line.
pub mod entry;

/// Lines of a request.
pub mod request;

/// Lines of the platform about dynos.
pub mod dyno;

/// Lines of databases and workers.
pub mod addon;

/// All lines of an app's second.
pub mod simulation;

/// Prints lines.
pub mod printer;

/// Sends lines in real time.
pub mod sender;
