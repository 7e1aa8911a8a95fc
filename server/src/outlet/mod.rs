//! Answers go out: pages, the JSON API, live streams and probes. Only this stage knows responses
//! and JSON.

pub mod state;

pub mod guard;

pub mod api;

pub mod stream;

pub mod page;

pub mod routes;
