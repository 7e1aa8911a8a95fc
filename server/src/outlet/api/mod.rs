//! The JSON API, one file for each resource. `params` turns the parameters of a URL into checked
//! types; the other files see no text of a URL.

pub(crate) mod params;

pub(crate) mod answer;

pub(crate) mod apps;

pub(crate) mod query;

pub(crate) mod csv;

pub(crate) mod usual;

pub(crate) mod metrics;

pub(crate) mod annotations;

pub(crate) mod endpoints;

pub(crate) mod compare;

pub(crate) mod events;

pub(crate) mod losses;

pub(crate) mod storage;

pub(crate) mod server;

pub(crate) mod log_params;

pub(crate) mod logs;

pub(crate) mod export;

pub(crate) mod histogram;

pub(crate) mod fields;

pub(crate) mod request;

pub(crate) mod errors;

pub(crate) mod sizing;

pub(crate) mod context;

pub(crate) mod change;

pub(crate) mod incidents;

pub(crate) mod rules;

pub(crate) mod channels;

pub(crate) mod mutes;

pub(crate) mod boards;

pub(crate) mod saved_searches;

/// Drains.
pub(crate) mod drains;

pub(crate) mod check;

pub(crate) mod probe;
