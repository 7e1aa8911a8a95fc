//! What the tests and benches of several packages share. Nothing that ships uses it.
//!
//! It starts the real binary and speaks plain bytes to it: it has no code in common with the server, so that a mistake there is not
//! repeated here. [`invariants`] alone calls the pipeline.
#![allow(clippy::unwrap_used, reason = "a test that can't go on should say where")]

/// The time now, and as logplex writes it.
pub mod clock;

/// Log lines as senders write them.
pub mod frames;

/// Requests in plain bytes.
pub mod http;

/// What must hold in the pipeline for any bytes.
pub mod invariants;

/// What senders were promised.
pub mod ledger;

/// The binary as a process.
pub mod process;

/// Seeded random numbers.
pub mod random;

/// Counts by awk and sort.
pub mod recount;

/// Bodies and files for benches.
pub mod traffic;

/// Waiting with a limit, and how long things took.
pub mod wait;
