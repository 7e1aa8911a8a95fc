//! Log lines as they were sent: searched, counted, and read around one line. Nothing here writes.

pub mod filter;

pub mod compiled_query;

pub mod block_reader;

pub mod block_lines;

pub mod search;

pub mod histogram;

pub mod context;

pub mod missed;
