//! Checks and limits for every request and reply: password, origin, sizes, deadlines and headers.

pub mod limits;

pub mod origin;

pub mod gate;
