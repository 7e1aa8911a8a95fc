//! Rollups: cells of 10 seconds, a minute and an hour, held in memory until a checkpoint writes
//! them as rows.

pub mod resolution;

pub(crate) mod open_cells;

pub mod rows;

pub(crate) mod sketch_column;
