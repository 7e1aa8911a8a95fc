//! What one slice of retention may do. The jobs decide what to delete within it.

use std::time::Duration;

use crate::{config::Retention, store::file::usage::StorageUsage};

/// A tier over its size limit is brought down to this share of it, so that it does not exceed the
/// limit again at once.
pub(super) const LOW_WATER: f64 = 0.97;

/// One slice of a job.
#[derive(Clone, Copy)]
pub(super) struct Slice<'a> {
    /// The limits of every tier.
    pub(super) retention: &'a Retention,
    /// How much every tier holds.
    pub(super) usage: &'a StorageUsage,
    /// The last block that the rollup rows include; later ones are needed for a replay.
    pub(super) checkpoint: i64,
    /// The present time, unix milliseconds.
    pub(super) now_ms: i64,
    /// Most rows to delete.
    pub(super) rows_max: i64,
}

/// A duration in milliseconds. Far too long ones are cut, so that sums can't overflow.
pub(crate) fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX / 4)
}
