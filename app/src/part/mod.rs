//! Small pieces that pages and charts share: numbers, times, marks, fields, the address. They know
//! nothing of pages, charts or live data.

pub mod type_erasure;

pub mod top_k;

pub mod number;

pub mod time;

pub mod event;

pub mod health;

pub mod board_address;

pub mod brand;

pub mod request;

pub mod command;

pub mod field;

pub mod span;

pub mod address;

pub mod incident_link;

pub mod change_links;

/// Addresses of the Logs page.
pub mod log_address;

pub mod endpoint_address;

pub mod compare_address;

pub mod rule_address;

pub mod onward;

pub mod icon;

pub mod zone;

pub mod markup;

pub mod page_title;

pub mod severity;
