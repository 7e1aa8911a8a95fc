//! The pages. Each has a folder with its query, its live state and its view; `table` lists them
//! all.
//!
//! Files beside the folders are shared by several pages. A page uses another page only to make an
//! address of it; pages with charts also use those of the App page.

pub mod table;

pub mod help;

pub mod app_header;

pub mod incident_lane;

pub mod log_line;

pub mod log_card;

pub mod metric;

pub mod alert_words;

pub mod form_fields;

pub mod alert_fields;

pub mod alert_until;

pub mod overview;

pub mod app;

pub mod endpoint;

pub mod compare;

pub mod logs;

pub mod metrics;

pub mod alerts;

pub mod incident;

pub mod errors;

pub mod sizing;

pub mod request;

pub mod rule;

pub mod board_draft;

pub mod boards;

pub mod board;

pub mod not_found;
