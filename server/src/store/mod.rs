//! Stores blocks and rollups in one SQLite file, with one writer, and with readers that never wait
//! for it. Only this stage knows SQL.
//!
//! A commit inserts one small row for each batch. Every few seconds a checkpoint writes the
//! rollups, together with the id of the last block that they include. After a crash the blocks
//! behind that id are counted again.

pub(crate) mod search_slots;

pub mod resolution;

pub mod file;

pub(crate) mod apps;

pub(crate) mod app_merge;

pub(crate) mod drains;

pub(crate) mod drain_tokens;

pub(crate) mod last_block;

pub(crate) mod token_lookup;

/// People, sessions, API tokens and the record of changes.
pub(crate) mod access;

pub mod rollup;

pub(crate) mod aggregates;

pub(crate) mod remote;

pub(crate) mod seals;

pub(crate) mod write;

pub(crate) mod events;

pub(crate) mod alert;

pub(crate) mod boards;

pub(crate) mod annotations;

pub(crate) mod saved_searches;

pub(crate) mod log;

pub(crate) mod words;

pub(crate) mod query;

pub use self::file::{open_error::OpenError, sqlite::Store};
