//! One folder a page: its query, its live state, its view. A page uses nothing of a neighbour; what they share is in `part`.

pub mod overview;

pub mod app;

pub mod logs;

pub mod metrics;

pub mod not_found;
