//! Server-Sent Events: the live state of apps, and the tail of an app's log.

pub(crate) mod live;

pub(crate) mod tail;

mod tail_reader;

pub(crate) mod rate_budget;
