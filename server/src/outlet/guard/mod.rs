//! What every request and reply passes: the password, the origin of a browser's request, limits, and headers.

pub mod limits;

pub mod origin;

pub mod gate;
