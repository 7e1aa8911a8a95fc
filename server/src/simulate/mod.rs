//! Made-up traffic: apps with routers, dynos and a database, on good days and bad ones.
//!
//! What is said is a function of seed and time ([`simulation`]); only [`sender`] has a clock. The lines are those that Heroku
//! writes, to the letter as far as it is known, so that nothing behind them can tell the difference.

/// Numbers from a seed.
pub mod random;

/// What goes wrong, and when.
pub mod scenario;

/// What apps serve.
pub mod endpoint;

/// An app.
pub mod app;

/// One line.
pub mod entry;

/// What a request leaves in the log.
pub mod request;

/// What the platform says about dynos.
pub mod dyno;

/// What databases and workers say.
pub mod addon;

/// Everything in one second.
pub mod simulation;

/// Lines to stdout.
pub mod printer;

/// Lines to drains, as time passes.
pub mod sender;
