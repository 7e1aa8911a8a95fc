//! What the tests and benches of several packages share. Nothing that ships uses it.
//!
//! It starts the real binary and speaks plain bytes to it: it has no code in common with the
//! server, so that a mistake there is not repeated here. [`invariants`] alone calls the pipeline.
#![allow(clippy::unwrap_used, reason = "a test that can't go on should say where")]

pub mod clock;
pub mod frames;
pub mod http;
pub mod invariants;
pub mod ledger;
pub mod process;
pub mod random;
pub mod recount;
pub mod traffic;
pub mod wait;
