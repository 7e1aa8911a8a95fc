//! The JSON API, one file a resource. Parameters of a URL become checked types in `params`; the other files see no text of a URL.

pub mod params;

pub mod answer;

pub mod apps;

pub mod query;

pub mod csv;

pub mod metrics;

pub mod endpoints;

pub mod events;

pub mod losses;

pub mod storage;

pub mod log_params;

pub mod log_line;

pub mod logs;

pub mod histogram;

pub mod context;

pub mod probe;
