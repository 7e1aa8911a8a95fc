//! The one task that writes, and what it does between commits: checkpoints, retention and removal.
//! Replay, which runs before it at a start, stands here too.

pub mod app_index;

pub mod blocks;

pub mod commit;

pub mod error_log;

pub mod checkpoint;

pub mod replay;

pub mod retention;

pub mod removal;

pub mod writer;
