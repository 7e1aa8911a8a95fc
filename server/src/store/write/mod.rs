//! The one task that writes, and everything that it does in its turn: commits, checkpoints, replay, retention and removal.

pub mod app_index;

pub mod blocks;

pub mod writer;

pub mod checkpoint;

pub mod replay;

pub mod retention;

pub mod removal;
