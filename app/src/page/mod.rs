//! The pages. Each has a folder with its query, its live state and its view; `table` lists them
//! all.
//!
//! Files beside the folders are shared by several pages. A page uses another page only to make an
//! address of it.

pub mod table;

pub mod help;

pub mod app_header;

pub mod log_card;

pub mod overview;

pub mod app;

pub mod logs;

pub mod metrics;

pub mod not_found;
