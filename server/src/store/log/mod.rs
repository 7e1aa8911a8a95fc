//! Log lines as they were sent: searched, counted, exported, and read around one line. Nothing here
//! writes.

pub(crate) mod filter;

pub(crate) mod endpoint_of;

mod needed;

pub(crate) mod compiled_query;

pub(crate) mod block_reader;

pub(crate) mod block_lines;

pub(crate) mod search;

pub(crate) mod histogram;

pub(crate) mod measure;

pub(crate) mod export;

pub(crate) mod context;

pub(crate) mod missed;

pub(crate) mod errors;

pub(crate) mod wanted_blocks;

pub(crate) mod request;

pub(crate) mod why;

pub(crate) mod fields;
