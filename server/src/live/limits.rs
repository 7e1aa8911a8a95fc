//! Limits of the live windows. The limits of one app's series and endpoints stand in their files.

/// Length of the live windows, seconds.
pub(crate) const WINDOW_S: i64 = 600;
/// Most apps on one server.
pub(crate) const APPS_MAX: usize = 1_000;
