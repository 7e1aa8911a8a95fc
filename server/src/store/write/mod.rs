//! The one task that writes, and what it does between commits: checkpoints, retention, removal and
//! merging.
//! Replay, which runs before it at a start, stands here too.

pub(crate) mod app_index;

pub(crate) mod blocks;

pub(crate) mod commit;

pub(crate) mod error_log;

pub(crate) mod checkpoint;

pub(crate) mod schedule;

pub(crate) mod seal;

pub(crate) mod replay;

pub(crate) mod retention;

pub(crate) mod removal;

pub(crate) mod join_chunks;

pub(crate) mod merge;

pub(crate) mod merge_chunks;

pub(crate) mod merge_rows;

pub(crate) mod roll;

pub(crate) mod word_groups;

pub(crate) mod writer;

#[cfg(test)]
mod tests;
