//! What a Prometheus-compatible store is sent, as the file keeps it. What totals are, and how they
//! are sent, is decided by `outlet/remote_write`.

/// What is late.
pub(crate) mod late;

/// The totals of series, and how far sending has come.
pub(crate) mod totals;
