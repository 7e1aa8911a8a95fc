//! The commands of the binary, one file each.
//!
//! Every setting is an environment variable; a flag of the same meaning overrides it. Exit codes: 0
//! done, 1 failed, 2 the command line or the environment is wrong. Errors are one line on stderr.

/// Why a command failed.
mod error;

/// What commands without a server share.
mod runtime;

/// Arguments that several commands share.
pub(crate) mod args;

/// The database as commands open it.
mod database;

/// Runs the server: the only place that names every stage.
pub(crate) mod serve;

/// The sockets of the server.
mod listeners;

/// Limits the allocator's memory.
mod arenas;

/// Creates, lists and removes drains.
pub(crate) mod drain;

/// Creates, lists and removes API tokens.
pub(crate) mod token;

/// Creates, lists and ends share links.
pub(crate) mod share;

/// Invites, lists and removes people.
pub(crate) mod person;

/// Keeps the drains in memory like the stored ones.
mod drains_task;

/// The URL of a drain.
mod drain_url;

/// Changes drains.
pub(crate) mod drain_change;

/// Lists, renames and removes apps.
pub(crate) mod app;

/// What commands about alerts share.
mod alerts;

/// Lists, adds, removes and tries rules.
pub(crate) mod rule;

/// Adds, lists, tries and removes channels.
pub(crate) mod channel;

/// Prints incidents.
pub(crate) mod incidents;

/// Adds, lists and removes mutes.
pub(crate) mod mute;

/// Adds, lists and removes maintenance windows.
pub(crate) mod window;

/// Posts the lines of stdin to a drain.
pub(crate) mod shuttle;

/// Prints the points of a metric.
pub(crate) mod query;

/// Prints every series of a span.
pub(crate) mod export;

/// Copies and inspects the store.
pub(crate) mod backup;

/// Prints the metrics of a pipe.
pub(crate) mod tap;

/// Sends simulated traffic through a real drain.
pub(crate) mod simulate;

/// Asks the server how it is.
pub(crate) mod healthcheck;

/// Manual pages and shell completions.
pub(crate) mod manual;

/// The command line.
mod cli;

pub use self::cli::main;
