//! Live data: what arrives after a page was loaded, and whether it still arrives.

pub mod feed;

pub mod status;

#[cfg(feature = "hydrate")]
mod connection;

pub mod source;

pub mod heard;

pub mod clock;

pub mod away;

pub mod polling;

pub mod tail;
