//! Deletes what is old, in slices small enough to pass between two commits.
//!
//! Rollups are swept series by series, along their primary key; blocks in the order they arrived. A block's row outlives its body,
//! so that a batch that comes again is known.

use std::time::Duration;

use sqlx::{AssertSqlSafe, SqliteConnection};

use super::resolution::Resolution;
use crate::config::Retention;

/// Series swept at once.
const SERIES_A_SLICE: i64 = 200;
/// Blocks swept at once.
const BLOCKS_A_SLICE: i64 = 500;
/// How long a batch id is known at least. Senders retry within seconds; a shuttle whose server was away, within hours.
const BATCH_ID_KEPT: Duration = Duration::from_secs(24 * 3_600);

/// Where the sweep stands.
#[derive(Clone, Debug)]
pub struct Sweeper {
    retention: Retention,
    series_after: i64,
    bodies_after: i64,
    checkpoint: i64,
}

impl Sweeper {
    /// A sweep that has not begun; bodies up to `checkpoint` are not needed for a replay.
    #[must_use]
    pub const fn new(retention: Retention, checkpoint: i64) -> Self {
        Self { retention, series_after: 0, bodies_after: 0, checkpoint }
    }

    /// Says that the rows include every block up to this one.
    pub const fn checkpointed(&mut self, block_id: i64) {
        self.checkpoint = block_id;
    }

    /// How long a resolution stays.
    #[must_use]
    pub const fn kept(retention: &Retention, resolution: Resolution) -> Duration {
        match resolution {
            Resolution::TenSeconds => retention.retention_10s,
            Resolution::Minute => retention.retention_1m,
            Resolution::Hour => retention.retention_1h,
        }
    }

    /// Sweeps the next slice.
    ///
    /// # Errors
    /// When the store can't be written.
    pub async fn sweep(&mut self, db: &mut SqliteConnection, now_ms: i64) -> Result<(), sqlx::Error> {
        self.rollups(db, now_ms).await?;
        self.bodies(db, now_ms).await?;
        self.events(db, now_ms).await?;
        self.blocks(db, now_ms).await
    }

    /// Events stay as long as the rows of an hour, which they explain.
    async fn events(&self, db: &mut SqliteConnection, now_ms: i64) -> Result<(), sqlx::Error> {
        let query = sqlx::query(
            // They come nearly in the order of their times.
            "DELETE FROM event WHERE at_ms < ? AND id IN (SELECT id FROM event ORDER BY id LIMIT ?)",
        );
        query.bind(now_ms - millis(self.retention.retention_1h)).bind(BLOCKS_A_SLICE).execute(db).await?;
        Ok(())
    }

    async fn rollups(&mut self, db: &mut SqliteConnection, now_ms: i64) -> Result<(), sqlx::Error> {
        let last: Option<i64> =
            sqlx::query_scalar("SELECT max(id) FROM (SELECT id FROM series WHERE id > ? ORDER BY id LIMIT ?)")
                .bind(self.series_after)
                .bind(SERIES_A_SLICE)
                .fetch_one(&mut *db)
                .await?;
        let Some(last) = last else {
            self.series_after = 0;
            return Ok(());
        };
        for resolution in Resolution::ALL {
            let before_s = (now_ms - millis(Self::kept(&self.retention, resolution))).div_euclid(1_000);
            let sql = format!(
                "DELETE FROM {} WHERE series_id IN (SELECT id FROM series WHERE id > ? AND id <= ?) AND bucket_s < ?",
                resolution.table()
            );
            let query = sqlx::query(AssertSqlSafe(sql)).bind(self.series_after).bind(last).bind(before_s);
            query.execute(&mut *db).await?;
        }
        self.series_after = last;
        Ok(())
    }

    async fn bodies(&mut self, db: &mut SqliteConnection, now_ms: i64) -> Result<(), sqlx::Error> {
        let next: Vec<(i64, i64)> =
            sqlx::query_as("SELECT id, received_ms FROM block WHERE id > ? AND id <= ? ORDER BY id LIMIT ?")
                .bind(self.bodies_after)
                .bind(self.checkpoint)
                .bind(BLOCKS_A_SLICE)
                .fetch_all(&mut *db)
                .await?;
        let before_ms = now_ms - millis(self.retention.retention_logs);
        let Some((last, _)) = next.into_iter().take_while(|it| it.1 < before_ms).last() else { return Ok(()) };
        let query = sqlx::query("UPDATE block SET body = NULL WHERE id > ? AND id <= ? AND body IS NOT NULL");
        query.bind(self.bodies_after).bind(last).execute(db).await?;
        self.bodies_after = last;
        Ok(())
    }

    async fn blocks(&self, db: &mut SqliteConnection, now_ms: i64) -> Result<(), sqlx::Error> {
        let kept = BATCH_ID_KEPT.max(self.retention.retention_logs);
        let query = sqlx::query(
            "DELETE FROM block WHERE id IN
                 (SELECT id FROM block WHERE received_ms < ? AND id <= ? ORDER BY received_ms LIMIT ?)",
        );
        query.bind(now_ms - millis(kept)).bind(self.checkpoint).bind(BLOCKS_A_SLICE).execute(db).await?;
        Ok(())
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX / 4)
}
