//! Blocks and windows become rows: one SQLite file, one writer, readers that never wait for it.
//!
//! The log is the database: a commit is one small row a batch; rollups are written behind it every few seconds together with the
//! number of the last block that they include, and what lies behind that number is counted again after a crash. Only this
//! stage knows SQL.

pub mod file;

pub mod apps;

pub mod drains;

pub mod token_lookup;

pub mod rollup;

pub mod write;

pub mod events;

pub mod log;

pub mod query;

pub use file::sqlite::{OpenError, Store};
