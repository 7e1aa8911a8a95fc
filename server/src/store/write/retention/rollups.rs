//! Deletes rollup rows that are past their time, or the oldest ones of a tier that takes too much.
//!
//! A pass goes over all series, some at a time, along the primary key.

use sqlx::{AssertSqlSafe, SqliteConnection};

use super::slice::{LOW_WATER, Slice, millis};
use crate::store::{
    file::{
        transaction::transaction,
        usage::{self, SizeChange, Tier},
    },
    resolution::Resolution,
};

/// Series of one slice.
const SERIES_PER_SLICE: i64 = 200;

/// Where a pass over the series stands.
#[derive(Clone, Copy, Debug, Default)]
struct Pass {
    /// The last series that is done.
    series_after: i64,
    /// Rows before this are deleted, unix seconds. `None` before the pass has begun.
    before_s: Option<i64>,
    /// Rows before this are deleted because of the limit of size, unix seconds.
    floor_s: i64,
}

/// The series of one slice, and the rows to delete from them.
struct Range {
    /// The id of the last series before the slice.
    series_after: i64,
    /// The id of its last series.
    series_last: i64,
    /// Rows before this are deleted, unix seconds.
    before_s: i64,
    /// The tier's floor once they are deleted.
    floor_s: i64,
}

/// The passes over each resolution, by [`Resolution::index`].
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct RollupPasses([Pass; 3]);

impl RollupPasses {
    /// Deletes the next slice of a resolution; returns how many rows that were.
    ///
    /// # Errors
    /// When the store can't be written.
    pub(super) async fn delete(
        &mut self,
        db: &mut SqliteConnection,
        resolution: Resolution,
        slice: Slice<'_>,
    ) -> Result<i64, sqlx::Error> {
        let mut pass = self.0[resolution.index()];
        let before_s = match pass.before_s {
            Some(before_s) => before_s,
            None => {
                pass = begin(db, resolution, slice).await?;
                pass.before_s.unwrap_or(i64::MIN)
            }
        };
        let table = resolution.table();
        let sql = format!(
            "SELECT max(id), min(first), count(first) FROM
                 (SELECT id, (SELECT min(bucket_s) FROM {table} WHERE series_id = series.id AND bucket_s < ?1) AS first
                  FROM series WHERE id > ?2 ORDER BY id LIMIT ?3)"
        );
        let query = sqlx::query_as(AssertSqlSafe(sql)).bind(before_s).bind(pass.series_after).bind(SERIES_PER_SLICE);
        let (last, oldest_s, series): (Option<i64>, Option<i64>, i64) = query.fetch_one(&mut *db).await?;
        let Some(series_last) = last else {
            self.0[resolution.index()] = Pass::default();
            return Ok(0);
        };
        let mut deleted = 0;
        let mut is_done = true;
        if let Some(oldest_s) = oldest_s {
            // As many buckets of each of these series as fit into the slice.
            let buckets = (slice.rows_max / series.max(1)).max(1);
            let to_s = before_s.min(oldest_s + buckets * resolution.width_s());
            is_done = to_s == before_s;
            let (series_after, floor_s) = (pass.series_after, pass.floor_s);
            let range = Range { series_after, series_last, before_s: to_s, floor_s };
            deleted = delete_rows(db, resolution, &range, slice.usage).await?;
        }
        if is_done {
            pass.series_after = series_last;
        }
        self.0[resolution.index()] = pass;
        Ok(deleted)
    }
}

/// Decides what a new pass deletes: rows past their time, and of a tier over its size limit the
/// oldest rows as well.
async fn begin(db: &mut SqliteConnection, resolution: Resolution, slice: Slice<'_>) -> Result<Pass, sqlx::Error> {
    let tier = Tier::Rollup(resolution);
    let limits = tier.limits(slice.retention);
    let (held, by_time_s) = (slice.usage.of(tier), (slice.now_ms - millis(limits.time)).div_euclid(1_000));
    let mut floor_s = 0;
    if held.bytes > limits.bytes
        && let Some(oldest_s) = usage::oldest_s(db, tier, 0).await?
    {
        let begin_s = oldest_s.max(by_time_s);
        let share = 1.0 - LOW_WATER * limits.bytes as f64 / held.bytes as f64;
        let span_s = (slice.now_ms.div_euclid(1_000) - begin_s).max(0);
        floor_s = resolution.bucket_s(begin_s + (span_s as f64 * share) as i64);
    }
    Ok(Pass { series_after: 0, before_s: Some(by_time_s.max(floor_s)), floor_s })
}

async fn delete_rows(
    db: &mut SqliteConnection,
    resolution: Resolution,
    range: &Range,
    all: &usage::StorageUsage,
) -> Result<i64, sqlx::Error> {
    let (table, tier) = (resolution.table(), Tier::Rollup(resolution));
    let of_slice = "series_id IN (SELECT id FROM series WHERE id > ? AND id <= ?) AND bucket_s < ?";
    let count = format!("SELECT count(*), coalesce(sum({}), 0) FROM {table} WHERE {of_slice}", usage::ROW_SQL);
    let delete = format!("DELETE FROM {table} WHERE {of_slice}");
    let Range { series_after, series_last, before_s, floor_s } = *range;
    let deleted = transaction(db, async |db| {
        let counted = sqlx::query_as(AssertSqlSafe(count)).bind(series_after).bind(series_last).bind(before_s);
        let (rows, bytes): (i64, i64) = counted.fetch_one(&mut *db).await?;
        let deleted = sqlx::query(AssertSqlSafe(delete)).bind(series_after).bind(series_last).bind(before_s);
        deleted.execute(&mut *db).await?;
        let deleted = SizeChange { rows, bytes };
        usage::write(db, tier, -deleted, floor_s).await?;
        Ok(deleted)
    });
    let deleted = deleted.await?;
    all.add(tier, -deleted);
    all.raise(tier, floor_s);
    Ok(deleted.rows)
}
