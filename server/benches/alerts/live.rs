//! The one part of the live windows that rules use.

#[path = "../../src/live/compact_cell.rs"]
pub(crate) mod compact_cell;
