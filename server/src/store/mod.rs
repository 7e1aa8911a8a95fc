//! Blocks and windows become rows: one SQLite file, one writer, readers that never wait for it.
//!
//! The log is the database: a commit is one small row a batch; rollups are written behind it every few seconds together with the
//! number of the last block that they include, and what lies behind that number is counted again after a crash. Only this
//! stage knows SQL.

/// Opening the file, or refusing it.
pub mod sqlite;

/// Files that only their owner reads.
pub mod private;

/// One server a file.
pub mod lock;

/// Whether the file is still at its path.
pub mod presence;

/// Apps.
pub mod apps;

/// Which name is which app.
pub mod names;

/// What is left of removed apps.
pub mod removal;

/// Drains.
pub mod drains;

/// Whose an unknown token is.
pub mod lookup;

/// One row a batch.
pub mod blocks;

/// The widths of a rollup's buckets.
pub mod resolution;

/// Rollup cells that are not written yet.
pub mod rollups;

/// The column that percentiles are read from.
pub mod packed_sketch;

/// Cells to rows and back.
pub mod rows;

/// The one task that writes.
pub mod writer;

/// Writes cells down together with the block that they reach to.
pub mod checkpoint;

/// Counts again what a crash left uncounted.
pub mod replay;

/// What a line must say to be found.
pub mod condition;

/// Turns of those who search.
pub mod searches;

/// An app's blocks, some at once.
pub mod chunks;

/// Raw lines, searched.
pub mod logs;

/// How many lines were found when.
pub mod bars;

/// An app's blocks behind one that is known.
pub mod since;

/// One line, and what its source wrote around it.
pub mod around;

/// Events of a range.
pub mod events;

/// Backups, and what is in a file.
pub mod copy;

/// How much there is of each kind of data.
pub mod tiers;

/// Deletes what is old, or too much.
pub mod retention;

/// Moves what is committed from SQLite's log into the file.
pub mod wal;

/// Reads a metric's points.
pub mod query;

/// Opens a store for a command or the server.
pub use sqlite::{OpenError, Store};
