//! Answers go out: pages, the JSON API, live streams and probes. Only this stage knows responses
//! and JSON.

pub(crate) mod log_line;

pub(crate) mod export_file;

/// Saved searches: listed, checked and changed.
pub(crate) mod saved_searches;

/// Drains: listed, checked and changed.
pub(crate) mod drains;

/// The last batch of a drain, line by line.
pub(crate) mod inspect;

pub(crate) mod batch_cache;

pub(crate) mod subscribers;

/// What somebody with a share link sees of an answer.
pub(crate) mod shared_view;

pub(crate) mod state;

pub(crate) mod guard;

pub(crate) mod api;

/// The description of the API.
pub mod openapi;

/// What Prometheus reads.
pub(crate) mod prometheus;

pub(crate) mod stream;

pub(crate) mod page;

/// What alerts need besides the store.
pub(crate) mod alerting;

/// Changes of alerts that a person makes.
pub(crate) mod alerts;

/// Boards: pages of one's own.
pub(crate) mod boards;

/// Tells another service that this one works.
pub(crate) mod heartbeat;

/// How sending to a Prometheus-compatible store goes.
pub(crate) mod remote_status;

/// Sends series to a Prometheus-compatible store.
pub(crate) mod remote_write;

/// How the server itself is.
pub(crate) mod server_health;

/// Signed links in messages that mute an incident.
pub(crate) mod mute_link;

/// The page behind such a link.
pub(crate) mod mute_page;

/// Messages about incidents, and when they are sent.
pub(crate) mod notify;

mod ranking;

/// Sign-in by a provider.
pub(crate) mod oidc;
/// The time zone of a request.
pub(crate) mod zone;

pub mod routes;
