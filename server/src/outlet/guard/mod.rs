//! Checks and limits for every request and reply: password, origin, sizes, deadlines and headers.

pub(crate) mod limits;

pub(crate) mod origin;

pub(crate) mod gate;

mod stream_end;

/// What each route needs of whoever asks.
pub(crate) mod permit;
