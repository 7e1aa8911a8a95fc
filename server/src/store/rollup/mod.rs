//! Rollups: cells of 10 seconds, a minute and an hour. What was measured is held in memory until a
//! checkpoint writes it; coarser buckets are made of finer ones once they are over. Those of ten
//! seconds and of a minute are kept in chunks, those of an hour as rows.

pub mod cells;

pub(crate) mod chunk;

pub mod chunks;

pub(crate) mod join;

pub(crate) mod open_cells;

pub mod rows;

pub(crate) mod sketch_column;
