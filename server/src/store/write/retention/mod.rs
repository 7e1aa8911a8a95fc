//! Deletes data that is too old or too much, and recompresses raw lines at rest, in slices of a few
//! milliseconds between two commits.
//!
//! Each call does one slice of one job. Its number of rows is adjusted to the time that the slice
//! before took.

mod blocks;

mod chunks;

mod clock_guard;

mod rollups;

mod slice;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use sqlx::SqliteConnection;

pub(crate) use self::{blocks::REST_AFTER, slice::millis};
use self::{clock_guard::ClockGuard, rollups::RollupPasses, slice::Slice};
use crate::{
    config::Retention,
    store::{
        file::usage::{StorageUsage, Tier},
        resolution::Resolution,
    },
};

/// Most rows of a slice.
const ROWS_PER_SLICE_MAX: i64 = 20_000;
/// Rows of the first slice of each job.
const ROWS_PER_SLICE: i64 = 500;
/// How long a slice should take.
const SLICE_AIM: Duration = Duration::from_millis(15);

/// Jobs that take turns.
#[derive(Clone, Copy, Debug)]
enum Job {
    /// Deletes the rows or bodies of a tier.
    Tier(Tier),
    Events,
    /// Deletes the rows of blocks without a body.
    BlockRows,
    Recompress,
}

const JOBS: [Job; 7] = [
    Job::Tier(Tier::ALL[0]),
    Job::Tier(Tier::ALL[1]),
    Job::Tier(Tier::ALL[2]),
    Job::Tier(Tier::ALL[3]),
    Job::Events,
    Job::BlockRows,
    Job::Recompress,
];

/// Where retention stands.
#[derive(Clone, Debug)]
pub(crate) struct RetentionTask {
    retention: Retention,
    usage: Arc<StorageUsage>,
    checkpoint: i64,
    /// Index of the next job.
    turn: usize,
    passes: RollupPasses,
    /// The last block that was read for recompression.
    recompressed: i64,
    /// Rows of the next slice of each job.
    rows: [i64; JOBS.len()],
    clock: ClockGuard,
}

impl RetentionTask {
    /// A task that has not begun. Bodies up to block `checkpoint` are not needed for a replay.
    #[must_use]
    pub(crate) fn new(retention: Retention, usage: Arc<StorageUsage>, checkpoint: i64) -> Self {
        Self {
            retention,
            usage,
            checkpoint,
            turn: 0,
            passes: RollupPasses::default(),
            recompressed: 0,
            rows: [ROWS_PER_SLICE; JOBS.len()],
            clock: ClockGuard::default(),
        }
    }

    /// Records that the rollup rows include every block up to this one.
    pub(crate) const fn checkpointed(&mut self, block_id: i64) {
        self.checkpoint = block_id;
    }

    /// The last block that the rollup rows include.
    #[must_use]
    pub(crate) const fn checkpoint(&self) -> i64 {
        self.checkpoint
    }

    /// Does the next slice.
    ///
    /// # Errors
    /// When the store can't be written.
    pub(crate) async fn sweep(&mut self, db: &mut SqliteConnection, now_ms: i64) -> Result<(), sqlx::Error> {
        let begun = Instant::now();
        if !self.clock.is_trusted(now_ms, begun) {
            return Ok(());
        }
        let turn = self.turn;
        self.turn = (turn + 1) % JOBS.len();
        let rows_max = self.rows[turn];
        let (retention, usage, checkpoint) = (&self.retention, &*self.usage, self.checkpoint);
        let slice = Slice { retention, usage, checkpoint, now_ms, rows_max };
        let rows = match JOBS[turn] {
            Job::Tier(Tier::Rollup(Resolution::Hour)) => self.passes.delete(db, Resolution::Hour, slice).await?,
            Job::Tier(Tier::Rollup(resolution)) => {
                self.passes.delete(db, resolution, slice).await? + chunks::delete(db, resolution, slice).await?
            }
            Job::Tier(Tier::Logs) => blocks::delete_bodies(db, slice).await?,
            Job::Events => delete_events(db, slice).await?,
            Job::BlockRows => blocks::delete_rows(db, slice).await?,
            Job::Recompress => match blocks::recompress_bodies(db, slice, self.recompressed).await? {
                Some(done) => {
                    self.recompressed = done.last;
                    done.blocks
                }
                None => 0,
            },
        };
        // Only a full slice tells how fast the job is.
        if rows >= rows_max / 2 {
            let pace = SLICE_AIM.as_secs_f64() / begun.elapsed().as_secs_f64().max(1e-6);
            self.rows[turn] = ((rows_max as f64 * pace.clamp(0.5, 2.0)) as i64).clamp(10, ROWS_PER_SLICE_MAX);
        }
        Ok(())
    }
}

/// Deletes events that are older than the hourly rows, which they explain. Returns how many.
///
/// Their ids rise nearly with their times, so only the events with the least ids are read.
async fn delete_events(db: &mut SqliteConnection, slice: Slice<'_>) -> Result<i64, sqlx::Error> {
    let query = sqlx::query("DELETE FROM event WHERE at_ms < ? AND id IN (SELECT id FROM event ORDER BY id LIMIT ?)");
    let query = query.bind(slice.now_ms - millis(slice.retention.retention_1h)).bind(slice.rows_max);
    Ok(query.execute(db).await?.rows_affected() as i64)
}
