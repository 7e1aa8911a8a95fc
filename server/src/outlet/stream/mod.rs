//! Server-Sent Events: the live state of apps, and the tail of an app's log.

pub(crate) mod subscribers;

pub(crate) mod live;

pub(crate) mod tail;

pub(crate) mod batch_cache;

pub(crate) mod rate_budget;
