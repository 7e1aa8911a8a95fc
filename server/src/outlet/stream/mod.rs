//! Server-Sent Events: the live state of apps, and the tail of an app's log.

pub mod live;

pub mod tail;

mod tail_reader;

pub mod batch_cache;

pub mod rate_budget;
