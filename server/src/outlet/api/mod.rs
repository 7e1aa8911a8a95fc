//! The JSON API, one file for each resource. `params` turns the parameters of a URL into checked
//! types; the other files see no text of a URL.

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

pub mod log_json;

pub mod logs;

pub mod histogram;

pub mod context;

pub mod probe;
