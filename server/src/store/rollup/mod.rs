//! Rollups: cells of 10 seconds, a minute and an hour, in memory until a checkpoint and as rows after it.

pub mod resolution;

pub mod open_cells;

pub mod rows;

pub mod sketch_column;
