//! Helpers that the tests and benches of several packages share. Nothing that ships uses them.
//!
//! They start the real binary and talk to it over sockets. They share no code with the server, so
//! that a mistake in the server is not repeated here. Only [`invariants`] calls the pipeline,
//! and [`formats`] reads its examples.
#![allow(clippy::unwrap_used, reason = "a test that can't go on should say where")]

pub mod cases;
pub mod certificates;
pub mod clock;
pub mod formats;
pub mod frames;
pub mod http;
pub mod invariants;
pub mod ledger;
pub mod mixes;
pub mod otlp;
pub mod process;
pub mod program;
pub mod prometheus;
pub mod random;
pub mod receiver;
pub mod recount;
pub mod tls;
pub mod traffic;
pub mod wait;
pub mod webhook;
