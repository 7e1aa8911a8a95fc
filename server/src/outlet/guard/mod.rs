//! Checks and limits for every request and reply: password, origin, sizes, deadlines and headers.

pub(crate) mod limits;

pub(crate) mod origin;

/// Whether a person opens a page.
pub(crate) mod visit;

/// What somebody with a share link may ask.
pub(crate) mod shared;

pub(crate) mod gate;

/// Headers of replies.
pub(crate) mod headers;

mod stream_end;

/// What each route needs of whoever asks.
pub(crate) mod permit;
